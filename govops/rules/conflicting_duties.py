"""The rule ``conflicting-duties``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding, Status
from govops.rule import JudgedChange, listed, warning


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Nobody takes two duties, over the life of one thing, that a policy keeps apart.

    ## Why it matters
    Whoever validated a model and then goes on to build it checks their own work when it comes round again. Regulators
    ask for that over years, not for one pull request.

    ## Example
    `bob` approved fraud 1.0 and is the author of fraud 1.1, which a strict policy on the life of a model rules out.
    Where the policy is advisory, this is a warning, and approvals count.

    ## How to fix it
    Let somebody else make the change. The message names what they did before, and in which commit; `govops sod` has the
    whole matrix.
    """
    for cause in facts.causes("conflicting-duties"):
        message = f"{cause.who} took part in {listed(cause.paths)}, and may not: {cause.detail}"
        hint = f"let somebody else do it, or change {cause.needed} by a reviewed pull request first"
        finding = facts.finding(cause, message, hint=hint)
        yield warning(finding) if cause.status is Status.WARN else finding
