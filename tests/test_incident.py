"""Times of incidents are exact, and nothing is made up where one is missing."""

from __future__ import annotations

from fractions import Fraction

import pytest

from govops.incident import IncidentCase, IncidentStatus, gravest, resolution_times, seconds_between
from govops.render.wording import span

AT = "2026-03-02T09:00:00Z"


def resolved(at: str | None) -> IncidentCase:
    """Reported at nine, resolved at this instant."""
    return IncidentCase(
        "one", "One", IncidentStatus.RESOLVED, "error", "other", "m", resolution_seconds=seconds_between(AT, at)
    )


@pytest.mark.parametrize(
    ("times", "count", "median", "longest"),
    [
        ([], 0, None, None),
        ([None], 0, None, None),
        (["2026-03-02T10:00:00Z"], 1, Fraction(3600), 3600),
        (["2026-03-02T09:00:01Z", "2026-03-02T09:00:02Z"], 2, Fraction(3, 2), 2),
        (["2026-03-02T09:00:09Z", None, "2026-03-02T09:00:01Z", "2026-03-02T09:00:02Z"], 3, Fraction(2), 9),
    ],
)
def test_the_median_is_exact(times: list[str | None], count: int, median: Fraction | None, longest: int | None) -> None:
    found = resolution_times(map(resolved, times))
    assert (found.count, found.median, found.longest) == (count, median, longest)


def test_nothing_takes_less_than_no_time() -> None:
    assert seconds_between(AT, "2026-03-01T00:00:00Z") == 0
    assert seconds_between(None, AT) is seconds_between(AT, None) is None


def test_the_gravest_is_by_weight_and_not_by_letters() -> None:
    assert gravest(["info", "critical", "warning", "error"]) == "critical"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0, "0 s"), (Fraction(3, 2), "2 s"), (3_600, "1 h"), (90_061, "1 d 1 h 1 min 1 s"), (Fraction(7199, 2), "1 h")],
)
def test_a_span_never_seems_shorter_than_it_was(seconds: int | Fraction, shown: str) -> None:
    assert span(seconds) == shown
