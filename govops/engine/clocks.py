"""What has a time limit: reports to authorities by the clocks of frameworks, and what agreements promise of incidents.

Only attested times count. What somebody typed is shown beside them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from govops.engine.incident_course import Course, Notified
from govops.engine.incident_names import Target
from govops.incident import ClockRun, Kept, Promise, Stage, TargetRun, seconds_between
from govops.kinds.framework import Clock, Framework
from govops.kinds.scalars import duration_seconds, later


@dataclass(frozen=True, slots=True)
class Sort:
    """What sort of incident it is, as clocks ask."""

    severity: str
    category: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Times:
    """When it was reported, and as of when that is asked; None where nobody attests it."""

    start: str | None
    as_of: str | None


def clock_runs(
    frameworks: Iterable[Framework], sort: Sort, times: Times, notified: Iterable[Notified]
) -> Iterator[ClockRun]:
    """A run for each clock that is meant and each stage of it, in the order of the frameworks."""
    told = {(one.clock, one.stage): one for one in notified}
    for framework in frameworks:
        for clock in framework.spec.clocks if _counts(framework, times.start) else ():
            if _is_meant(clock, sort):
                yield from _runs(framework, clock, times, told)


def target_runs(targets: Iterable[Target], course: Course | None, times: Times) -> Iterator[TargetRun]:
    """A run for each time that an agreement gives. Whoever resolves an incident answers it, too."""
    resolved = course.resolved if course else None
    answers = [mark for mark in (course.responded if course else None, resolved) if mark is not None]
    answered = min(answers, key=lambda mark: mark.time or "", default=None)
    for agreement, response, resolution in targets:
        for what, minutes, mark in (
            (Promise.RESPONSE, response, answered),
            (Promise.RESOLUTION, resolution, resolved),
        ):
            if minutes is not None:
                done, pending = mark.time if mark else None, mark is None
                kept = _kept(_later(times.start, minutes * 60), done, times.as_of, pending=pending)
                taken = seconds_between(times.start, times.as_of if pending else done)
                yield TargetRun(agreement, what, minutes, kept, taken)


def _counts(framework: Framework, start: str | None) -> bool:
    """Whether the framework was in force when the incident was reported; where nobody knows when, it may have been."""
    spec = framework.spec
    begin, end = (f"{day}T00:00:00Z" if day else None for day in (spec.in_force_from, spec.in_force_until))
    return start is None or ((begin is None or begin <= start) and (end is None or start < end))


def _is_meant(clock: Clock, sort: Sort) -> bool:
    wanted = clock.incidents
    if wanted.severities and sort.severity not in wanted.severities:
        return False
    if wanted.categories and sort.category not in wanted.categories:
        return False
    return wanted.labels.items() <= sort.labels.items()


def _runs(
    framework: Framework, clock: Clock, times: Times, notified: Mapping[tuple[str, str], Notified]
) -> Iterator[ClockRun]:
    name = f"{framework.metadata.name}/{clock.id}"
    for stage, limit in ((Stage.INITIAL, clock.initial), (Stage.FINAL, clock.final)):
        if limit is None:
            continue
        told = notified.get((name, stage)) or notified.get((name, Stage.FINAL))
        due, done = _later(times.start, duration_seconds(limit)), told.mark.time if told else None
        yield ClockRun(
            clock=name,
            title=clock.title,
            clause=clock.clause,
            stage=stage,
            start=times.start,
            due=due,
            kept=_kept(due, done, times.as_of, pending=told is None),
            done=done,
            claimed=told.claimed if told else None,
            authority=told.authority if told else "",
        )


def _later(start: str | None, seconds: int) -> str | None:
    return later(start, seconds) if start else None


def _kept(due: str | None, done: str | None, as_of: str | None, *, pending: bool) -> Kept:
    """The last instant is in time. What is pending is late as soon as its time is over."""
    at = as_of if pending else done
    if due is None or at is None:
        return Kept.UNKNOWN
    if pending:
        return Kept.RUNNING if at <= due else Kept.OVERDUE
    return Kept.MET if at <= due else Kept.LATE
