"""Duties that may not meet in one person, over the whole life of a thing, and who took which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from govops.finding import Status
from govops.history.deeds import Deed, Deeds, lives
from govops.kinds.segregation_of_duties import Duty, LifecycleConflict, SegregationOfDuties
from govops.lifecycle import Action, version_named, whole

Segregations = tuple[tuple[str, SegregationOfDuties, bool], ...]
"""(path, policy, whether it surely counts)."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One lifecycle conflict in force, and what a breach of it is. ``id`` is the policy's name and a number."""

    id: str
    policy: str
    rule: LifecycleConflict
    status: Status

    @property
    def is_strict(self) -> bool:
        """Whether the second duty counts for nothing."""
        return self.status is not Status.WARN

    @property
    def sides(self) -> tuple[Duty, Duty]:
        """Both duties."""
        return self.rule.first, self.rule.second

    def lives(self, resource: str, version: str) -> Iterator[str]:
        """The lives of the conflict's scope that an action on ``Kind/name`` is part of."""
        return (life for life in lives(resource, version) if life.startswith(f"{self.rule.scope}:"))


def conflicts_of(segregations: Segregations) -> tuple[Conflict, ...]:
    """Every lifecycle conflict of these policies, in order."""
    return tuple(
        Conflict(f"{policy.metadata.name}#{number}", path, rule, breach(policy, certain=certain))
        for path, policy, certain in segregations
        for number, rule in enumerate(policy.spec.lifecycle, len(policy.spec.role_pairs) + 1)
    )


def breach(policy: SegregationOfDuties, *, certain: bool) -> Status:
    """What a breach of the policy is."""
    if policy.spec.enforcement == "advisory":
        return Status.WARN
    return Status.FAIL if certain else Status.UNVERIFIABLE


class Taken(NamedTuple):
    """A duty that an action may be one of, by its place among the conflicts; ``other`` is what it clashes with."""

    number: int
    conflict: Conflict
    side: int
    duty: Duty
    other: Duty


@dataclass(slots=True)
class Acts:
    """Who first took which of the duties, in which life; it is caught up with the deeds whenever it is asked."""

    conflicts: tuple[Conflict, ...]
    _first: dict[tuple[int, int, str, str], Deed] = field(default_factory=dict)
    _read: int = 0
    _asked: tuple[tuple[Action, ...] | None, dict[str, list[Action]]] = (None, {})
    _named: dict[tuple[str, str], tuple[Taken, ...]] = field(default_factory=dict)

    def catch_up(self, deeds: Deeds) -> None:
        """Take up what was done since."""
        if self.conflicts:
            for deed in deeds.after(self._read):
                self._note(deed)
        self._read = len(deeds)

    def taken_by(self, action: str, did: str) -> tuple[Taken, ...]:
        """The duties of those who do this to an action of that name, in order; their fields aside."""
        key = (action, did)
        if key not in self._named:
            self._named[key] = tuple(
                Taken(number, conflict, side, duty, conflict.sides[1 - side])
                for number, conflict in enumerate(self.conflicts)
                for side, duty in enumerate(conflict.sides)
                if duty.did == did and is_named(duty, action)
            )
        return self._named[key]

    def living(self, actions: tuple[Action, ...], life: str) -> Sequence[Action]:
        """Those of a change's actions that are part of a life; the last change asked about is remembered."""
        if self._asked[0] is not actions:
            found: dict[str, list[Action]] = {}
            for action in actions:
                for one in lives(f"{action.kind}/{action.resource}", version_named(action)):
                    found.setdefault(one, []).append(action)
            self._asked = (actions, found)
        return self._asked[1].get(life, ())

    def first(self, conflict: int, duty: int, life: str, person: str) -> Deed | None:
        """The first deed by which the person took that duty in that life."""
        return self._first.get((conflict, duty, life, person))

    def met(self) -> Iterator[tuple[Conflict, str, str, Deed, Deed]]:
        """(conflict, life, person, both deeds) wherever one person took both duties, by conflict, life and person."""
        for number, duty, life, person in sorted(self._first):
            other = self._first.get((number, 1, life, person)) if duty == 0 else None
            if other is not None:
                yield self.conflicts[number], life, person, self._first[number, duty, life, person], other

    def _note(self, deed: Deed) -> None:
        for did, people in (("contribute", deed.contributors), ("approve", deed.vouching)):
            for at in self.taken_by(deed.action, did) if people else ():
                if takes(at.duty, deed.action, deed.fields):
                    for life in at.conflict.lives(deed.resource, deed.version):
                        for person in people:
                            self._first.setdefault((at.number, at.side, life, person), deed)


def is_named(duty: Duty, action: str) -> bool:
    """Whether an action of this name may be one of the duty's. A minor edit is an edit."""
    names = (action, whole(action))
    return any(fnmatchcase(name, pattern) for pattern in duty.actions for name in names)


def takes(duty: Duty, action: str, fields: tuple[str, ...] | None) -> bool:
    """Whether an action is one of the duty's; ``fields`` None: it touches all of them."""
    return is_named(duty, action) and (not duty.fields or fields is None or not set(duty.fields).isdisjoint(fields))
