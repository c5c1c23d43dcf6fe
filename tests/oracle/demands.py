"""What is asked of a change by the rules before it, and how what landed relates to what was reviewed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from govops.kinds import Resource, kind_at
from tests.oracle.duties import kept_apart
from tests.oracle.hearing import People, Sides
from tests.oracle.meaning import REGULAR, Action, Registry, is_control, is_rule
from tests.oracle.merging import merge
from tests.oracle.past import Entry

USUAL = ("opener", "author", "committer", "co-author", "pusher")


@dataclass(frozen=True, slots=True)
class Unlawful:
    """A rule file that no allowed change brought: the status that rests on it, and what had stood there lawfully.

    ``change`` left it so.
    """

    status: str
    lawful: Resource | None
    change: str


@dataclass(frozen=True, slots=True)
class Loan:
    """A role that somebody lets another act in; ``against`` is the status of what speaks against it, or empty."""

    lender: str
    role: str
    against: str


class Law:
    """Rules in force: a tree, policies with their last valid content, and which of the files landed unlawfully."""

    def __init__(self, registry: Registry, valid: Mapping[str, Resource], unlawful: Mapping[str, Unlawful]) -> None:
        self.registry = registry
        self.people = People(registry)
        self.valid = valid
        self.unlawful = unlawful
        self.kept = tuple(kept_apart(registry, valid, unlawful))

    @property
    def settings(self) -> Any:
        """The fields of Settings."""
        return _spec(self.valid["policies/govops.yaml"])

    def loans(self, person: str, need: Need | Any, time: str | None) -> Iterator[Loan]:
        """Every loan to a person of a role that would serve, good or not."""
        for path, found in self.registry.below("policies/delegations/"):
            spec = _spec(found)
            for role in spec.roles if spec.to == person else ():
                if self.people.would_serve(role, need):
                    yield Loan(spec.from_, role, self._against(path, spec, role, time))

    def may(self, person: str, need: Any, time: str | None) -> bool | None:
        """Whether somebody holds this or acts for one who does; None where nobody can tell."""
        if self.people.holds(person, need):
            return True
        found = {loan.against for loan in self.loans(person, need, time)}
        return True if "" in found else None if "unverifiable" in found else False

    def _against(self, path: str, spec: Any, role: str, time: str | None) -> str:
        against = [self.unlawful[path].status] if path in self.unlawful else []
        lender = self.people.named.get(spec.from_)
        if lender is None or not lender.active or lender.type != "human" or role not in lender.roles:
            against.append("fail")
        if time is None:
            against.append("unverifiable")
        elif not str(spec.starts) <= time < str(spec.until):
            against.append("fail")
        return "fail" if "fail" in against else next(iter(against), "")

    def policies(self) -> Iterator[tuple[str, Any]]:
        """Approval policies that stand, in the order of paths."""
        for path in sorted(self.registry.tree):
            kind = kind_at(path)
            if kind is not None and kind.name == "ApprovalPolicy" and path in self.valid:
                yield path, _spec(self.valid[path])


@dataclass(frozen=True, slots=True)
class Need:
    """Somebody who holds this."""

    role: str | None = None
    permission: str | None = None


Way = tuple[Need, ...]  # a seat each


@dataclass(frozen=True, slots=True)
class Demand:
    """What one policy (or the built-in rule) asks for one action on one file: any one of these ways.

    It is not ``certain`` where only the time decides whether the policy applies, and nobody knows the time.
    """

    source: str
    action: Action
    ways: tuple[Way, ...]
    exclude: tuple[str, ...] = USUAL
    evidence: tuple[str, ...] = ()
    max_age: int | None = None
    identity: bool = False
    held_since_base: bool = False
    author: Any = None
    emergency: Any = None
    certain: bool = True

    @property
    def needs(self) -> set[Need]:
        """Everything that any way asks for."""
        return {need for way in self.ways for need in way}


def ways_of(items: Iterable[Any]) -> tuple[Way, ...]:
    """Every way to give what all of these ask for."""
    ways: list[Way] = [()]
    for item in items:
        if item.any_of:
            own = [way for one in item.any_of for way in ways_of(one if isinstance(one, tuple) else (one,))]
        else:
            own = [(Need(item.role, item.permission),) * item.count]
        ways = [(*way, *more) for way in ways for more in own]
    return tuple(dict.fromkeys(ways))


def leaves(items: Iterable[Any]) -> Iterator[Need]:
    """Everything that is asked for in any way, in the order in which it is written."""
    for item in items:
        if not item.any_of:
            yield Need(item.role, item.permission)
        for one in item.any_of or ():
            yield from leaves(one if isinstance(one, tuple) else (one,))


BUILT_IN = {"registry/users/": "user:manage", "registry/roles/": "role:manage"}


def built_in(action: Action) -> Demand | None:
    """What is asked of people, roles, policies and control files in any case."""
    if not (is_control(action.path) or is_rule(action.path)):
        return None
    permission = next((asked for root, asked in BUILT_IN.items() if action.path.startswith(root)), "policy:change")
    return Demand("built-in", action, ((Need(permission=permission),),), identity=is_control(action.path))


def asked_by(source: str, policy: Any, action: Action, *, certain: bool) -> Demand:
    """What a policy asks."""
    return Demand(
        source,
        action,
        ways_of(policy.required),
        exclude=policy.exclude,
        evidence=policy.evidence,
        max_age=policy.max_age_seconds,
        identity=policy.coverage == "identity" or is_control(action.path) or action.name == "model.deploy_production",
        held_since_base=policy.held_since_base,
        author=policy.author,
        emergency=policy.emergency,
        certain=certain,
    )


def names(policy: Any, action: str) -> bool:
    """Whether a policy speaks of actions that are called so."""
    return any(re.fullmatch(re.escape(glob).replace(r"\*", ".*"), action) for glob in policy.match.actions)


def selects(policy: Any, action: Action, before: Registry, after: Registry) -> bool:
    """Whether a policy that names an action means it; times and fields apart."""
    asked, path = policy.match, action.path
    kind, folders = kind_at(path), tuple(f"registry/deployments/{name}/" for name in asked.environments)
    if asked.kinds and (kind is None or is_control(path) or kind.name not in asked.kinds):
        return False
    if asked.environments and not path.startswith(folders):
        return False
    if asked.paths and not any(re.fullmatch(glob(pattern), path) for pattern in asked.paths):
        return False
    sides: list[Any] = [action.old, after.at(path)]
    for key, value in asked.labels.items():
        if not any(side is not None and side.metadata.labels.get(key) == value for side in sides):
            return False
    if asked.risk_tiers and not set(asked.risk_tiers) & _tiers(action, before, after):
        return False
    impacts = {side.spec.impact for side in sides if side is not None and side.kind == "UseCase"}
    return not asked.impacts or bool(set(asked.impacts) & impacts)


def touches(fields: Iterable[str], action: Action, after: Registry) -> bool:
    """Whether a change touches one of these fields; anything that policies select by is always one of them."""
    old, new = action.old, after.at(action.path)
    if old is None or new is None or old.kind != new.kind or old.metadata != new.metadata:
        return True
    sides = [side.model_dump(mode="json")["spec"] for side in (old, new)]
    known = [field for field in fields if any(field.partition(".")[0] in side for side in sides)]
    if not known:
        return True
    values = [[_at(side, field) for field in (*known, "risk_tier", "impact", "environment")] for side in sides]
    return bool(values[0] != values[1])


def _at(value: Any, field: str) -> str:
    for name in field.split("."):
        if not isinstance(value, Mapping) or name not in value:
            break
        value = value[name]
    else:
        return json.dumps(value, sort_keys=True)
    return json.dumps(value, sort_keys=True) if isinstance(value, list) else ""


def _tiers(action: Action, before: Registry, after: Registry) -> set[str]:
    """Risk tiers before and after; a version and a deployment have their model's, and every one if it has none."""
    found = re.fullmatch(r"registry/(?:models/([^/]+)/.*|deployments/[^/]+/(.+)\.yaml)", action.path)
    if found is None:
        return set()
    path = f"registry/models/{found[1] or found[2]}/model.yaml"
    models: list[Any] = [registry.at(path) for registry in (before, after)]
    tiers = {model.spec.risk_tier for model in models if model is not None}
    return tiers or ({"low", "medium", "high", "critical"} if action.path != path else set())


def glob(text: str) -> str:
    """A pattern of paths as a regular expression."""
    parts = re.split(r"(\*\*/|\*\*|\*)", text)
    spelled = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}
    return "".join(spelled.get(part, re.escape(part)) for part in parts)


def cover(landed: Sides, reviewed: Sides | None, texts: Mapping[str, bytes]) -> str:
    """``identity``, ``replay``, ``residual`` or ``unverifiable``."""
    if reviewed is None:
        return "residual"
    if landed == reviewed:
        return "identity"
    found = onto(landed[0], reviewed, texts)
    if found == "missing":
        return "unverifiable"
    return "replay" if found == landed[1] else "residual"


def onto(ours: Entry | None, reviewed: Sides, texts: Mapping[str, bytes]) -> Entry | str | None:
    """What a reviewed step makes of a file as it stands: its entry, or the words ``conflict`` or ``missing``."""
    base, theirs = reviewed
    if ours == base:
        return theirs
    if theirs in (base, ours):
        return ours
    if base is None or ours is None or theirs is None or not {base[0], ours[0], theirs[0]} <= set(REGULAR):
        return "conflict"
    mode = theirs[0] if base[0] == ours[0] else ours[0]  # of two modes one is the base's
    if len({base[1], ours[1], theirs[1]}) < 3:
        return mode, theirs[1] if base[1] == ours[1] else ours[1]
    contents = [texts.get(oid) for _, oid in (base, ours, theirs)]
    if None in contents:
        return "missing"
    merged = merge(*(content for content in contents if content is not None))
    if merged is None:
        return "conflict"
    return next(((mode, oid) for oid, text in texts.items() if text == merged), "conflict")


def _spec(resource: Resource) -> Any:
    return resource.spec
