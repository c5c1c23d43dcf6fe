"""Tallies and promises -> standings: pure, exact, and never better than what was measured shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from govops.kinds.service_level_agreement import Objective
from govops.service import Budget, Judged, Standing, exact, is_kept, shown
from govops.sla.measuring import Stretch, Tally
from govops.sla.terms import instant

QUANTILES = {"response_time_p95_ms": Fraction(95, 100), "response_time_p99_ms": Fraction(99, 100)}
_MICROSECONDS = 1_000_000
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a part counts: ``whole`` seconds to its end, and how many of them have ``passed``."""

    whole: Fraction
    passed: Fraction

    @property
    def is_over(self) -> bool:
        """Whether all that counts has passed."""
        return self.passed == self.whole


@dataclass(frozen=True, slots=True)
class _Events:
    """What a promise counts: of ``total`` in ``unit``, ``bad`` ones; the ``share`` that may be bad."""

    unit: str
    total: Fraction
    bad: Fraction
    share: Fraction


def extent(whole: Sequence[Stretch], passed: Sequence[Stretch]) -> Extent:
    """From the stretches that count to the end of a part, and those up to now."""
    return Extent(_seconds(whole), _seconds(passed))


def judge(objective: Objective, at_risk: float, tally: Tally, extent: Extent, *, has_points: bool) -> Judged:
    """How one promise stands by what was measured in one part.

    A part that is over is violated when the promise was missed in it. One that still runs is violated only once it
    cannot be kept any more, and at risk while it is missed so far.
    """
    target, risk = exact(objective.target), exact(at_risk) / 100
    found = _events(objective.metric, target, tally)
    if found is None or not found.total:
        return _by_percentiles(objective.metric, target, tally, extent)
    value = _value(objective.metric, found, tally)
    budget = Budget(found.unit, found.total, found.bad, _allowed(found, extent), extent.passed / extent.whole)
    standing, why = _standing(found, extent, risk, tally, has_points=has_points)
    return Judged(objective.metric, target, standing, value, value, budget, why)


def unknown(objective: Objective, why: str) -> Judged:
    """A promise of which nothing can be said."""
    return Judged(objective.metric, exact(objective.target), Standing.UNKNOWN, why=why)


def nothing_for(metric: str) -> str:
    """Why a promise without any number is unknown."""
    return f"insufficient data: nothing was measured that tells {metric}"


def _events(metric: str, target: Fraction, tally: Tally) -> _Events | None:
    """None where no measurement counts such events."""
    if metric in QUANTILES:
        if tally.slower is None or metric not in tally.slower or tally.requests is None:
            return None
        slower = Fraction(tally.slower[metric])
        return _Events("requests", Fraction(tally.requests), slower, 1 - QUANTILES[metric])
    share = 1 - target / 100 if metric == "availability_percent" else target / 100
    if metric == "availability_percent" and tally.up is not None and tally.down is not None:
        total, down = (Fraction(amount, _MICROSECONDS) for amount in (tally.up + tally.down, tally.down))
        return _Events("seconds", total, down, share)
    if tally.requests is None or tally.failed is None:
        return None
    return _Events("requests", Fraction(tally.requests), Fraction(tally.failed), share)


def _value(metric: str, events: _Events, tally: Tally) -> Fraction:
    if metric in QUANTILES:
        return exact((tally.percentiles or {})[metric][0])
    bad = 100 * events.bad / events.total
    return 100 - bad if metric == "availability_percent" else bad


def _allowed(events: _Events, extent: Extent) -> Fraction:
    """The budget of the whole part, the rest of it being like what was measured."""
    return events.share * events.total * extent.whole / extent.passed


def _standing(
    events: _Events, extent: Extent, risk: Fraction, tally: Tally, *, has_points: bool
) -> tuple[Standing, str]:
    if _is_lost(events, extent):
        return Standing.VIOLATED, "" if extent.is_over else "it cannot be kept any more"
    if tally.gaps:
        return Standing.UNKNOWN, _silence(tally.gaps)
    if tally.bad and has_points:
        return Standing.UNKNOWN, f"{_unread(tally)}, and could change the standing"
    bad_rows = tally.bad if events.unit == "requests" else 0
    total = events.total + bad_rows
    best, worst = (
        _plain(_Events(events.unit, total, bad, events.share), extent, risk)
        for bad in (events.bad, events.bad + bad_rows)
    )
    if best is not worst:
        return Standing.UNKNOWN, f"{_unread(tally)}: it may be {_words(best)} or {_words(worst)}"
    missed = not extent.is_over and events.bad > events.share * events.total
    return best, "it is missed so far" if missed else ""


def _is_lost(events: _Events, extent: Extent) -> bool:
    """Whether nothing that is still to come, and nothing that was not measured, could mend it."""
    if not events.share:
        return events.bad > 0
    return events.unit == "seconds" and events.bad > events.share * max(extent.whole, events.total)


def _plain(events: _Events, extent: Extent, risk: Fraction) -> Standing:
    missed = events.bad > events.share * events.total
    if missed:
        return Standing.VIOLATED if extent.is_over or _is_lost(events, extent) else Standing.AT_RISK
    allowed = _allowed(events, extent)
    return Standing.AT_RISK if events.bad and events.bad >= risk * allowed else Standing.COMPLIANT


def _by_percentiles(metric: str, target: Fraction, tally: Tally, extent: Extent) -> Judged:
    """By the percentiles of points: at least q of each part is at most the highest of them, so q of the whole is."""
    if metric not in QUANTILES or metric not in (tally.percentiles or {}):
        why = _silence(tally.gaps) if tally.gaps else nothing_for(metric)
        return Judged(metric, target, Standing.UNKNOWN, why=why)
    low, high = (exact(value) for value in (tally.percentiles or {})[metric])
    standing, why = _between(metric, target, low, high)
    if tally.gaps:
        standing, why = Standing.UNKNOWN, _silence(tally.gaps)
    elif tally.bad:
        standing, why = Standing.UNKNOWN, f"{_unread(tally)}, and could change the standing"
    elif standing is Standing.VIOLATED and not extent.is_over:
        standing, why = Standing.AT_RISK, "it is missed so far"
    return Judged(metric, target, standing, low, high, why=why)


def _between(metric: str, target: Fraction, low: Fraction, high: Fraction) -> tuple[Standing, str]:
    if is_kept(metric, high, target):
        return Standing.COMPLIANT, ""
    if not is_kept(metric, low, target):
        return Standing.VIOLATED, ""
    words = f"between {shown(metric, low, target)} and {shown(metric, high, target)} ms"
    return Standing.UNKNOWN, f"percentiles of several points cannot be averaged: that of the whole lies {words}"


def _unread(tally: Tally) -> str:
    return f"{tally.bad} row{'s' if tally.bad > 1 else ''} could not be read"


def _words(standing: Standing) -> str:
    return standing.replace("_", " ")


def _silence(gaps: Sequence[Stretch]) -> str:
    first = f"{instant(gaps[0].start)} to {instant(gaps[0].end)}"
    more = f" and {len(gaps) - 1} more" if len(gaps) > 1 else ""
    return f"insufficient data: nothing was measured from {first}{more}"


def _seconds(stretches: Sequence[Stretch]) -> Fraction:
    return Fraction(sum((one.end - one.start) // _MICROSECOND for one in stretches), _MICROSECONDS)
