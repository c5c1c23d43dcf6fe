"""Which stretches of time a promise is judged over, as of an instant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from govops.errors import UndecidableError
from govops.kinds.service_level_agreement import Window
from govops.sla.measuring import Stretch


@dataclass(frozen=True, slots=True)
class Frame:
    """One window, whole. ``is_complete``: it has ended by the instant of the report."""

    stretch: Stretch
    is_complete: bool


def frames(window: Window, as_of: datetime) -> tuple[Frame, ...]:
    """The windows to judge, oldest first.

    A rolling window is the last days, of 24 hours each, and complete by nature. Of a calendar they are the last period
    that has ended and, once some of it has passed, the one that runs: from the first instant of its first local day to
    that of the next period, so a day may have 23 or 25 hours. UndecidableError for a time zone that nobody knows.
    """
    if window.days is not None:
        return (Frame(Stretch(as_of - timedelta(days=window.days), as_of), is_complete=True),)
    zone = _zone(window.timezone)
    begin, following, before = _CALENDAR[window.period or "month"]
    first = begin(as_of.astimezone(zone).date())
    running = Stretch(_midnight(first, zone), _midnight(following(first), zone))
    ended = _last_ended(first, before, zone)
    found = (Frame(ended, is_complete=True), Frame(running, is_complete=False))
    return tuple(frame for frame in found if frame.stretch.start < as_of)


def days(stretch: Stretch, zone: str | None = None) -> tuple[Stretch, ...]:
    """The calendar days that it touches, cut to it."""
    where = _zone(zone)
    day = stretch.start.astimezone(where).date()
    found: list[Stretch] = []
    while (start := max(_midnight(day, where), stretch.start)) < stretch.end:
        day += timedelta(days=1)
        end = min(_midnight(day, where), stretch.end)
        if start < end:
            found.append(Stretch(start, end))
    return tuple(found)


def told(window: Window) -> str:
    """The window in words."""
    if window.days is not None:
        return f"{window.days} days" if window.days > 1 else "24 hours"
    return f"{window.period} in {window.timezone or 'UTC'}"


def _last_ended(first: date, before: Callable[[date], date], zone: tzinfo) -> Stretch:
    """The period before the one that begins on ``first``; a local day that never was (Samoa, 2011) is passed over."""
    end, start = _midnight(first, zone), before(first)
    while _midnight(start, zone) >= end:
        start = before(start)
    return Stretch(_midnight(start, zone), end)


def _midnight(day: date, zone: tzinfo) -> datetime:
    """The first instant of a local day: where clocks skip midnight, or strike it twice, the first that there is."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _zone(name: str | None) -> tzinfo:
    if name is None:
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        hint = "take a name of the IANA database, such as Europe/Vienna; where it is missing, install tzdata"
        raise UndecidableError(f'there is no time zone "{name}" here', hint=hint) from error


def _month_after(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def _month_before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


_CALENDAR: dict[str, tuple[Callable[[date], date], Callable[[date], date], Callable[[date], date]]] = {
    "month": (lambda day: day.replace(day=1), _month_after, _month_before),
    "week": (
        lambda day: day - timedelta(days=day.weekday()),
        lambda first: first + timedelta(days=7),
        lambda first: first - timedelta(days=7),
    ),
    "day": (lambda day: day, lambda first: first + timedelta(days=1), lambda first: first - timedelta(days=1)),
}
