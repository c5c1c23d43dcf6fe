"""Which approvals an action needs: built-in ones, and those of every approval policy that matches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

from govops.decision.law import POLICIES_ROOT, ROLES_ROOT, USERS_ROOT, Law, speaks_of
from govops.decision.verdict import ChangeFacts
from govops.history.snapshot import Snapshot
from govops.kinds.approval_policy import ApprovalPolicy, ApprovalPolicySpec
from govops.kinds.deployment import Deployment
from govops.kinds.model import Model
from govops.kinds.model_version import ModelVersion
from govops.kinds.use_case import UseCase
from govops.lifecycle import Action, is_control_file

BUILT_IN = "built-in"
_EVERY_TIER = frozenset({"low", "medium", "high", "critical"})
Tiers = Callable[[str], frozenset[str]]
"""Model name -> its risk tiers."""
Holds = Callable[[str, Action], bool | None]
"""(condition of a policy, action) -> whether it holds; None where that cannot be told."""
_CONTRIBUTING = ("opener", "author", "committer", "co-author", "pusher")


@dataclass(frozen=True, slots=True)
class Need:
    """So many approvals by distinct people who hold a role or a permission."""

    count: int
    role: str | None = None
    permission: str | None = None

    @property
    def text(self) -> str:
        """In words: ``2 approvals by role approver``."""
        holder = f"role {self.role}" if self.role else f"permission {self.permission}"
        return f"{self.count} approval{'s' if self.count > 1 else ''} by {holder}"


@dataclass(frozen=True, slots=True)
class Demand:
    """All that one source (a policy file, or the built-in rule) demands of one action.

    ``certain`` is False when only a condition that cannot be evaluated decides whether it applies.
    """

    source: str
    needs: tuple[Need, ...]
    exclude: tuple[str, ...] = _CONTRIBUTING
    identity: bool = False
    certain: bool = True
    policy: ApprovalPolicySpec | None = None

    @property
    def text(self) -> str:
        """In words, all needs."""
        return " and ".join(need.text for need in self.needs) or "no approval"


def undecided(condition: str, action: Action) -> bool | None:
    """Nobody evaluates conditions."""
    return None


@dataclass(frozen=True, slots=True)
class Situation:
    """What policies may ask about, besides the action: the rules in force, the change's attested time and the rest."""

    law: Law
    time: str | None
    tiers: Tiers
    holds: Holds = undecided


def situation(facts: ChangeFacts) -> Situation:
    """That of one change. The one place that says how conditions are evaluated."""
    return Situation(facts.law, facts.time, risk_tiers(facts.actions, facts.before))


def demands(action: Action, around: Situation) -> tuple[Demand, ...]:
    """Every demand on the action, the built-in one first, then policies by path. Empty: nothing allows it."""
    built_in = _built_in(action.path)
    found = [built_in] if built_in else []
    traits = _traits(action, around.tiers)
    for path, policy in around.law.policies_on(action.name):
        if _matches(policy.spec, action, traits):
            applies = _applies(policy.spec, action, around)
            if applies is not False:
                found.append(_demand(path, policy.spec, certain=applies is True))
    return tuple(found)


def matches(policy: ApprovalPolicy, action: Action, tiers: Tiers) -> bool:
    """Whether the policy speaks of this action at all, its condition and dates aside."""
    return speaks_of(policy, action.name) and _matches(policy.spec, action, _traits(action, tiers))


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


def _built_in(path: str) -> Demand | None:
    permission = None
    if path.startswith(USERS_ROOT):
        permission = "user:manage"
    elif path.startswith(ROLES_ROOT):
        permission = "role:manage"
    elif path.startswith(POLICIES_ROOT) or is_control_file(path):
        permission = "policy:change"
    return Demand(BUILT_IN, (Need(1, permission=permission),)) if permission else None


def _demand(path: str, spec: ApprovalPolicySpec, *, certain: bool) -> Demand:
    needs = tuple(Need(item.count, item.role, item.permission) for item in spec.required)
    return Demand(path, needs, spec.exclude, spec.coverage == "identity", certain, spec)


def _applies(spec: ApprovalPolicySpec, action: Action, around: Situation) -> bool | None:
    """Whether a policy that selects the action is in force and its condition holds; None where neither is ruled out."""
    in_force = _in_force(spec, around.time)
    if in_force is False or spec.match.condition is None:
        return in_force
    holds = around.holds(spec.match.condition, action)
    return holds if in_force or holds is False else None


def _in_force(spec: ApprovalPolicySpec, time: str | None) -> bool | None:
    """None when the policy has a start and the change no attested time."""
    start = spec.effective_from
    if start is None:
        return True
    return None if time is None else time >= start


def _matches(spec: ApprovalPolicySpec, action: Action, traits: dict[str, frozenset[str]]) -> bool:
    """Whether a policy that names the action also means this one."""
    match = spec.match
    if match.paths and not any(path_matches(action.path, pattern) for pattern in match.paths):
        return False
    asked = {
        "kind": match.kinds,
        "environment": match.environments,
        "risk_tier": match.risk_tiers,
        "impact": match.impacts,
    }
    return all(not wanted or traits[trait] & set(wanted) for trait, wanted in asked.items())


def _traits(action: Action, tiers: Tiers) -> dict[str, frozenset[str]]:
    """What policies select by, of the old and the new content alike: the stricter one always matches."""
    sides = [side for side in (action.old, action.new) if side is not None]
    return {
        "kind": frozenset({action.kind}),
        "environment": frozenset(side.spec.environment for side in sides if isinstance(side, Deployment)),
        "risk_tier": frozenset(tier for side in sides for tier in _tiers(side, tiers)),
        "impact": frozenset(side.spec.impact for side in sides if isinstance(side, UseCase)),
    }


def _tiers(side: Any, tiers: Tiers) -> Iterator[str]:
    """A model's own tier, or those of the model that a version or deployment belongs to."""
    if isinstance(side, Model):
        yield side.spec.risk_tier
    elif isinstance(side, ModelVersion | Deployment):
        yield from tiers(side.metadata.name)
