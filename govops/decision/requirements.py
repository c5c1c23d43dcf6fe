"""Which approvals an action needs: built-in ones, and those of every approval policy that matches."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from govops.decision.law import POLICIES_ROOT, ROLES_ROOT, USERS_ROOT, Law, speaks_of
from govops.decision.needs import Need, Way, ways_of, words
from govops.decision.verdict import ChangeFacts, Holds, undecided
from govops.expression import Undecided
from govops.history.snapshot import Snapshot
from govops.kinds.approval_policy import ApprovalPolicy, ApprovalPolicySpec
from govops.kinds.deployment import Deployment
from govops.kinds.model import Model
from govops.kinds.model_version import ModelVersion
from govops.kinds.permissions import PermissionName
from govops.kinds.use_case import UseCase
from govops.lifecycle import Action, can_be_minor, is_control_file, is_minor, labels_of, minor, touches, whole

BUILT_IN = "built-in"
_EVERY_TIER = frozenset({"low", "medium", "high", "critical"})
Tiers = Callable[[str], frozenset[str]]
"""Model name -> its risk tiers."""
_CONTRIBUTING = ("opener", "author", "committer", "co-author", "pusher")


@dataclass(frozen=True, slots=True)
class Demand:
    """All that one source (a policy file, or the built-in rule) demands of one action, in words and in every way.

    ``certain`` is False when it cannot be told whether it applies: for its condition, or for want of a time. ``doubt``
    then says why, where that is known.
    """

    source: str
    ways: tuple[Way, ...] = ((),)
    text: str = "no approval"
    exclude: tuple[str, ...] = _CONTRIBUTING
    identity: bool = False
    certain: bool = True
    doubt: str = ""
    policy: ApprovalPolicySpec | None = None
    needs: tuple[Need, ...] = ()
    """Each need of any way, once."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What policies may ask about, besides the action: the rules in force, the change's attested time and the rest."""

    law: Law
    time: str | None
    tiers: Tiers
    holds: Holds = undecided


def situation(facts: ChangeFacts) -> Situation:
    """That of one change."""
    return Situation(facts.law, facts.time, risk_tiers(facts.actions, facts.before), facts.holds)


def demands(action: Action, around: Situation) -> tuple[Demand, ...]:
    """Every demand on the action, the built-in one first, then policies by path. Empty: nothing allows it."""
    built_in = _built_in(action.path)
    found, partial = _asked(action, around)
    if not found and can_be_minor(action.name):
        if any(demand.certain for demand in partial):
            return demands(replace(action, name=minor(action.name)), around)
        found = partial  # nobody knows whether there is anything that could make it a minor one
    return (built_in, *found) if built_in else found


def as_minor(facts: ChangeFacts) -> ChangeFacts:
    """The same facts with the updates that no policy calls material under the name that they have then."""
    if not facts.law.has_fields:
        return facts
    around = situation(facts)
    return replace(facts, actions=tuple(_renamed(action, around) for action in facts.actions))


def makes_minor(action: Action, around: Situation) -> tuple[str, ...]:
    """The policies without which the action would not be a minor one, by path."""
    if not is_minor(action.name):
        return ()
    return tuple(demand.source for demand in _asked(replace(action, name=whole(action.name)), around)[1])


def matches(policy: ApprovalPolicy, action: Action, tiers: Tiers) -> bool:
    """Whether the policy speaks of this action at all, its condition, fields and dates aside."""
    named = any(speaks_of(policy, name) for name in (action.name, whole(action.name)))
    return named and _selects(policy.spec, action, tiers)


def risk_tiers(actions: tuple[Action, ...], before: Snapshot) -> Tiers:
    """A question: which risk tiers does a model have, before the change and after it? Unknown: every one."""

    def tiers(model: str) -> frozenset[str]:
        sides: list[object] = [before.find("Model", model)]
        sides += [side for a in actions if (a.kind, a.resource) == ("Model", model) for side in (a.old, a.new)]
        found = frozenset(side.spec.risk_tier for side in sides if isinstance(side, Model))
        return found or _EVERY_TIER

    return tiers


def needs_identity(path: str, actions: tuple[Action, ...]) -> bool:
    """Whether what lands at this path must be byte for byte what was reviewed."""
    return is_control_file(path) or any(a.path == path and a.name == "model.deploy_production" for a in actions)


def path_matches(path: str, pattern: str) -> bool:
    """Whether a glob covers a path: ``*`` stays within a folder, ``**`` crosses any number of them."""
    reached = {0}  # how many segments the pattern's beginning may have used up
    segments = path.split("/")
    for part in pattern.split("/"):
        if part == "**":
            reached = set(range(min(reached), len(segments) + 1)) if reached else set()
        else:
            reached = {n + 1 for n in reached if n < len(segments) and fnmatchcase(segments[n], part)}
    return len(segments) in reached


def seconds_between(earlier: str, later: str) -> float:
    """From one instant to another, in seconds."""
    return (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)) / timedelta(seconds=1)


def _asked(action: Action, around: Situation) -> tuple[tuple[Demand, ...], tuple[Demand, ...]]:
    """What policies demand of the action; and what those would that speak only for fields which it leaves alone."""
    found: list[Demand] = []
    partial: list[Demand] = []
    for path, policy in around.law.policies_on(action.name):
        if not _selects(policy.spec, action, around.tiers):
            continue
        applies = _applies(policy.spec, action, around)
        if applies is not False:
            fields = policy.spec.match.fields
            side = found if not fields or touches(action, fields) else partial
            demand = _demand(path, policy.spec, around.law)
            side.append(demand if applies is True else replace(demand, certain=False, doubt=str(applies)))
    return tuple(found), tuple(partial)


def _renamed(action: Action, around: Situation) -> Action:
    if not can_be_minor(action.name):
        return action
    found, partial = _asked(action, around)
    surely = not found and any(demand.certain for demand in partial)
    return replace(action, name=minor(action.name)) if surely else action


def _built_in(path: str) -> Demand | None:
    if path.startswith(USERS_ROOT):
        return _BUILT_IN["user:manage"]
    if path.startswith(ROLES_ROOT):
        return _BUILT_IN["role:manage"]
    return _BUILT_IN["policy:change"] if path.startswith(POLICIES_ROOT) or is_control_file(path) else None


def _of_permission(permission: PermissionName) -> Demand:
    need = Need(1, permission=permission)
    return Demand(BUILT_IN, ((need,),), need.text, needs=(need,))


_PERMISSIONS: tuple[PermissionName, ...] = ("user:manage", "role:manage", "policy:change")
_BUILT_IN = {permission: _of_permission(permission) for permission in _PERMISSIONS}


def _demand(path: str, spec: ApprovalPolicySpec, law: Law) -> Demand:
    """Made once for as long as policies stay as they are."""
    demand: Demand = law.once(f"demand {path}", lambda: _made(path, spec))
    return demand


def _made(path: str, spec: ApprovalPolicySpec) -> Demand:
    ways = ways_of(spec.required)
    needs = tuple(dict.fromkeys(need for way in ways for need in way))
    return Demand(path, ways, words(spec.required), spec.exclude, spec.coverage == "identity", policy=spec, needs=needs)


def _applies(spec: ApprovalPolicySpec, action: Action, around: Situation) -> bool | str:
    """Whether a policy that selects the action is in force and its condition holds; where neither is ruled out, why."""
    in_force = _in_force(spec, around.time)
    if in_force is False:
        return False
    open_ = "" if in_force else "nobody attests the time of the change"
    if spec.match.condition is None:
        return open_ or True
    holds = around.holds(spec.match.condition, action)
    if isinstance(holds, bool):
        return holds and (open_ or True)
    return holds.reason if isinstance(holds, Undecided) else "nobody evaluates its condition"


def _in_force(spec: ApprovalPolicySpec, time: str | None) -> bool | None:
    """None when the policy has a start or an end and the change no attested time."""
    start, end = spec.effective_from, spec.until
    if start is None and end is None:
        return True
    return None if time is None else (start is None or time >= start) and (end is None or time < end)


def _selects(spec: ApprovalPolicySpec, action: Action, tiers: Tiers) -> bool:
    """Whether a policy that names the action means this one, of old or new content: the stricter one always matches."""
    match = spec.match
    if match.kinds and action.kind not in match.kinds:
        return False
    if match.paths and not any(path_matches(action.path, pattern) for pattern in match.paths):
        return False
    sides = [side for side in (action.old, action.new) if side is not None]
    return (
        _one_of(match.environments, (side.spec.environment for side in sides if isinstance(side, Deployment)))
        and _one_of(match.risk_tiers, (tier for side in sides for tier in _tiers(side, tiers)))
        and _one_of(match.impacts, (side.spec.impact for side in sides if isinstance(side, UseCase)))
        and all(any(labels_of(side).get(key) == value for side in sides) for key, value in match.labels.items())
    )


def _one_of(wanted: tuple[str, ...], found: Iterable[str]) -> bool:
    return not wanted or any(one in wanted for one in found)


def _tiers(side: Any, tiers: Tiers) -> Iterator[str]:
    """A model's own tier, or those of the model that a version or deployment belongs to."""
    if isinstance(side, Model):
        yield side.spec.risk_tier
    elif isinstance(side, ModelVersion | Deployment):
        yield from tiers(side.metadata.name)
