"""The rule ``merge-conflict``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import JudgedChange


def check(facts: JudgedChange) -> Iterator[Finding]:
    """A proposal can be merged as it was reviewed.

    ## Why it matters
    Whoever resolves a conflict while landing writes content that no reviewer saw. So the conflict has to be resolved in
    the proposal, where the result is reviewed. This rule speaks in `govops plan` and `govops gate`, never in an audit.

    ## Example
    Two proposals change the risk tier of one model. The first has landed; the second can no longer be merged.

    ## How to fix it
    Merge the protected branch into the proposal, resolve the conflict there, and ask for approval of what came out.
    """
    for path in facts.conflicts:
        yield Finding(
            "merge-conflict",
            f"{quoted(path)} changed on the protected branch too, in a way that cannot be merged",
            hint="merge the protected branch into the proposal and have the result approved",
            commit=facts.facts.id,
            path=path,
        )
