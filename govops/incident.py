"""What became of incidents, as plain values: how they stand, and which times were kept. Renderers see these."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

SEVERITIES = ("info", "warning", "error", "critical")  # the least first


class IncidentStatus(StrEnum):
    """How an incident stands: reported, or lawfully resolved or removed since."""

    OPEN = "open"
    RESOLVED = "resolved"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """Which report an authority gets: the first, which may be incomplete, or the complete one."""

    INITIAL = "initial"
    FINAL = "final"


class Promise(StrEnum):
    """What an agreement gives a time for."""

    RESPONSE = "response"
    RESOLUTION = "resolution"


class Kept(StrEnum):
    """Whether something was done in time. ``UNKNOWN``: a time that it takes is attested by nobody."""

    RUNNING = "running"
    MET = "met"
    LATE = "late"
    OVERDUE = "overdue"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ClockRun:
    """One thing that an authority has to hear of an incident, and until when.

    ``clock`` is ``framework/id``, ``clause`` the clause that asks for it. ``done`` is when the change landed that says
    the authority was told, ``claimed`` the instant that it names.
    """

    clock: str
    title: str
    clause: str
    stage: Stage
    start: str | None
    due: str | None
    kept: Kept
    done: str | None = None
    claimed: str | None = None
    authority: str = ""


@dataclass(frozen=True, slots=True)
class TargetRun:
    """A time that an agreement promised for incidents, as it stood when this one was reported.

    ``minutes`` is the promise, ``seconds`` what it took, or has taken so far; None where no time is attested.
    """

    agreement: str
    what: Promise
    minutes: int
    kept: Kept
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class IncidentCase:
    """One incident at the tip.

    ``path`` is its file, None where only a record tells of it. ``severity`` is the gravest that was reported and not
    lawfully lowered. ``word`` is what the category was derived from, None where it was given; ``""`` where no word was
    found. ``reported_at``, ``responded_at`` and ``resolved_at`` are attested; ``claimed_at`` is what the report says.
    ``resolution_seconds`` is from the report to the resolution.
    ``records`` are the ids of the signed reports. ``milder`` says in words what of the file is milder than those.
    """

    name: str
    title: str
    status: IncidentStatus
    severity: str
    category: str
    resource: str
    path: str | None = None
    word: str | None = None
    related: tuple[str, ...] = ()
    affected: int = 0
    reported_by: str = ""
    claimed_at: str | None = None
    reported_at: str | None = None
    responded_at: str | None = None
    resolved_at: str | None = None
    resolved_in: str | None = None
    resolution_seconds: int | None = None
    records: tuple[str, ...] = ()
    milder: str = ""
    clocks: tuple[ClockRun, ...] = ()
    targets: tuple[TargetRun, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it was reported and not lawfully resolved or withdrawn."""
        return self.status is IncidentStatus.OPEN


@dataclass(frozen=True, slots=True)
class Unheard:
    """A signed report that satisfies nothing, and why."""

    record: str
    path: str
    person: str
    incident: str
    reason: str


@dataclass(frozen=True, slots=True)
class Affected:
    """A use case in force that depends on what an open critical incident names; ``via`` is what it depends on."""

    use_case: str
    path: str
    incident: str
    via: str


@dataclass(frozen=True, slots=True)
class ResolutionTimes:
    """Seconds from report to resolution, of the incidents for which both are attested: ``count`` of them."""

    count: int
    median: Fraction | None = None
    longest: int | None = None


def resolution_times(cases: Iterable[IncidentCase]) -> ResolutionTimes:
    """Of those that are resolved; the median of an even number is the mean of the two in the middle, exactly."""
    found = sorted(taken for case in cases if (taken := case.resolution_seconds) is not None)
    if not found:
        return ResolutionTimes(0)
    upper, lower = found[len(found) // 2], found[(len(found) - 1) // 2]
    return ResolutionTimes(len(found), Fraction(upper + lower, 2), found[-1])


def seconds_between(start: str | None, end: str | None) -> int | None:
    """Whole seconds, never fewer than none: what is attested earlier than its report was done at once."""
    from datetime import datetime

    if start is None or end is None:
        return None
    return max(int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds()), 0)


def gravest(severities: Sequence[str]) -> str:
    """The worst of them."""
    return max(severities, key=SEVERITIES.index)
