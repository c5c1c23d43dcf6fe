"""Rules that judge nothing where no policy asks for what they look after: they show nothing for a clause then."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from govops.decision import Law
from govops.kinds.reviews import Reviews
from govops.kinds.vocabulary import EDITIONS
from govops.rule import Rule


def _keeps(field: str) -> Callable[[Law], bool]:
    return lambda law: any(getattr(policy.spec, field) for _, policy, _ in law.segregations())


def _asks(field: str) -> Callable[[Law], bool]:
    return lambda law: any(getattr(policy.spec, field) for _, policy in law.policies())


def _reviews(law: Law) -> bool:
    return law.settings.reviews != Reviews()


GROUNDS: dict[str, Callable[[Law], bool]] = {
    "approval-expired": _asks("max_age"),
    "approver-conflicted": _keeps("lifecycle"),
    "author-lacks-permission": _asks("author"),
    "clock-overdue": lambda law: any(framework.spec.clocks for _, framework in law.frameworks()),
    "conflict-not-ended": _keeps("role_pairs"),
    "conflicting-duties": _keeps("lifecycle"),
    "conflicting-roles": _keeps("role_pairs"),
    "review-not-established": _reviews,
    "review-overdue": _reviews,
    "too-few-holders": _keeps("holders"),
    "too-many-removed": _keeps("holders"),
}


def idle(law: Law, rules: Mapping[str, Rule]) -> tuple[str, ...]:
    """The rules that have nothing to go by in these policies, or belong to a later edition than theirs; sorted."""
    known = EDITIONS[: EDITIONS.index(law.settings.edition) + 1]
    later = (rule.id for rule in rules.values() if rule.edition not in known)
    return tuple(sorted({*later, *(rule for rule, has_ground in GROUNDS.items() if not has_ground(law))}))
