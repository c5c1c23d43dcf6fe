"""What was measured for the rich report: promises kept, at risk, broken and unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from govops.service import (
    Acknowledged,
    AgreementStanding,
    BadRow,
    Budget,
    Day,
    Excluded,
    Judged,
    PartOfWindow,
    Period,
    ServiceReport,
    Span,
    Standing,
    Trend,
    Violation,
    is_kept,
)
from tests.render.sample_changes import oid

_P95, _UP, _ERRORS = "response_time_p95_ms", "availability_percent", "error_rate_percent"
_FEBRUARY = Span("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z")
_MARCH = Span("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
_PATH = "registry/slas/fraud-screen"


def service() -> ServiceReport:
    """As of the instant of the rich report, at its tip."""
    return ServiceReport(
        "local:acme/ai-governance",
        "refs/heads/main",
        oid("c13"),
        "2026-03-31T16:20:00Z",
        "0.1.0",
        agreements=(_fast(), _changed(), _silent(), _unreachable()),
        violations=(*violations(), _violation("0f1e2d3c4b5a6978", _MARCH)),
    )


def violations() -> tuple[Violation, ...]:
    """One that is recorded and acknowledged."""
    note = Acknowledged("bob", "2026-03-03T09:00:00Z", "The cache was cold | after the move")
    return (_violation("9a8b7c6d5e4f3021", _FEBRUARY, acknowledged=note, is_recorded=True),)


def trend(metric: str, target: int, values: Sequence[str | None]) -> Trend:
    """Days of March with these values, exact."""
    first = datetime(2026, 3, 1, tzinfo=UTC)
    days = []
    for number, text in enumerate(values):
        span = Span(_day(first + timedelta(days=number)), _day(first + timedelta(days=number + 1)))
        value = None if text is None else Fraction(text)
        days.append(Day(span, value, None if value is None else is_kept(metric, value, Fraction(target))))
    return Trend(metric, Fraction(target), tuple(days))


def _fast() -> AgreementStanding:
    """Slow at the end, with an excuse for one night and two rows that are none."""
    budget = Budget("requests", Fraction(48_000), Fraction(2_880), Fraction(2_400), Fraction(30, 31))
    slow = Judged(_P95, Fraction(600), Standing.VIOLATED, Fraction(712), Fraction(712), budget)
    ever = Judged(_ERRORS, Fraction(1, 5), Standing.AT_RISK, Fraction(17, 100), Fraction(17, 100), _used(85))
    rest = Excluded(Span("2026-03-07T01:00:00Z", "2026-03-07T03:00:00Z"), "new switch", ("bob",), oid("c9"))
    values = [str(value) for value in (420, 430, 410, 500, 520, 480, 610, 605, 712, 1100)]
    return AgreementStanding(
        "fraud-screen",
        f"{_PATH}.yaml",
        "Model/fraud-screen",
        "month in Europe/Lisbon",
        Fraction(80),
        (Period(_MARCH, False, (PartOfWindow(_MARCH, oid("c4"), (slow, ever), (rest,)),)),),
        (trend(_P95, 600, values), trend(_ERRORS, 1, ["0.1", None, "0.3"])),
        rows=48_002,
        bad=2,
        bad_rows=(BadRow("requests.csv:17", "2026-03-02T10:00:00Z,fast,true", "latency_ms is no number"),),
    )


def _changed() -> AgreementStanding:
    """Its target rose in the middle of February; both parts are told."""
    early, late = Span(_FEBRUARY.start, "2026-02-15T00:00:00Z"), Span("2026-02-15T00:00:00Z", _FEBRUARY.end)
    kept = Judged(_UP, Fraction(99), Standing.COMPLIANT, Fraction("99.42"), Fraction("99.42"), _used(58))
    broken = Judged(_UP, Fraction(100), Standing.VIOLATED, Fraction("99.9996"), Fraction("99.9996"), _used(None))
    parts = (PartOfWindow(early, oid("c4"), (kept,)), PartOfWindow(late, oid("c7"), (broken,)))
    return AgreementStanding(
        "refunds",
        "registry/slas/refunds.yaml",
        "UseCase/refunds",
        "28 days",
        Fraction(75),
        (Period(_FEBRUARY, True, parts),),
    )


def _silent() -> AgreementStanding:
    why = "insufficient data: nothing was measured on 4 of 28 days"
    unknown = Judged(_UP, Fraction("99.5"), Standing.UNKNOWN, why=why)
    part = PartOfWindow(_FEBRUARY, oid("c4"), (unknown,), gaps=(Span(_FEBRUARY.start, "2026-02-05T00:00:00Z"),))
    days = (trend(_UP, 99, [None, None, None]),)
    path = "registry/slas/churn.yaml"
    return AgreementStanding(
        "churn", path, "Deployment/production/churn", "28 days", Fraction(80), (Period(_FEBRUARY, True, (part,)),), days
    )


def _unreachable() -> AgreementStanding:
    problem = "the source `prometheus` did not answer"
    return AgreementStanding(
        "scores", "registry/slas/scores.yaml", "Model/churn", "7 days", Fraction(80), problem=problem
    )


def _used(percent: int | None) -> Budget:
    allowed = Fraction(0) if percent is None else Fraction(100)
    return Budget("seconds", Fraction(10_000), Fraction(percent or 1), allowed)


def _violation(
    name: str, span: Span, *, is_recorded: bool = False, acknowledged: Acknowledged | None = None
) -> Violation:
    path = f"{_PATH}/violations/{name}.yaml"
    target, actual = Fraction(600), Fraction(712)
    return Violation(name, "fraud-screen", _P95, span, target, actual, path, is_recorded, acknowledged)


def _day(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")
