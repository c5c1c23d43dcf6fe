"""Duties that may not meet in one person, over the whole life of a thing, and who took which."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from govops.finding import Status
from govops.history.deeds import Deed, Deeds, lives
from govops.kinds.segregation_of_duties import Duty, LifecycleConflict, SegregationOfDuties

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

    def sides(self) -> Iterator[tuple[int, Duty, int, Duty]]:
        """Each duty beside the other one, with their numbers."""
        yield 0, self.rule.first, 1, self.rule.second
        yield 1, self.rule.second, 0, self.rule.first

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


@dataclass(slots=True)
class Acts:
    """Who first took which of the duties, in which life; it is caught up with the deeds whenever it is asked."""

    conflicts: tuple[Conflict, ...]
    _first: dict[tuple[int, int, str, str], Deed] = field(default_factory=dict)
    _read: int = 0

    def catch_up(self, deeds: Deeds) -> None:
        """Take up what was done since."""
        if self.conflicts:
            for deed in deeds.after(self._read):
                self._note(deed)
        self._read = len(deeds)

    def first(self, conflict: int, duty: int, life: str, person: str) -> Deed | None:
        """The first deed by which the person took that duty in that life."""
        return self._first.get((conflict, duty, life, person))

    def met(self) -> Iterator[tuple[Conflict, str, str, Deed, Deed]]:
        """(conflict, life, person, both deeds) wherever one person took both duties, by conflict, life and person."""
        for (number, duty, life, person), deed in sorted(self._first.items(), key=lambda item: item[0]):
            other = self._first.get((number, 1, life, person)) if duty == 0 else None
            if other is not None:
                yield self.conflicts[number], life, person, deed, other

    def _note(self, deed: Deed) -> None:
        for number, conflict in enumerate(self.conflicts):
            for side, duty in enumerate((conflict.rule.first, conflict.rule.second)):
                people = deed.contributors if duty.did == "contribute" else deed.approvers
                if people and takes(duty, deed.action, deed.fields):
                    for life in conflict.lives(deed.resource, deed.version):
                        for person in people:
                            self._first.setdefault((number, side, life, person), deed)


def takes(duty: Duty, action: str, fields: tuple[str, ...] | None) -> bool:
    """Whether an action is one of the duty's; ``fields`` None: it touches all of them."""
    named = any(fnmatchcase(action, pattern) for pattern in duty.actions)
    return named and (not duty.fields or fields is None or not set(duty.fields).isdisjoint(fields))
