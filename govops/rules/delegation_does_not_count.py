"""The rule ``delegation-does-not-count``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Whoever approves as somebody's delegate does so while the delegation is in force, and in a seat that is free.

    ## Why it matters
    A delegate is the voice of somebody who is away. They are not one voice more, they lend nothing on, and they cannot
    say for others what those may not say themselves. When the change landed decides, by attested time; where nobody
    tells it, neither does the report.

    ## Example
    `carol` lends `approver` to `dave` for the first two weeks of July. `dave` approves a change that lands in August.
    Or it lands in July, and `carol` has made part of it, or approved it as well.

    ## How to fix it
    Ask somebody who holds the role, or land a new Delegation first. It counts from the next change on.
    """
    for cause in facts.causes("delegation-does-not-count"):
        message = f"{cause.who} approved {listed(cause.paths)} as a delegate, which does not count: {cause.detail}"
        yield facts.finding(cause, message, hint=f"still needed: {cause.needed}")
