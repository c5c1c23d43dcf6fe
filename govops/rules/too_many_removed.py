"""The rule ``too-many-removed``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding, Status
from govops.rule import JudgedChange, warning


def check(facts: JudgedChange) -> Iterator[Finding]:
    """No single change takes a role from more of its holders than the policy allows.

    ## Why it matters
    One mistaken script that empties a folder of people, or one person who removes everybody who could object, is
    stopped before it counts.

    ## Example
    holders:
          - role: approver
            max_removed_percent: 50

    A change deletes three of four approvers.

    ## How to fix it
    Do it in steps, each of which is reviewed, or raise the limit by a reviewed pull request first.
    """
    for cause in facts.causes("too-many-removed"):
        message = f"too many would lose the role {cause.who} at once: {cause.detail}"
        hint = f"do it in smaller steps, or change {cause.needed} by a reviewed pull request first"
        finding = facts.finding(cause, message, hint=hint)
        yield warning(finding) if cause.status is Status.WARN else finding
