"""The rule ``approver-is-merger``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Where a policy excludes the merger, whoever lands a change is not among its approvers.

    ## Why it matters
    Pressing the merge button makes nobody a contributor, so this is not asked by default. A policy that lists
    `merger` under `exclude` wants three people: one who makes, one who approves and one who lands.

    ## Example
    `policies/approvals/production.yaml` excludes `merger`; `bob` approves the deployment and merges it himself.

    ## How to fix it
    Let somebody else merge, or find one more approver. Drop `merger` from the policy if two people are enough for
    you.
    """
    for cause in facts.causes("approver-is-merger"):
        message = f"{cause.who} approved {listed(cause.paths)} and merged it too"
        yield facts.finding(
            cause, message, hint=f"let somebody else merge, or find another approver for {cause.needed}"
        )
