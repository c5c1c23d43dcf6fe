"""Waivers of what is to come, ratifications of what has been: docs/explanation/exceptions.md as plain as can be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from govops.kinds import Resource, path_of_key
from tests.oracle.demands import glob
from tests.oracle.found import FAIL, OPEN, WAIVED, WARN, Found, about, excused, worst
from tests.oracle.hearing import Sides
from tests.oracle.meaning import is_control, is_rule
from tests.oracle.poll import seconds

DAY = 86_400
# fmt: off
WAIVABLE = frozenset({
    "approval-after-landing", "approval-dismissed", "approval-expired", "approver-conflicted", "approver-inactive",
    "approver-is-contributor", "approver-is-merger", "approver-lacks-role", "approver-not-human",
    "author-lacks-permission", "blocked-by-rejection", "conflicting-duties", "context-changed", "dangling-reference",
    "delegation-does-not-count", "emergency-unapproved", "evidence-not-accepted", "executable-file",
    "identity-needed", "illegal-transition", "near-duplicate", "no-policy-matches", "not-approved",
    "open-dependants", "reference-cycle", "retirement-incomplete", "stale-approval", "stray-file", "transient-state",
    "version-outside-range",
})
# fmt: on


@dataclass(frozen=True, slots=True)
class Case:
    """What is left against a change once waivers have spoken. ``before`` are the files of a violation as they were."""

    change: str
    charges: frozenset[Found]
    makers: frozenset[str]
    addresses: frozenset[str]
    before: Mapping[str, Sides]


@dataclass(slots=True)
class Exceptions:
    """All that were made along one walk."""

    cases: dict[str, Case] = field(default_factory=dict)
    accepted: dict[tuple[str, Found], str] = field(default_factory=dict)  # charge -> path of the ratification
    remedied: dict[str, str] = field(default_factory=dict)  # change -> the one that restored what was before it
    backers: dict[str, set[str]] = field(default_factory=dict)  # path -> all who ever approved what stands there
    uses: dict[str, int] = field(default_factory=dict)  # path of a waiver -> findings that it let off
    chances: set[str] = field(default_factory=set)

    # ---- waivers

    def hear(self, change: Any, found: Iterable[Found], makers: frozenset[str]) -> frozenset[Found]:
        """What is found of a change as waivers leave it; notes what is left."""
        waivers = list(self.in_force(change.law))
        for path, spec in waivers:
            if any(_covers(spec, one) for one in change.governed) and not self._bars(path, spec, change, makers):
                self.chances.add(path)
        pairs = [(one, self._waived(one, waivers, change, makers)) for one in found]
        for _, left in pairs:
            if left.by:
                self.uses[left.by] = self.uses.get(left.by, 0) + 1
        charges = frozenset(left for was, left in pairs if was.status != WARN or not left.by)
        if any(one.status in (FAIL, WARN) for one in charges):
            self._note(change, charges, makers)
        return frozenset(left for _, left in pairs)

    def in_force(self, law: Any) -> Iterator[tuple[str, Any]]:
        """(path, fields) of every waiver as it last was lawful, in the order of paths."""
        found = {path: one for path, one in law.valid.items() if path in law.registry.tree}
        found |= {path: record.lawful for path, record in law.unlawful.items()}
        yield from ((path, one.spec) for path, one in sorted(found.items()) if one and one.kind == "Waiver")

    def standing(self, law: Any, now: str | None) -> Iterator[Found]:
        """What is to be said of those that stand at the end."""
        for path, spec in self.in_force(law):
            if path not in law.registry.tree:
                continue
            if now is not None and spec.expires <= now:
                yield Found("waiver-expired", WARN, path)
            elif now is not None and seconds(now, spec.expires) <= 30 * DAY:
                yield Found("waiver-ends-soon", WARN, path)
            if path in self.chances and not self.uses.get(path):
                yield Found("waiver-unmatched", WARN, path)

    def _waived(self, found: Found, waivers: Iterable[tuple[str, Any]], change: Any, makers: frozenset[str]) -> Found:
        ruling = any(is_rule(path) or is_control(path) or path.startswith("policies/") for path in found.paths)
        if found.status not in (FAIL, WARN) or found.rule not in WAIVABLE or not found.paths or ruling:
            return found
        open_ = False
        for path, spec in waivers:
            if found.rule not in spec.rules or not all(_covers(spec, one) for one in found.paths):
                continue
            if found.person in self.backers.get(path, set()):
                continue
            bar = self._bars(path, spec, change, makers)
            if not bar:
                return excused(found, path)
            open_ = open_ or bar == OPEN
        return replace(found, status=OPEN) if open_ and found.status == FAIL else found

    def _bars(self, path: str, spec: Any, change: Any, makers: frozenset[str]) -> str:
        """What a waiver is worth for a change, whatever was found: nothing (FAIL), nobody can tell (OPEN), or all."""
        if makers & self.backers.get(path, set()):
            return FAIL
        if change.time is None:
            return OPEN
        days = change.law.settings.limits.waiver_days
        return FAIL if spec.expires <= change.time or seconds(change.time, spec.expires) > days * DAY else ""

    def _note(self, change: Any, charges: frozenset[Found], makers: frozenset[str]) -> None:
        brought = (change.after.at(action.path) for action in change.actions)
        owners = {_spec(one).owner for one in brought if one is not None and one.kind == "Waiver"}
        claims = change.hearing.claims
        addresses = {claim.address for claim in claims} | {claim.email for claim in claims}
        before = change.governed if worst(charges) == FAIL else {}
        self.cases[change.id] = Case(change.id, charges, makers | owners, frozenset(addresses - {""}), before)

    # ---- who gains

    def gainers(self, actions: Iterable[Any], after: Any, people: Any) -> dict[str, frozenset[str]]:
        """Path -> who may not approve the exception that stands there then."""
        found: dict[str, frozenset[str]] = {}
        for action in actions:
            new = after.at(action.path)
            if new is not None and new.kind == "Waiver":
                sides = [side for side in (action.old, new) if side is not None and side.kind == "Waiver"]
                found[action.path] = frozenset(_spec(side).owner for side in sides)
            elif new is not None and new.kind == "Ratification":
                cases = [self.cases[one] for one in _spec(new).changes if one in self.cases]
                names = {name for case in cases for name in case.makers}
                names |= {name for case in cases for address in case.addresses for name in people.at(address)}
                found[action.path] = frozenset(names)
        return found

    # ---- ratifications

    def in_vain(self, path: str, spec: Any) -> Iterator[Found]:
        """What a ratification names that there is not, or that another one accepted before."""
        known: set[str] = set()
        for change in spec.changes:
            meant = [one for one in self._meant(change, spec) if self.accepted.get((change, one), path) == path]
            known |= {one.fingerprint(change) for one in meant}
            if not meant:
                yield Found("ratification-unmatched", WARN, path, f"change {change[:12]}")
        for fingerprint in spec.fingerprints:
            if fingerprint not in known:
                yield Found("ratification-unmatched", WARN, path, f"finding {fingerprint}")

    def accept(self, path: str, spec: Any) -> Iterator[str]:
        """Accept what a ratification names; those changes of which it let off anything."""
        for change in spec.changes:
            fresh = [one for one in self._meant(change, spec) if (change, one) not in self.accepted]
            self.accepted |= {(change, one): path for one in fresh}
            if fresh:
                yield change

    def restore(self, change: str, landed: Mapping[str, Sides]) -> None:
        """An approved change puts right every violation whose files it left as they were before."""
        for case in self.cases.values():
            told = case.before.items()
            if told and all(path in landed and landed[path][1] == sides[0] for path, sides in told):
                self.remedied.setdefault(case.change, change)

    def left(self, change: str, found: Iterable[Found]) -> frozenset[Found]:
        """What is found of a change by now."""
        by = {one: path for (of, one), path in self.accepted.items() if of == change}
        return frozenset(excused(one, by[one]) if one in by else one for one in found)

    def _meant(self, change: str, spec: Any) -> list[Found]:
        charges = self.cases[change].charges if change in self.cases else frozenset()
        if not spec.fingerprints:
            return sorted(one for one in charges if one.status == FAIL)
        listed = set(spec.fingerprints)
        return sorted(one for one in charges if one.status in (FAIL, WARN) and one.fingerprint(change) in listed)


def too_long(change: Any) -> Iterator[Found]:
    """Waivers that a change brings and that last longer than they may."""
    for action in change.actions:
        new = change.after.at(action.path)
        if new is not None and new.kind == "Waiver":
            days = change.law.settings.limits.waiver_days
            if change.time is None:
                yield Found("waiver-too-long", OPEN, action.path, new.metadata.name)
            elif seconds(change.time, _spec(new).expires) > days * DAY:
                yield Found("waiver-too-long", FAIL, action.path, new.metadata.name)


def _covers(spec: Any, path: str) -> bool:
    scope = spec.scope
    if scope.resource is not None:
        from govops.kinds import ResourceKey

        kind, _, name = scope.resource.partition("/")
        if path_of_key(ResourceKey(kind, name)) != path:
            return False
    return scope.path is None or re.fullmatch(glob(scope.path), path) is not None


def _spec(resource: Resource) -> Any:
    return resource.spec


__all__ = ["WAIVED", "Exceptions", "about", "too_long"]
