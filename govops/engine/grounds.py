"""Rules that judge nothing where no policy asks for what they look after: they show nothing for a clause then."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from govops.decision import Law
from govops.kinds import vocabulary
from govops.kinds.reviews import Reviews
from govops.rule import Rule


def _keeps(law: Law, field: str) -> bool:
    return any(getattr(policy.spec, field) for _, policy, _ in law.segregations())


def _asks(law: Law, field: str) -> bool:
    return any(getattr(policy.spec, field) for _, policy in law.policies())


def _reviews(law: Law) -> bool:
    return law.settings.reviews != Reviews()


GROUNDS: dict[str, Callable[[Law], bool]] = {
    "approval-expired": lambda law: _asks(law, "max_age"),
    "approver-conflicted": lambda law: _keeps(law, "lifecycle"),
    "author-lacks-permission": lambda law: _asks(law, "author"),
    "clock-overdue": lambda law: any(framework.spec.clocks for _, framework in law.frameworks()),
    "conflict-not-ended": lambda law: _keeps(law, "role_pairs"),
    "conflicting-duties": lambda law: _keeps(law, "lifecycle"),
    "conflicting-roles": lambda law: _keeps(law, "role_pairs"),
    "review-not-established": _reviews,
    "review-overdue": _reviews,
    "too-few-holders": lambda law: _keeps(law, "holders"),
    "too-many-removed": lambda law: _keeps(law, "holders"),
}


def idle(law: Law, rules: Mapping[str, Rule]) -> tuple[str, ...]:
    """The rules that have nothing to go by in these policies, or belong to a later edition than theirs; sorted."""
    known = vocabulary.EDITIONS[: vocabulary.EDITIONS.index(law.settings.edition) + 1]
    later = (rule.id for rule in rules.values() if rule.edition not in known)
    return tuple(sorted({*later, *(rule for rule, has_ground in GROUNDS.items() if not has_ground(law))}))
