"""The rule ``adoption-not-on-chain``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding, Status
from govops.rule import HistoryFacts


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """Only one commit adopts govops, and it lies on the first-parent chain of the protected branch.

    ## Why it matters
    Before the adoption govops claims nothing. If a second root with its own `policies/govops.yaml` could be merged
    in, its first parent becoming the new beginning, years of judged history would turn into "before the adoption"
    without a single deleted commit.

    ## Example

        git checkout --orphan fresh && git commit -m "Start over" && git merge main --allow-unrelated-histories
        git push origin fresh:main

    ## How to fix it
    Restore the branch to the chain that starts at the real adoption. If the repository has merged another governed
    one on purpose, pin the beginning with `--adoption <commit>` and say so in the report.
    """
    for commit in facts.foreign:
        message = f"commit {commit[:12]} begins with Settings of its own and does not descend from the adoption"
        yield Finding(
            "adoption-not-on-chain",
            message,
            Status.UNVERIFIABLE,
            hint="restore the first-parent chain of the adoption, or pin it with --adoption",
            commit=commit,
            subject=commit,
        )
