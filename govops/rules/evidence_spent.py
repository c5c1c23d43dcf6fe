"""The rule ``evidence-spent``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """An approval serves one change, the first that lands what it covers.

    ## Why it matters
    If a change is reverted because it did harm, the old approval must not bring it back: the reviewer decided without
    knowing about the harm. The same holds for approvals that are copied to another proposal with equal content.

    ## Example
    Pull request 7 deploys version 2.0 and is reverted. A week later the same commit is pushed again, and a signed
    approval of pull request 7 still covers its content byte for byte.

    ## How to fix it
    Ask for a new approval of the new proposal. Whoever gives it sees what happened in between.
    """
    for cause in facts.causes("evidence-spent"):
        message = f"the approval of {listed(cause.paths)} by {cause.who} was used up by change {cause.detail[:12]}"
        yield facts.finding(cause, message, hint=f"ask for a new review; still needed: {cause.needed}")
