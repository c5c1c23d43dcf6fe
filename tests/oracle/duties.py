"""What is to be kept apart: roles, duties over a life, and how many must hold a role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from govops.kinds import Resource
from tests.oracle.found import FAIL, OPEN, WARN, Found, about
from tests.oracle.hearing import People
from tests.oracle.meaning import Action, Registry

STAFF = ("registry/users/", "registry/roles/")


@dataclass(frozen=True, slots=True)
class Kept:
    """A policy of what is kept apart, as it counts: its file, its fields, what a breach is."""

    path: str
    spec: Any
    breach: str


@dataclass(frozen=True, slots=True)
class Act:
    """Somebody had a part in an action: ``did`` is contribute or approve, ``fields`` None where all were touched."""

    person: str
    did: str
    action: str
    lives: frozenset[str]
    fields: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Clash:
    """That a person has another duty which may not meet this one."""

    kept: Kept
    person: str

    @property
    def is_strict(self) -> bool:
        """Whether more than a warning comes of it."""
        return self.kept.breach != WARN


def kept_apart(registry: Registry, valid: Mapping[str, Resource], unlawful: Mapping[str, Any]) -> Iterator[Kept]:
    """What landed unlawfully counts as it was before; both count, neither surely, where that cannot be told."""
    for path in sorted({*registry.tree, *unlawful}):
        record = unlawful.get(path)
        standing = valid.get(path) if path in registry.tree else None
        sides = [standing] if record is None else [record.lawful]
        sure = record is None or record.status == FAIL
        if not sure and standing not in sides:
            sides.append(standing)
        for side in sides:
            if side is not None and side.kind == "SegregationOfDuties":
                spec: Any = side.spec
                breach = WARN if spec.enforcement == "advisory" else FAIL if sure else OPEN
                yield Kept(path, spec, breach)


def act(person: str, did: str, action: Action, after: Registry) -> Act:
    """What somebody did."""
    return Act(person, did, action.name, lives(action, after), fields(action, after))


def clashes(change: Any, action: Action, did: str, person: str) -> Iterator[Clash]:
    """What bars a person from a part in an action: what they did before, or what else they do in the same change.

    If they make and approve something in one change, the approval is the one too many; if both duties are alike, it
    is the second.
    """
    acts, doing = change.acts, act(person, did, action, change.after)
    others = [one for one in change.actions if one is not action]
    for one in change.law.kept:
        for conflict in one.spec.lifecycle:
            pairs = ((conflict.first, conflict.second), (conflict.second, conflict.first))
            for place, (mine, other) in enumerate(pairs):
                if not _is(mine, doing):
                    continue
                earlier = [past for past in acts if past.person == person]
                if mine.did != other.did and did == "approve" and person in change.makers:
                    earlier += [act(person, "contribute", done, change.after) for done in change.actions]
                if mine.did == other.did and place == 1:
                    earlier += [act(person, did, done, change.after) for done in others]
                if any(_is(other, past) and _share(past, doing, conflict.scope) for past in earlier):
                    yield Clash(one, person)


def staffing(kept: Iterable[Kept], change: Any) -> Iterator[Found]:
    """What a change of people and roles does to what is kept, and what a rule finds when it comes."""
    touched = list(dict.fromkeys(action.path for action in change.actions if action.path.startswith(STAFF)))
    then, now = People(change.before), People(change.after)
    for one in kept if touched else ():
        for path in touched:
            yield from _meets(one, path, then, now)
        for holders in one.spec.holders:
            had, have = (set(people.with_role(holders.role)) for people in (then, now))
            lost = had - have
            if lost and len(have) < holders.minimum:
                yield about("too-few-holders", one.breach, touched, holders.role)
            if len(lost) * 100 > holders.max_removed_percent * len(had):
                yield about("too-many-removed", one.breach, touched, holders.role)
    for action in change.actions:
        yield from _comes(action, change.after.at(action.path), then)


def _meets(one: Kept, path: str, then: People, now: People) -> Iterator[Found]:
    name = path.removeprefix(STAFF[0]).removesuffix(".yaml")
    if not path.startswith(STAFF[0]) or name not in now.named:
        return
    had = set(then.named[name].roles) if name in then.named else set()
    for pair in one.spec.role_pairs:
        if set(pair.roles) <= set(now.named[name].roles) and not set(pair.roles) <= had:
            yield Found("conflicting-roles", one.breach, path, name)


def _comes(action: Action, new: Resource | None, then: People) -> Iterator[Found]:
    if new is None or new.kind != "SegregationOfDuties":
        return
    old, spec = action.old, _spec(new)
    known = [set(pair.roles) for pair in _spec(old).role_pairs] if old and old.kind == new.kind else []
    for pair in spec.role_pairs:
        if set(pair.roles) not in known:
            for name, user in then.named.items():
                if set(pair.roles) <= set(user.roles):
                    yield Found("conflicting-roles", WARN, action.path, name)


def lives(action: Action, after: Registry) -> frozenset[str]:
    """Of what an action is part of the life, as ``scope:name``."""
    parts = action.path.removesuffix(".yaml").split("/")
    found = {f"resource:{action.path}"}
    if parts[:2] == ["registry", "models"]:
        found.add(f"model:{parts[2]}")
        if parts[3] == "versions":
            found.add(f"version:{parts[2]}/{'/'.join(parts[4:])}")
    elif parts[:2] == ["registry", "deployments"]:
        side = after.at(action.path) or action.old
        found |= {f"model:{parts[3]}", *([f"version:{parts[3]}/{_spec(side).version}"] if side else [])}
    elif parts[:2] == ["registry", "use-cases"]:
        found.add(f"use-case:{parts[2]}")
    return frozenset(found)


def fields(action: Action, after: Registry) -> frozenset[str] | None:
    """Which fields of ``spec`` differ; None: a side is absent, so all do."""
    old, new = action.old, after.at(action.path)
    if old is None or new is None or old.kind != new.kind:
        return None
    one, other = (side.model_dump(mode="json", by_alias=True)["spec"] for side in (old, new))
    return frozenset(name for name in one if one[name] != other[name])


def _is(duty: Any, done: Act) -> bool:
    """Whether an act is one of a duty's; a minor edit is an edit."""
    names = {done.action, done.action.removesuffix("_minor")}
    named = any(fnmatchcase(name, pattern) for name in names for pattern in duty.actions)
    touched = not duty.fields or done.fields is None or bool(set(duty.fields) & done.fields)
    return duty.did == done.did and named and touched


def _share(one: Act, other: Act, scope: str) -> bool:
    return any(life.startswith(f"{scope}:") for life in one.lives & other.lives)


def _spec(resource: Resource) -> Any:
    return resource.spec
