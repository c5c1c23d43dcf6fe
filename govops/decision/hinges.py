"""What it hinges on whether a policy speaks of an action whose content and time nobody knows yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from govops.decision.requirements import Tiers, matches
from govops.kinds.approval_policy import ApprovalPolicy, ApprovalPolicySpec
from govops.lifecycle import Action, can_be_minor, minor

_CALLED = {"risk_tiers": "risk tier", "impacts": "impact", "labels": "labels"}


@dataclass(frozen=True, slots=True)
class Open:
    """What is not settled: the fields of ``match`` whose answer is ``unknown``, those that the action may ``move``,
    and the time, unless it is given.
    """

    unknown: frozenset[str] = frozenset()
    move: frozenset[str] = frozenset()
    time: str | None = None


def hinges(policy: ApprovalPolicy, action: Action, tiers: Tiers, unsettled: Open) -> tuple[str, ...] | None:
    """Each thing that it hinges on, in words; empty if the policy applies for sure, None if it never does.

    The policy names the action. An update without its content is taken as one that touches every field.
    """
    every = unsettled.unknown | unsettled.move
    if not matches(_asking(policy, every), action, tiers) or _is_over(policy.spec, unsettled.time):
        return None
    found = (name for name in _CALLED if _is_asked(policy, name, action, tiers, unsettled))
    selected = (f"if the {_CALLED[name]} {_words(getattr(policy.spec.match, name))}" for name in found)
    return (*selected, *_further(policy.spec, action, unsettled.time))


def settled(policy: ApprovalPolicy) -> ApprovalPolicy:
    """The same policy as if all that it hinges on had come about, and every approval were fresh and well proven."""
    asking = _asking(policy, frozenset(_CALLED), condition=None, fields=())
    spec = {"effective_from": None, "until": None, "max_age": None, "evidence": ()}
    return asking.model_copy(update={"spec": asking.spec.model_copy(update=spec)})


def _is_asked(policy: ApprovalPolicy, name: str, action: Action, tiers: Tiers, unsettled: Open) -> bool:
    """Whether the policy asks for something unknown, or for something that is otherwise as it stands."""
    if not getattr(policy.spec.match, name):
        return False
    if name in unsettled.unknown:
        return True
    others = (unsettled.unknown | unsettled.move) - {name}
    return name in unsettled.move and not matches(_asking(policy, others), action, tiers)


def _further(spec: ApprovalPolicySpec, action: Action, time: str | None) -> Iterator[str]:
    match = spec.match
    if match.fields and can_be_minor(action.name):
        yield f"if it changes {' or '.join(match.fields)} (it is {minor(action.name)} else, if no other policy speaks)"
    if match.condition is not None:
        yield f"if this holds: {match.condition}"
    if time is None and spec.effective_from:
        yield f"from {spec.effective_from} on"
    if time is None and spec.until:
        yield f"until {spec.until}"


def _is_over(spec: ApprovalPolicySpec, time: str | None) -> bool:
    """Whether at the given time it is not in force yet or any more."""
    start, end = spec.effective_from, spec.until
    return time is not None and ((start is not None and time < start) or (end is not None and time >= end))


def _asking(policy: ApprovalPolicy, but: frozenset[str], **more: Any) -> ApprovalPolicy:
    """The policy without these of its questions."""
    empty: dict[str, Any] = {name: {} if name == "labels" else () for name in but}
    match = policy.spec.match.model_copy(update=empty | more)
    return policy.model_copy(update={"spec": policy.spec.model_copy(update={"match": match})})


def _words(wanted: Any) -> str:
    if isinstance(wanted, dict):
        return "are " + ", ".join(f"{key}: {value}" for key, value in wanted.items())
    return f"is {' or '.join(wanted)}"
