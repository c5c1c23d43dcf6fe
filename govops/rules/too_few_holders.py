"""The rule ``too-few-holders``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding, Status
from govops.rule import JudgedChange, warning


def check(facts: JudgedChange) -> Iterator[Finding]:
    """As many people hold a role as the policy says that there must be.

    ## Why it matters
    Two approvals by approvers take two approvers. When the third to last one leaves unnoticed, the next holiday stops
    every release, and somebody is tempted to push past the review.

    ## Example
    holders:
          - role: approver
            minimum: 3

    A change makes the third approver inactive.

    ## How to fix it
    Grant the role to somebody else in the same change or before, or lower the minimum by a reviewed pull request.
    """
    for cause in facts.causes("too-few-holders"):
        message = f"too few people would hold the role {cause.who}: {cause.detail}"
        hint = f"grant it to somebody else before, or change {cause.needed} by a reviewed pull request first"
        finding = facts.finding(cause, message, hint=hint)
        yield warning(finding) if cause.status is Status.WARN else finding
