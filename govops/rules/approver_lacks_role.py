"""The rule ``approver-lacks-role``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Approvers hold the role or permission that the policy asks for, in the rules in force before the change.

    ## Why it matters
    A review by somebody without the competence is a comment. What counts is the snapshot at the change's first
    parent: a role that was revoked meanwhile is gone, and one that is granted later helps the next change only.

    ## Example
    Policy asks for one approval by role approver. `dave`, an operator, approves.

    ## How to fix it
    Ask somebody whose roles include the one that the message names (`govops show` on a User prints them). If the
    person should hold it, grant it first, in a pull request of its own.
    """
    for cause in facts.causes("approver-lacks-role"):
        when = f" {cause.detail}" if cause.detail.startswith("at ") else ""
        message = f"{cause.who} approved {listed(cause.paths)} without the needed role{when}; it takes {cause.needed}"
        yield facts.finding(cause, message, hint=f"ask somebody who can give {cause.needed}")
