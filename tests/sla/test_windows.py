"""Which windows are judged as of an instant: whole days of the calendar that people live by, and no hour twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.errors import UndecidableError
from govops.kinds.service_level_agreement import Window
from govops.sla.measuring import Stretch
from govops.sla.windows import days, frames, told

ZONES = ("UTC", "Europe/Lisbon", "America/Sao_Paulo", "Asia/Kathmandu", "Pacific/Apia", "Africa/Casablanca")
INSTANTS = st.integers(820_454_400, 1_893_456_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def calendar(period: str, zone: str | None = None) -> Window:
    """A window of the calendar."""
    return Window.model_validate({"kind": "calendar", "period": period, "timezone": zone})


def at(text: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text)


def hours(stretch: Stretch) -> float:
    """How long it is."""
    return stretch.seconds / 3600


def test_a_rolling_window_ends_at_the_instant_and_is_complete() -> None:
    (frame,) = frames(Window(kind="rolling", days=28), at("2026-03-30T12:34:56Z"))
    assert frame.stretch == Stretch(at("2026-03-02T12:34:56Z"), at("2026-03-30T12:34:56Z"))
    assert frame.is_complete


def test_of_a_calendar_the_last_period_and_the_running_one_are_judged() -> None:
    last, running = frames(calendar("month"), at("2026-03-15T00:00:00Z"))
    assert (last.stretch, last.is_complete) == (Stretch(at("2026-02-01T00:00:00Z"), at("2026-03-01T00:00:00Z")), True)
    assert (running.stretch.end, running.is_complete) == (at("2026-04-01T00:00:00Z"), False)


def test_at_the_first_instant_of_a_period_nothing_of_it_has_passed() -> None:
    (last,) = frames(calendar("month"), at("2026-03-01T00:00:00Z"))
    assert last.stretch.end == at("2026-03-01T00:00:00Z")


def test_a_week_begins_on_monday() -> None:
    _, running = frames(calendar("week", "Europe/Lisbon"), at("2026-03-04T10:00:00Z"))
    assert running.stretch.start == at("2026-03-02T00:00:00Z")


@pytest.mark.parametrize(
    ("as_of", "length"),
    [("2026-03-30T01:00:00Z", 23), ("2026-10-26T01:00:00Z", 25), ("2026-06-02T01:00:00Z", 24)],
)
def test_a_day_on_which_the_clocks_change_has_23_or_25_hours(as_of: str, length: int) -> None:
    last = frames(calendar("day", "Europe/Lisbon"), at(as_of))[0]
    assert hours(last.stretch) == length


def test_where_clocks_skip_midnight_the_day_begins_when_they_have() -> None:
    """São Paulo, 4 November 2018: after 23:59:59 came 01:00:00."""
    last = frames(calendar("day", "America/Sao_Paulo"), at("2018-11-05T12:00:00Z"))[0]
    assert (last.stretch.start, hours(last.stretch)) == (at("2018-11-04T03:00:00Z"), 23)


def test_a_day_that_never_was_is_passed_over() -> None:
    """Samoa went from 29 to 31 December 2011."""
    last = frames(calendar("day", "Pacific/Apia"), at("2011-12-30T12:00:00Z"))[0]
    assert last.stretch == Stretch(at("2011-12-29T10:00:00Z"), at("2011-12-30T10:00:00Z"))


@given(st.sampled_from(("month", "week", "day")), st.sampled_from(ZONES), INSTANTS)
def test_windows_of_a_calendar_follow_each_other_and_hold_the_instant(period: str, zone: str, as_of: datetime) -> None:
    """Looked at from their own ends, they are the same ones: no instant is in two windows, or in none."""
    window = calendar(period, zone)
    found = frames(window, as_of)
    last = found[0]
    assert last.is_complete
    assert last.stretch.start < last.stretch.end <= as_of
    if len(found) == 2:
        assert last.stretch.end == found[1].stretch.start < as_of < found[1].stretch.end
    assert frames(window, last.stretch.end)[0].stretch == last.stretch
    assert last.stretch.start.astimezone(ZoneInfo(zone)).date() <= as_of.astimezone(ZoneInfo(zone)).date()


@given(st.sampled_from(ZONES), INSTANTS, st.integers(1, 60 * 86400))
def test_days_cut_a_stretch_without_a_gap(zone: str, start: datetime, seconds: int) -> None:
    whole = Stretch(start, start + timedelta(seconds=seconds))
    found = days(whole, zone)
    assert (found[0].start, found[-1].end) == (whole.start, whole.end)
    assert all(one.end == other.start for one, other in pairwise(found))
    local: list[date] = [one.start.astimezone(ZoneInfo(zone)).date() for one in found]
    assert len(set(local)) == len(local)


@pytest.mark.parametrize("zone", ["Europe/Vienne", "Europe", "EuropeVienna"])
def test_a_zone_that_nobody_knows_leaves_the_window_unknown(zone: str) -> None:
    with pytest.raises(UndecidableError, match=f'there is no time zone "{zone}" here'):
        frames(calendar("day", zone), at("2026-03-01T00:00:00Z"))


def test_windows_are_told_in_words() -> None:
    windows = (Window(kind="rolling", days=28), Window(kind="rolling", days=1), calendar("month", "Europe/Lisbon"))
    assert [told(window) for window in windows] == ["28 days", "24 hours", "month in Europe/Lisbon"]
