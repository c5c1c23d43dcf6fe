"""The rule ``approver-conflicted``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """No approver took another part in the life of the same thing that may not meet this one.

    ## Why it matters
    A second pair of eyes this year is the first pair of last year again, if whoever built an earlier version of the
    model approves the next one. A pull request alone does not show that; the history does.

    ## Example
    Policy `policies/segregation/independence.yaml` says that who contributes to any version of a model approves none.
    `bob` registered version 1.0 in 2025, and approves version 2.0 in 2026.

    ## How to fix it
    Ask somebody who had no part in it: `govops who-can` and the gate name them, and `govops sod` shows who did what. If
    the rule asks too much, change the policy by a reviewed pull request first.
    """
    for cause in facts.causes("approver-conflicted"):
        message = f"the approval by {cause.who} of {listed(cause.paths)} does not count: {cause.detail}"
        hint = f"still needed: {cause.needed}, from somebody who had no such part in it"
        yield facts.finding(cause, message, hint=hint)
