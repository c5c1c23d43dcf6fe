"""The rule ``conflicting-roles``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding, Status
from govops.rule import JudgedChange, warning


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Nobody gets two roles that a policy keeps apart.

    ## Why it matters
    An auditor who is also an operator audits what they did. Separating duties on one pull request is worth little if
    one person may play both sides of the next.

    ## Example
    roles: [auditor, operator]        # in a User file, while the policy has the pair [auditor, operator]

    Where somebody holds both already when the rule comes, that is a warning; while it goes on, it is
    `conflict-not-ended`.

    ## How to fix it
    Take one of the roles away, in the same change or before. If the rule asks too much, change the policy first.
    """
    for cause in facts.causes("conflicting-roles"):
        message = f"{cause.who} holds {cause.detail}"
        hint = f"take one of the roles away, or change {cause.needed} by a reviewed pull request first"
        finding = facts.finding(cause, message, hint=hint)
        yield warning(finding) if cause.status is Status.WARN else finding
