"""Promises are judged by exact sums, and what was not measured is never taken for kept."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.kinds.service_level_agreement import Objective
from govops.service import Judged, Standing
from govops.sla.judging import Extent, extent, judge
from govops.sla.measuring import Stretch, Tally
from govops.sla.terms import moment

DAY = 86_400
SECOND = 1_000_000
START = moment("2026-03-01T00:00:00Z")
GAP = Stretch(START, START + timedelta(hours=1))
OVER = Extent(Fraction(30 * DAY), Fraction(30 * DAY))
HALF = Extent(Fraction(30 * DAY), Fraction(15 * DAY))
P95 = "response_time_p95_ms"
COMPLIANT, AT_RISK, UNKNOWN, VIOLATED = Standing


def standing(metric: str, target: float, tally: Tally, when: Extent = OVER, **how: Any) -> Judged:
    """The judgement, at risk from 80 % of the budget on."""
    objective = Objective.model_validate({"metric": metric, "target": target})
    return judge(objective, how.pop("at_risk", 80.0), tally, when, **{"has_points": False} | how)


def served(requests: int, failed: int, **more: Any) -> Tally:
    """Requests, some of which failed."""
    return Tally(requests=requests, failed=failed, **more)


def ran(up: float, down: float, **more: Any) -> Tally:
    """Seconds up and down."""
    return Tally(requests=None, failed=None, up=round(up * SECOND), down=round(down * SECOND), **more)


def slow(requests: int, slower: int, **more: Any) -> Tally:
    """Requests, some of which were slower than the target of 600 ms."""
    value = 700.0 if slower > requests - ceil(Fraction(95, 100) * requests) else 500.0
    return Tally(requests, 0, {P95: (value, value)}, {P95: slower}, **more)


@pytest.mark.parametrize(
    ("metric", "target", "tally", "expected"),
    [
        ("availability_percent", 99.5, served(1000, 3), COMPLIANT),
        ("availability_percent", 99.5, served(1000, 4), AT_RISK),
        ("availability_percent", 99.5, served(1000, 5), AT_RISK),
        ("availability_percent", 99.5, served(1000, 6), VIOLATED),
        ("availability_percent", 100, served(10**15, 0), COMPLIANT),
        ("availability_percent", 100, served(10**15, 1), VIOLATED),
        ("availability_percent", 0, served(10, 10), AT_RISK),
        ("error_rate_percent", 0.3, served(1000, 3), AT_RISK),
        ("error_rate_percent", 0.3, served(1000, 4), VIOLATED),
        ("error_rate_percent", 0, served(10**15, 1), VIOLATED),
        (P95, 600, slow(1000, 50), AT_RISK),
        (P95, 600, slow(1000, 51), VIOLATED),
        (P95, 600, slow(1, 0), COMPLIANT),
        (P95, 600, slow(1, 1), VIOLATED),
        ("availability_percent", 99.9, ran(30 * DAY - 2592, 2592), AT_RISK),
        ("availability_percent", 99.9, ran(30 * DAY - 2592, 2592.000001), VIOLATED),
        ("availability_percent", 100, ran(30 * DAY, 0.000001), VIOLATED),
    ],
)
def test_the_limit_is_where_the_promise_says(metric: str, target: float, tally: Tally, expected: Standing) -> None:
    """0.1 % of 30 days are 2592 seconds, not 2591.9999 of a float."""
    assert standing(metric, target, tally).standing is expected


@given(st.sampled_from((P95, "availability_percent", "error_rate_percent")), st.integers(0, 200), st.integers(1, 200))
def test_a_budget_that_is_overspent_is_a_target_that_is_missed(metric: str, bad: int, total: int) -> None:
    bad = min(bad, total)
    judged = standing(
        metric, 600 if metric == P95 else 95 if metric.startswith("a") else 5, _either(metric, total, bad)
    )
    assert judged.budget is not None
    assert judged.budget.used is not None
    assert judged.lowest is not None
    kept = judged.lowest >= judged.target if metric.startswith("a") else judged.lowest <= judged.target
    assert (judged.standing is VIOLATED) is (judged.budget.used > 1) is (not kept)


def _either(metric: str, total: int, bad: int) -> Tally:
    return slow(total, bad) if metric == P95 else served(total, bad)


@pytest.mark.parametrize(
    ("metric", "tally"),
    [
        ("availability_percent", served(0, 0)),
        ("error_rate_percent", Tally(requests=None, failed=None)),
        ("error_rate_percent", Tally(requests=10, failed=None)),
        ("availability_percent", ran(0, 0)),
        (P95, Tally(requests=10, failed=0, percentiles=None)),
    ],
)
def test_nothing_measured_is_nothing_shown(metric: str, tally: Tally) -> None:
    judged = standing(metric, 1, tally)
    assert judged.standing is UNKNOWN
    assert judged.why.startswith("insufficient data")


@pytest.mark.parametrize(
    "tally", [served(1000, 0, gaps=(GAP,)), ran(29 * DAY, 0, gaps=(GAP,)), slow(9, 0, gaps=(GAP,))]
)
def test_a_gap_is_insufficient_data(tally: Tally) -> None:
    metric = P95 if tally.slower else "availability_percent"
    judged = standing(metric, 600 if metric == P95 else 99.5, tally)
    assert judged.standing is UNKNOWN
    assert judged.why == ("insufficient data: nothing was measured from 2026-03-01T00:00:00Z to 2026-03-01T01:00:00Z")


def test_a_gap_does_not_hide_what_is_proved_already() -> None:
    """Down for longer than the whole window allows; a bad event where none is allowed. A rate could still recover."""
    assert standing("availability_percent", 99.9, ran(DAY, 2593, gaps=(GAP,))).standing is VIOLATED
    assert standing("availability_percent", 99.9, ran(DAY, 2592, gaps=(GAP,))).standing is UNKNOWN
    assert standing("availability_percent", 100, served(10, 1, gaps=(GAP,))).standing is VIOLATED
    assert standing("error_rate_percent", 1, served(10, 10, gaps=(GAP,))).standing is UNKNOWN


@pytest.mark.parametrize(
    ("failed", "bad_rows", "expected"),
    [
        (0, 4, COMPLIANT),
        (0, 5, UNKNOWN),
        (3, 2, UNKNOWN),
        (5, 0, AT_RISK),
        (5, 1, UNKNOWN),
        (6, 1, VIOLATED),
        (6, 999, UNKNOWN),
    ],
)
def test_rows_that_could_change_the_standing_leave_it_unknown(failed: int, bad_rows: int, expected: Standing) -> None:
    """Of 1000 requests 5 may fail, and with 4 it is at risk; a bad row may have been a good request or a bad one."""
    judged = standing("availability_percent", 99.5, served(1000, failed, bad=bad_rows))
    assert judged.standing is expected
    assert ("could not be read" in judged.why) is (expected is UNKNOWN)


def test_a_bad_point_may_hold_anything() -> None:
    assert standing("error_rate_percent", 50, served(10**9, 0, bad=1), has_points=True).standing is UNKNOWN
    assert standing("error_rate_percent", 0, served(10**9, 1, bad=1), has_points=True).standing is VIOLATED


@pytest.mark.parametrize(
    ("low", "high", "expected"), [(100.0, 600.0, COMPLIANT), (601.0, 900.0, VIOLATED), (100.0, 601.0, UNKNOWN)]
)
def test_percentiles_of_points_bound_the_whole_and_are_not_averaged(
    low: float, high: float, expected: Standing
) -> None:
    judged = standing(P95, 600, Tally(requests=10, failed=0, percentiles={P95: (low, high)}), has_points=True)
    assert (judged.standing, judged.budget) == (expected, None)
    if expected is UNKNOWN:
        assert judged.why == (
            "percentiles of several points cannot be averaged: that of the whole lies between 100 and 601 ms"
        )


@given(st.lists(st.lists(st.integers(0, 50), min_size=1, max_size=30), min_size=1, max_size=6))
def test_the_percentile_of_the_whole_lies_between_those_of_its_parts(parts: list[list[int]]) -> None:
    """The claim that the judgement of points rests on."""

    def p95(values: list[int]) -> int:
        return sorted(values)[ceil(Fraction(95, 100) * len(values)) - 1]

    each = [p95(part) for part in parts]
    assert min(each) <= p95([value for part in parts for value in part]) <= max(each)


def test_a_running_window_is_violated_only_when_it_cannot_be_kept_any_more() -> None:
    """So far 1 % failed of 0.5 %: nobody knows how many requests are to come. Down for longer than the month allows."""
    missed = standing("availability_percent", 99.5, served(1000, 10), HALF)
    assert (missed.standing, missed.why) == (AT_RISK, "it is missed so far")
    lost = standing("availability_percent", 99.9, ran(15 * DAY - 2593, 2593), HALF)
    assert (lost.standing, lost.why) == (VIOLATED, "it cannot be kept any more")
    assert standing("availability_percent", 99.9, ran(15 * DAY - 2000, 2000), HALF).standing is AT_RISK
    assert standing("availability_percent", 100, served(10**6, 1), HALF).standing is VIOLATED
    assert standing(P95, 600, Tally(9, 0, {P95: (700.0, 800.0)}), HALF, has_points=True).standing is AT_RISK


def test_the_budget_of_a_running_window_is_that_of_the_whole() -> None:
    judged = standing("error_rate_percent", 1, served(1000, 4), HALF)
    assert judged.budget is not None
    assert (judged.budget.allowed, judged.budget.used) == (Fraction(20), Fraction(1, 5))
    assert judged.budget.burn_rate == Fraction(2, 5)
    assert judged.standing is COMPLIANT


def test_a_risk_begins_at_the_share_that_the_agreement_says() -> None:
    assert standing("error_rate_percent", 1, served(1000, 5), at_risk=50.0).standing is AT_RISK
    assert standing("error_rate_percent", 1, served(1000, 5), at_risk=50.1).standing is COMPLIANT
    assert standing("error_rate_percent", 1, served(1000, 0), at_risk=0.0).standing is COMPLIANT


def test_an_extent_is_exact_to_the_microsecond() -> None:
    whole = Stretch(START, START + timedelta(microseconds=3))
    assert extent([whole, whole], [whole]) == Extent(Fraction(6, 10**6), Fraction(3, 10**6))
