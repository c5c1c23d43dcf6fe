"""Local times: where they are on the line of time, and where nobody can tell since the clocks were changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from govops.errors import UndecidableError
from govops.kinds.quoting import quoted
from govops.sla.spooling import EPOCH, MICROSECOND

_LAST = datetime(2100, 1, 1, tzinfo=UTC)  # nobody knows when clocks change after it
_WEEK = timedelta(days=7)
_SECOND = timedelta(seconds=1)


def zone(name: str | None) -> ZoneInfo | None:
    """The zone of this name; UndecidableError where this machine knows none."""
    if name is None:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UndecidableError(f"this machine knows no time zone {quoted(name)}", hint="install tzdata") from error


def placed(local: datetime, where: ZoneInfo | None) -> datetime | None:
    """The instant of a local time from 1970 to 2099; None where it comes twice or never, or nobody says where."""
    if where is None or not 1970 <= local.year < _LAST.year:
        return None
    first, second = (local.replace(tzinfo=where, fold=fold).utcoffset() for fold in (0, 1))
    return local.replace(tzinfo=where) if first == second else None


@cache
def offsets(where: ZoneInfo) -> tuple[tuple[int, int | None], ...]:
    """From which local time on UTC is how far behind it, both in microseconds: :func:`placed` for engines."""
    at, behind = EPOCH, _offset(where, EPOCH)
    found: list[tuple[int, int | None]] = [(0, behind)]
    while at < _LAST:
        ahead = at + _WEEK
        if (after := _offset(where, ahead)) != behind:
            change = _change(where, at, ahead)
            found += [(change + min(behind, after), None), (change + max(behind, after), after)]
        at, behind = ahead, after
    end = (_LAST - EPOCH) // MICROSECOND
    return (*(step for step in found if step[0] < end), (end, None))


def _change(where: ZoneInfo, low: datetime, high: datetime) -> int:
    """The instant, a whole second in microseconds since 1970, at which the offset changes between two others."""
    before = _offset(where, low)
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        low, high = (middle, high) if _offset(where, middle) == before else (low, middle)
    return (high - EPOCH) // MICROSECOND


def _offset(where: ZoneInfo, at: datetime) -> int:
    return (at.astimezone(where).utcoffset() or timedelta()) // MICROSECOND
