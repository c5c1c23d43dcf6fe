"""The rule ``approver-is-beneficiary``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Nobody approves an exception from which they gain.

    ## Why it matters
    A waiver lets its owner off a rule, and a ratification lets off whoever made the change that it accepts. If these
    people could approve it, a rule would bind only those who cannot excuse themselves. The proposal need not be
    theirs: a colleague can write it for them.

    ## Example
    `bob` pushes a model without review. `alice` proposes to ratify his change, and `bob`, who is an admin, approves.

    ## How to fix it
    Ask somebody who may approve policies, does not own the waiver and took no part in the changes that are ratified.
    """
    for cause in facts.causes("approver-is-beneficiary"):
        message = f"{cause.who} approved {listed(cause.paths)} and gains by it, being {cause.detail}"
        yield facts.finding(cause, message, hint=f"still needed: {cause.needed}, from somebody who gains nothing by it")
