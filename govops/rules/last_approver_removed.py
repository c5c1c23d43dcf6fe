"""The rule ``last-approver-removed``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Somebody is left for every role and permission that a policy asks for.

    ## Why it matters
    When the last person who may approve is gone, nothing that needs their approval can land any more, the change that
    would mend it included. What comes next is a push past the review.

    ## Example
    `policies/approvals/models.yaml` asks for an approval by role validator. A change takes the role from its only
    holder.

    ## How to fix it
    Grant the role to somebody else first, or change the policy that asks for it before or in the same change.
    """
    for cause in facts.causes("last-approver-removed"):
        message = f"nobody would be left with {cause.who}, which {cause.needed} asks for"
        hint = "grant it to somebody else before, or change the policy in the same change"
        yield facts.finding(cause, message, hint=hint)
