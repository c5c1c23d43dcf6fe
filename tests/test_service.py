"""What is shown of a service never looks better than it is."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.errors import ExitCode
from govops.service import (
    AgreementStanding,
    Budget,
    Judged,
    PartOfWindow,
    Period,
    ServiceReport,
    Span,
    Standing,
    exact,
    is_kept,
    shown,
    violation_id,
    worst,
)

SPAN = Span("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
METRICS = ("availability_percent", "error_rate_percent", "response_time_p95_ms")


@pytest.mark.parametrize(
    ("metric", "value", "target", "text"),
    [
        ("availability_percent", "99.9996", "100", "99.99"),
        ("availability_percent", "100", "100", "100"),
        ("availability_percent", "99.99599", "99.996", "99.995"),
        ("error_rate_percent", "0.000001", "0", "0.01"),
        ("error_rate_percent", "0.2", "0.2", "0.2"),
        ("response_time_p95_ms", "600.0001", "600", "600.01"),
    ],
)
def test_a_value_is_rounded_away_from_compliance(metric: str, value: str, target: str, text: str) -> None:
    assert shown(metric, Fraction(value), Fraction(target)) == text


@given(st.sampled_from(METRICS), st.fractions(0, 1000), st.decimals(0, 1000, places=3))
def test_what_is_shown_is_judged_like_what_was_measured(metric: str, value: Fraction, target: object) -> None:
    """A reader who compares the two numbers comes to the same answer."""
    wanted = Fraction(str(target))
    assert is_kept(metric, Fraction(shown(metric, value, wanted)), wanted) is is_kept(metric, value, wanted)


def test_a_number_is_what_it_was_written_as() -> None:
    assert exact(99.95) == Fraction(9995, 100) != Fraction(99.95)
    assert 100 - exact(99.9) == Fraction(1, 10)


def test_a_budget_tells_what_is_used_and_how_fast() -> None:
    budget = Budget("requests", Fraction(1000), Fraction(5), allowed=Fraction(20), elapsed=Fraction(1, 2))
    assert (budget.used, budget.left, budget.burn_rate) == (Fraction(1, 4), Fraction(3, 4), Fraction(1, 2))


def test_a_budget_of_nothing_is_used_up_by_one_bad_event() -> None:
    spent = Budget("requests", Fraction(10**9), Fraction(1), allowed=Fraction(0))
    assert (spent.used, spent.left, spent.burn_rate) == (None, Fraction(0), None)
    assert Budget("requests", Fraction(10), Fraction(0), allowed=Fraction(0)).left == 1


def test_no_result_is_no_compliance() -> None:
    assert worst([]) is Standing.UNKNOWN
    assert worst([Standing.COMPLIANT, Standing.AT_RISK]) is Standing.AT_RISK
    assert worst([Standing.UNKNOWN, Standing.VIOLATED]) is Standing.VIOLATED


def test_the_id_of_a_violation_follows_from_what_was_missed_and_when() -> None:
    ids = {
        violation_id(sla, metric, span)
        for sla in ("a", "b")
        for metric in METRICS
        for span in (SPAN, Span(SPAN.start, "2026-03-31T00:00:00Z"))
    }
    assert len(ids) == 12
    assert violation_id("a", METRICS[0], SPAN) == violation_id(
        "a", METRICS[0], Span(*("2026-03-01T00:00:00Z", SPAN.end))
    )


def standing(*standings: Standing) -> AgreementStanding:
    """An agreement with one objective of each standing."""
    judged = tuple(Judged("error_rate_percent", Fraction(1), one) for one in standings)
    return AgreementStanding(
        "intake",
        "registry/slas/intake.yaml",
        "UseCase/intake",
        "month",
        Fraction(80),
        periods=(Period(SPAN, is_complete=True, parts=(PartOfWindow(SPAN, "c" * 40, judged),)),),
    )


@pytest.mark.parametrize(
    ("agreement", "code"),
    [
        (standing(Standing.COMPLIANT, Standing.AT_RISK), ExitCode.OK),
        (standing(Standing.COMPLIANT, Standing.VIOLATED), ExitCode.VIOLATION),
        (standing(Standing.VIOLATED, Standing.UNKNOWN), ExitCode.UNDECIDABLE),
        (standing(), ExitCode.UNDECIDABLE),
    ],
)
def test_the_exit_code_is_the_highest_that_a_result_asks_for(agreement: AgreementStanding, code: ExitCode) -> None:
    report = ServiceReport("local:acme", "main", "t" * 40, "2026-04-01T00:00:00Z", "0.1.0", agreements=(agreement,))
    assert report.exit_code() is code


def test_a_risk_fails_where_it_is_asked_to() -> None:
    at_risk = (standing(Standing.AT_RISK),)
    report = ServiceReport("local:acme", "main", "t" * 40, "2026-04-01T00:00:00Z", "0.1.0", agreements=at_risk)
    assert report.exit_code((Standing.VIOLATED, Standing.AT_RISK)) is ExitCode.VIOLATION
