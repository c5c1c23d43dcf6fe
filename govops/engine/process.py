"""The approval process, measured along the walk: from attested times alone, each duration exact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from govops.decision import ChangeFacts
from govops.engine.levels import LEVELS
from govops.finding import ChangeRecord, RequirementRecord, Status
from govops.history.snapshot import Snapshot
from govops.kinds.model_version import ModelVersion
from govops.kinds.scalars import duration_seconds
from govops.kinds.use_case import UseCase
from govops.process import LateDecision, Pace, Process, Spread, StatusTime

_ALL = "all"
_BY = (_ALL, "level", "policy", "role")
_STATUSES = ("registered", "draft", "submitted", "approved", "deployed", "rejected", "deprecated", "archived")


@dataclass(frozen=True, slots=True)
class KeptTimes:
    """All that was measured up to some change, durations in seconds.

    ``took`` and ``counts`` (unknown, undecided, late) are by group, such as ``level high``, ``targets`` the latest of
    each policy. ``stays`` and ``untold`` are by kind and status, such as ``UseCase draft``. ``since`` has the status of
    each resource that ever came into one, and when it did.
    """

    took: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    counts: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    targets: Mapping[str, str] = field(default_factory=dict)
    stays: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    untold: Mapping[str, int] = field(default_factory=dict)
    since: Mapping[str, tuple[str, str | None]] = field(default_factory=dict)
    late: tuple[LateDecision, ...] = ()


class Stopwatch:
    """Grows along one walk, from what another one had measured."""

    def __init__(self, kept: KeptTimes | None = None) -> None:
        kept = kept or KeptTimes()
        self._took = {group: list(seconds) for group, seconds in kept.took.items()}
        self._counts = dict(kept.counts)
        self._targets = dict(kept.targets)
        self._stays = {status: list(seconds) for status, seconds in kept.stays.items()}
        self._untold = dict(kept.untold)
        self._since = dict(kept.since)
        self._late = list(kept.late)

    def kept(self) -> KeptTimes:
        """What was measured up to here; the watch may go on."""
        return KeptTimes(
            {group: tuple(seconds) for group, seconds in self._took.items()},
            dict(self._counts),
            dict(self._targets),
            {status: tuple(seconds) for status, seconds in self._stays.items()},
            dict(self._untold),
            dict(self._since),
            tuple(self._late),
        )

    def decide(self, change: ChangeRecord) -> None:
        """Take the times of a change that was judged."""
        asked = [requirement for requirement in change.requirements if requirement.needed]
        if not asked:
            if change.status is Status.UNVERIFIABLE:
                self._count(_ALL, unknown=1)
            return
        for group in (_ALL, f"level {change.level}") if change.level else (_ALL,):
            self._decided(group, change.opened, asked)
        for policy in dict.fromkeys(one.source for one in asked if one.decide_within):
            self._by_policy(change, policy, [one for one in asked if one.source == policy])
        for role, at in _first_by_role(change):
            self._add(f"role {role}", elapsed(change.opened, at))

    def move(self, facts: ChangeFacts, *, reporting: bool) -> None:
        """Note the statuses that a change ends and begins; without an attested time of its own it has none here."""
        at = facts.time if facts.testimony.landed_at else None
        for resource, action in {f"{action.kind}/{action.resource}": action for action in facts.actions}.items():
            old, new = _status(action.old), _status(action.new)
            if old == new:
                continue
            status, since = self._since.pop(resource, (None, None))
            if old is not None and reporting:
                self._stayed(f"{action.kind} {old}", elapsed(since, at) if status == old else None)
            if new is not None:
                self._since[resource] = (new, at)

    def report(self, snapshot: Snapshot, as_of: str | None) -> Process:
        """What was measured, and how long everything has been standing where it stands."""
        return Process(tuple(self._paces()), tuple(self._statuses(snapshot, as_of)), tuple(self._late))

    def _decided(self, group: str, opened: str | None, asked: Iterable[RequirementRecord]) -> int | None:
        """Put a decision into its group; in how many seconds it was taken, if it was and that is known."""
        if any(one.status is not Status.PASS for one in asked):
            self._count(group, undecided=1)
            return None
        times = [one.met_at for one in asked]
        took = elapsed(opened, max(time for time in times if time)) if all(times) else None
        self._add(group, took)
        return took

    def _by_policy(self, change: ChangeRecord, policy: str, asked: Sequence[RequirementRecord]) -> None:
        group, target = f"policy {policy}", asked[0].decide_within
        self._targets[policy] = target
        took = self._decided(group, change.opened, asked)
        if took is not None and took > duration_seconds(target):
            self._count(group, late=1)
            self._late.append(LateDecision(change.id, policy, target, took))

    def _add(self, group: str, took: int | None) -> None:
        if took is None:
            self._count(group, unknown=1)
        else:
            self._took.setdefault(group, []).append(took)

    def _count(self, group: str, *, unknown: int = 0, undecided: int = 0, late: int = 0) -> None:
        found = self._counts.get(group, (0, 0, 0))
        self._counts[group] = (found[0] + unknown, found[1] + undecided, found[2] + late)

    def _stayed(self, status: str, took: int | None) -> None:
        if took is None:
            self._untold[status] = self._untold.get(status, 0) + 1
        else:
            self._stays.setdefault(status, []).append(took)

    def _paces(self) -> Iterator[Pace]:
        for group in sorted(self._took.keys() | self._counts.keys(), key=_place):
            by, _, name = group.partition(" ")
            unknown, undecided, late = self._counts.get(group, (0, 0, 0))
            took = spread(self._took.get(group, ()))
            yield Pace(by, name, took, unknown, undecided, self._targets.get(name, ""), late)

    def _statuses(self, snapshot: Snapshot, as_of: str | None) -> Iterator[StatusTime]:
        ages: dict[str, list[int | None]] = {}
        for kind in ("ModelVersion", "UseCase"):
            for _, resource in snapshot.of_kind(kind):
                status, since = _status(resource), self._since.get(f"{kind}/{resource.key.name}")
                known = since is not None and since[0] == status
                ages.setdefault(f"{kind} {status}", []).append(elapsed(since[1], as_of) if since and known else None)
        for name in sorted({*ages, *self._stays, *self._untold}, key=_step):
            kind, _, status = name.partition(" ")
            standing = ages.get(name, [])
            known_ages = [age for age in standing if age is not None]
            unknown = self._untold.get(name, 0) + standing.count(None)
            took = spread(self._stays.get(name, ()))
            yield StatusTime(kind, status, took, len(standing), max(known_ages, default=None), unknown)


def spread(seconds: Iterable[int]) -> Spread:
    """The percentiles: of n durations the k-th smallest, k = ceil(q × n)."""
    ordered = sorted(seconds)
    if not ordered:
        return Spread()
    p50, p90, p99 = (ordered[-(-len(ordered) * percent // 100) - 1] for percent in (50, 90, 99))
    return Spread(len(ordered), p50, p90, p99, ordered[-1])


def elapsed(start: str | None, end: str | None) -> int | None:
    """From one instant to another; None where one is missing, or they come in the wrong order."""
    if start is None or end is None:
        return None
    took = (datetime.fromisoformat(end) - datetime.fromisoformat(start)) // timedelta(seconds=1)
    return took if took >= 0 else None


def _first_by_role(change: ChangeRecord) -> Iterator[tuple[str, str | None]]:
    """When the first one approved who counted in a role, by role; None where the time of any is missing."""
    given: dict[str, list[str | None]] = {}
    for approval in change.approvals:
        for role in approval.roles if approval.counted and approval.decision == "approve" else ():
            given.setdefault(role, []).append(approval.at)
    for role, times in sorted(given.items()):
        known = [time for time in times if time is not None]
        yield role, min(known) if len(known) == len(times) else None


def _status(resource: object) -> str | None:
    return resource.spec.status if isinstance(resource, ModelVersion | UseCase) else None


def _place(group: str) -> tuple[int, int, str]:
    by, _, name = group.partition(" ")
    return _BY.index(by), -LEVELS.index(name) if by == "level" else 0, name


def _step(name: str) -> tuple[str, int]:
    kind, _, status = name.partition(" ")
    return kind, _STATUSES.index(status)
