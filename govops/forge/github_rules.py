"""What GitHub enforces on a branch: classic protection and rulesets, as one answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field

from govops.forge.answers import Answered, read, read_all
from govops.forge.http import Answer
from govops.forge.protocol import BranchRules

_UNPROTECTED = "Branch not protected"  # to an administrator; everybody else hears "Not Found" whatever there is


class _Flag(Answered):
    enabled: bool


class _ClassicReviews(Answered):
    required_approving_review_count: int = 0
    dismiss_stale_reviews: bool = False


class _ClassicChecks(Answered):
    contexts: list[str] = Field(default_factory=list)


class Protection(Answered):
    """Classic branch protection; only administrators may read it."""

    required_pull_request_reviews: _ClassicReviews | None = None
    required_status_checks: _ClassicChecks | None = None
    enforce_admins: _Flag | None = None
    allow_force_pushes: _Flag | None = None
    allow_deletions: _Flag | None = None


class BranchRule(Answered):
    """One rule of a ruleset as it applies to a branch; ``parameters`` depend on its type."""

    type: str
    parameters: dict[str, Any] = Field(default_factory=dict)


def standing(answer: Answer) -> BranchRules:
    """Classic protection; where the token may not see it, nothing is told."""
    if answer.status == 200:
        return _classic(read(Protection, answer.value))
    value = answer.value
    if answer.status == 404 and isinstance(value, dict) and value.get("message") == _UNPROTECTED:
        return BranchRules(False, 0, False, False, False, (), True)
    return BranchRules()


def _classic(found: Protection) -> BranchRules:
    reviews, checks = found.required_pull_request_reviews, found.required_status_checks
    return BranchRules(
        requires_proposal=reviews is not None,
        approvals=reviews.required_approving_review_count if reviews else 0,
        dismisses_stale=bool(reviews and reviews.dismiss_stale_reviews),
        blocks_force_push=not (found.allow_force_pushes and found.allow_force_pushes.enabled),
        blocks_deletion=not (found.allow_deletions and found.allow_deletions.enabled),
        required_checks=tuple(checks.contexts) if checks else (),
        admins_may_bypass=not (found.enforce_admins and found.enforce_admins.enabled),
    )


def ruleset(found: Iterable[Any]) -> BranchRules:
    """What active rulesets demand. Who may bypass them is not told here."""
    rules = read_all(BranchRule, found)
    kinds = {rule.type for rule in rules}
    pulls = [rule.parameters for rule in rules if rule.type == "pull_request"]
    checks = [rule.parameters.get("required_status_checks") for rule in rules if rule.type == "required_status_checks"]
    contexts = {check["context"] for one in checks if isinstance(one, list) for check in one if "context" in check}
    return BranchRules(
        requires_proposal=bool(pulls),
        approvals=max((int(one.get("required_approving_review_count", 0)) for one in pulls), default=0),
        dismisses_stale=any(one.get("dismiss_stale_reviews_on_push") is True for one in pulls),
        blocks_force_push="non_fast_forward" in kinds,
        blocks_deletion="deletion" in kinds,
        required_checks=tuple(sorted(contexts)),
        admins_may_bypass=None if rules else True,
    )


def strictest(one: BranchRules, other: BranchRules) -> BranchRules:
    """What is enforced for sure by either. None where one does not tell, and the other demands nothing."""
    counts, checks = (one.approvals, other.approvals), (one.required_checks, other.required_checks)
    known = tuple(sorted({name for names in checks for name in names or ()}))
    most = max((count or 0 for count in counts), default=0)
    bypass = (one.admins_may_bypass, other.admins_may_bypass)
    return BranchRules(
        requires_proposal=_either(one.requires_proposal, other.requires_proposal),
        approvals=most or (None if None in counts else 0),
        dismisses_stale=_either(one.dismisses_stale, other.dismisses_stale),
        blocks_force_push=_either(one.blocks_force_push, other.blocks_force_push),
        blocks_deletion=_either(one.blocks_deletion, other.blocks_deletion),
        required_checks=known or (None if None in checks else ()),
        admins_may_bypass=False if False in bypass else None if None in bypass else True,
    )


def _either(*told: bool | None) -> bool | None:
    if True in told:
        return True
    return None if None in told else False
