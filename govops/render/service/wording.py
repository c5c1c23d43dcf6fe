"""How every format says what was promised, measured and left."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from govops.finding import Severity, Status
from govops.incident import Promise
from govops.render.wording import kept_word, span
from govops.service import Budget, IncidentTime, Judged, Span, Standing, Trend, Violation, exact, plain, shown

STATUSES = {
    Standing.COMPLIANT: Status.PASS,
    Standing.AT_RISK: Status.WARN,
    Standing.UNKNOWN: Status.UNVERIFIABLE,
    Standing.VIOLATED: Status.FAIL,
}
SEVERITIES = {Standing.VIOLATED: Severity.HIGH, Standing.AT_RISK: Severity.INFO}
_NAMES = {
    "response_time_p95_ms": ("P95 response time", "at most", " ms"),
    "response_time_p99_ms": ("P99 response time", "at most", " ms"),
    "availability_percent": ("availability", "at least", " %"),
    "error_rate_percent": ("error rate", "at most", " %"),
}
_BARS = "▁▂▃▄▅▆▇█"
_NONE = "·"


def failing(fail_on: Severity) -> tuple[Standing, ...]:
    """The standings that make exit code 1 under ``--fail-on``; a risk is a warning, and so of severity info."""
    return tuple(standing for standing, severity in SEVERITIES.items() if severity.rank >= fail_on.rank)


def words(standing: Standing) -> str:
    """``at risk``."""
    return standing.value.replace("_", " ")


def name_of(metric: str) -> str:
    """``P95 response time``."""
    return _NAMES[metric][0] if metric in _NAMES else metric


def promise(metric: str, target: Fraction) -> str:
    """``availability at least 99.5 %``."""
    name, bound, unit = _NAMES.get(metric, (metric, "target", ""))
    return f"{name} {bound} {decimal(target)}{unit}"


def incident_promise(time: IncidentTime) -> str:
    """``response to incident lost-letters in 30 min``."""
    to = "response to" if time.run.what is Promise.RESPONSE else "resolution of"
    return f"{to} incident {time.incident} in {span(time.run.minutes * 60)}"


def incident_words(time: IncidentTime) -> str:
    """``response to incident lost-letters in 30 min: late, 2 h``."""
    took = f", {span(time.run.seconds)}" if time.run.seconds is not None else ""
    return f"{incident_promise(time)}: {kept_word(time.run.kept)}{took}"


def measured(judged: Judged) -> str:
    """``99.42 %``; empty where nothing was measured."""
    return f"{judged.shown}{_NAMES.get(judged.metric, ('', '', ''))[2]}" if judged.shown else ""


def actual(violation: Violation) -> str:
    """What was measured of a violation."""
    unit = _NAMES.get(violation.metric, ("", "", ""))[2]
    return f"{shown(violation.metric, violation.actual, violation.target)}{unit}"


def budget_words(budget: Budget) -> str:
    """How much of the error budget is used, and how fast: rounded up, since it is never better than that."""
    if budget.used is None:
        return "there was no error budget"
    used = f"{percent_up(budget.used)} of the error budget used"
    rate = budget.burn_rate
    return f"{used}, burn rate {up(rate)}" if budget.elapsed != 1 and rate is not None else used


def left(budget: Budget | None) -> str:
    """``23 %`` of the budget is left, rounded down; empty where there is none to speak of."""
    return f"{(budget.left * 100).__floor__()} %" if budget is not None else ""


def percent_up(share: Fraction) -> str:
    """A share in whole percent, rounded up."""
    return f"{(share * 100).__ceil__()} %"


def up(number: Fraction) -> str:
    """A number with two digits, rounded up."""
    return plain(f"{(number * 100).__ceil__() / 100:.2f}")


def decimal(number: Fraction) -> str:
    """A number that somebody wrote: exact wherever it has an end."""
    text = repr(float(number))
    return plain(text) if exact(float(number)) == number and "e" not in text else str(number)


def span_words(span: Span) -> str:
    """``2026-02-01 to 2026-03-01``; with the time of day where it is not midnight."""
    return f"{_short(span.start)} to {_short(span.end)}"


def sparkline(trend: Trend) -> str:
    """One sign a day, the higher the larger the value; ``·`` is a day without data."""
    return bars([day.value for day in trend.days])


def bars(values: Iterable[Fraction | None]) -> str:
    """A row of bars between the least and the largest value; all alike where they do not differ."""
    known = [*values]
    told = [value for value in known if value is not None]
    low, high = min(told, default=Fraction(0)), max(told, default=Fraction(0))
    return "".join(_NONE if value is None else _bar(value, low, high) for value in known)


def _bar(value: Fraction, low: Fraction, high: Fraction) -> str:
    if low == high:
        return _BARS[3]
    return _BARS[int((value - low) * (len(_BARS) - 1) / (high - low))]


def _short(instant: str) -> str:
    return instant.removesuffix("T00:00:00Z")
