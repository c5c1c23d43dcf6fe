"""What was promised of services and what was kept: values that renderers see, made by whoever measured.

Every number is exact (a Fraction) until it is shown. Times are instants in UTC as in YAML, ends are no part of a span.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from govops.errors import ExitCode
from govops.incident import Kept, TargetRun

_AT_LEAST = "availability_percent"
_FEWEST_DIGITS = 2


class Standing(StrEnum):
    """How a promise stands, best first. *Unknown* is missing data, a time or an approval: it is not compliance."""

    COMPLIANT = "compliant"
    AT_RISK = "at_risk"
    UNKNOWN = "unknown"
    VIOLATED = "violated"


def worst(standings: Iterable[Standing]) -> Standing:
    """The worst; unknown where there is none, since nothing was shown."""
    order = list(Standing)
    return max(standings, key=order.index, default=Standing.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Span:
    """From ``start`` to before ``end``."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Budget:
    """The bad events that a promise allows, in ``unit``: ``requests`` or ``seconds``.

    ``total`` and ``bad`` were measured. ``allowed`` is the budget of the whole part: of one that still runs, as many as
    it will have if the rest is like what was measured. ``elapsed`` is the share of the part that has passed.
    """

    unit: str
    total: Fraction
    bad: Fraction
    allowed: Fraction
    elapsed: Fraction = Fraction(1)

    @property
    def used(self) -> Fraction | None:
        """The share that is used, over 1 when overspent; None where nothing is allowed and something went wrong."""
        if not self.bad:
            return Fraction(0)
        return self.bad / self.allowed if self.allowed else None

    @property
    def left(self) -> Fraction:
        """The share that is left, at least 0."""
        return Fraction(0) if self.used is None else max(Fraction(0), 1 - self.used)

    @property
    def burn_rate(self) -> Fraction | None:
        """How fast it is used: at 1 it lasts exactly as long as the part; None where it cannot be told."""
        return None if self.used is None or not self.elapsed else self.used / self.elapsed


@dataclass(frozen=True, slots=True)
class Judged:
    """One objective in one part of a window.

    ``lowest`` and ``highest`` bound what was measured, in ms or percent: the same but for percentiles of several
    points; None where nothing was. ``why`` explains every standing but a plain one.
    """

    metric: str
    target: Fraction
    standing: Standing
    lowest: Fraction | None = None
    highest: Fraction | None = None
    budget: Budget | None = None
    why: str = ""

    @property
    def shown(self) -> str:
        """What was measured, for people: ``712``, ``650–900``, ``99.49``; empty where nothing was."""
        if self.lowest is None or self.highest is None:
            return ""
        low, high = (shown(self.metric, value, self.target) for value in (self.lowest, self.highest))
        return low if low == high else f"{low}–{high}"


@dataclass(frozen=True, slots=True)
class Excluded:
    """A maintenance that counted: who approved the change (``commit``) that announced it."""

    span: Span
    reason: str
    approvers: tuple[str, ...] = ()
    commit: str = ""


@dataclass(frozen=True, slots=True)
class PartOfWindow:
    """The stretch of a window in which one text of the agreement was in force, which ``commit`` had landed.

    ``commit`` is empty where nobody knows what was in force.
    """

    span: Span
    commit: str
    judged: tuple[Judged, ...]
    excluded: tuple[Excluded, ...] = ()
    gaps: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Period:
    """A window: a rolling one, or one of the calendar, which has ended (``is_complete``) or still runs."""

    span: Span
    is_complete: bool
    parts: tuple[PartOfWindow, ...]

    @property
    def standing(self) -> Standing:
        """The worst of its parts."""
        return worst(judged.standing for part in self.parts for judged in part.judged)


@dataclass(frozen=True, slots=True)
class Day:
    """One value of a trend: ``value`` is the worst that it can be, None for a day without data."""

    span: Span
    value: Fraction | None
    is_kept: bool | None


@dataclass(frozen=True, slots=True)
class Trend:
    """How one objective went, day by day, beside the target that is in force at the end."""

    metric: str
    target: Fraction
    days: tuple[Day, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is no measurement: where it stands (``requests.csv:17``), what it says (cut short), and why not."""

    place: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class IncidentTime:
    """A time that the agreement promised for an incident that was reported in one of its windows."""

    incident: str
    run: TargetRun

    @property
    def standing(self) -> Standing:
        """What still runs is kept so far."""
        return _STANDINGS.get(self.run.kept, Standing.COMPLIANT)


_STANDINGS = {
    Kept.LATE: Standing.VIOLATED,
    Kept.OVERDUE: Standing.VIOLATED,
    Kept.UNKNOWN: Standing.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class AgreementStanding:
    """How one ServiceLevelAgreement stands. ``window`` is in words (``28 days``, ``month in Europe/Lisbon``).

    ``rows`` were read, ``bad`` of them were none, the first few of which are quoted. ``late`` lie after the instant of
    the report and were left out. ``problem`` says why it could not be measured at all; ``notes`` what else to know.
    """

    name: str
    path: str
    resource: str
    window: str
    at_risk: Fraction
    periods: tuple[Period, ...] = ()
    trends: tuple[Trend, ...] = ()
    rows: int = 0
    bad: int = 0
    late: int = 0
    bad_rows: tuple[BadRow, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()
    incidents: tuple[IncidentTime, ...] = ()

    @property
    def standing(self) -> Standing:
        """The worst of its periods and of the times of incidents in them."""
        if self.problem:
            return Standing.UNKNOWN
        return worst((*(period.standing for period in self.periods), *(time.standing for time in self.incidents)))

    def judged(self) -> Iterator[tuple[Period, PartOfWindow, Judged]]:
        """Every result, in order."""
        for period in self.periods:
            for part in period.parts:
                for judged in part.judged:
                    yield period, part, judged


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """Somebody has taken note of a violation, by an approved change."""

    by: str
    at: str
    notes: str


@dataclass(frozen=True, slots=True)
class Violation:
    """A promise that was not kept over a whole window. ``path`` is its file, whether it is recorded already or not."""

    id: str
    sla: str
    metric: str
    span: Span
    target: Fraction
    actual: Fraction
    path: str
    is_recorded: bool = False
    acknowledged: Acknowledged | None = None


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """All that a check of the agreements found, by name. ``violations``: those recorded first, then the new ones.

    The agreements are those at ``tip``, as of ``as_of``, an attested time unless ``as_of_clock`` says whose it is.
    ``doubts`` are findings on the history as a whole: with any, nothing of what was promised is certain.
    """

    repository: str
    ref: str
    tip: str
    as_of: str | None
    govops_version: str
    engine: str = "reference"
    as_of_clock: str = ""
    agreements: tuple[AgreementStanding, ...] = ()
    violations: tuple[Violation, ...] = ()
    doubts: tuple[str, ...] = ()
    schema: str = "govops/service/v1"

    def exit_code(self, failing: Collection[Standing] = (Standing.VIOLATED,)) -> ExitCode:
        """3 for anything unknown, 1 for anything ``failing``; the highest wins."""
        standings = {agreement.standing for agreement in self.agreements}
        standings |= {judged.standing for agreement in self.agreements for _, _, judged in agreement.judged()}
        standings |= {time.standing for agreement in self.agreements for time in agreement.incidents}
        if Standing.UNKNOWN in standings or self.doubts:
            return ExitCode.UNDECIDABLE
        return ExitCode.VIOLATION if standings & {*failing} else ExitCode.OK


def violation_id(sla: str, metric: str, span: Span) -> str:
    """16 hex digits that any check of the same window gives."""
    return hashlib.sha256("\0".join((sla, metric, span.start, span.end)).encode()).hexdigest()[:16]


def exact(number: float) -> Fraction:
    """The number that its shortest decimal spelling says: 99.95 is 9995/100."""
    return Fraction(repr(number))


def is_kept(metric: str, value: Fraction, target: Fraction) -> bool:
    """Whether a value keeps a promise: at least the target for availability, at most for all others."""
    return value >= target if metric == _AT_LEAST else value <= target


def shown(metric: str, value: Fraction, target: Fraction) -> str:
    """A value beside its target, rounded away from compliance: 99.9996 under a target of 100 is ``99.99``.

    With as many digits as the target has, and two at least, what misses the target is never shown as equal to it.
    """
    digits = max(_FEWEST_DIGITS, _digits(target))
    scaled = value * 10**digits
    whole = scaled.__floor__() if metric == _AT_LEAST else scaled.__ceil__()
    text = str(Decimal(whole).scaleb(-digits))
    return plain(text)


def plain(text: str) -> str:
    """A decimal number without the zeros at its end."""
    return text.rstrip("0").rstrip(".") if "." in text else text


def _digits(number: Fraction) -> int:
    """How many decimal places it has; those of a target are few."""
    digits = 0
    while (number * 10**digits).denominator != 1 and digits < 20:
        digits += 1
    return digits
