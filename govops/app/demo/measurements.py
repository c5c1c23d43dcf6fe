"""What monitoring saw of the company's services in the spring of 2026, as the files that it leaves."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

_HEAD = "timestamp,latency_ms,ok"
_END = datetime(2026, 5, 20, 8, tzinfo=UTC)
_QUICKER = datetime(2026, 5, 9, tzinfo=UTC)
_OUTAGE = datetime(2026, 5, 18, 7, tzinfo=UTC), datetime(2026, 5, 18, 13, tzinfo=UTC)

Seen = Callable[[datetime, int], tuple[int, bool]]  # a time and a number that looks random -> ms, and whether it worked


def triage() -> str:
    """Of claims triage, every hour from the beginning of April in Lisbon: quicker since a Saturday in May."""
    return _csv(datetime(2026, 3, 31, 23, tzinfo=UTC), 60, _triage)


def fraud() -> str:
    """Of the fraud screen, every hour since it was promised: too slow whenever the lists are loaded anew."""
    return _csv(datetime(2026, 5, 8, tzinfo=UTC), 60, _fraud)


def letters() -> str:
    """Of letters intake, every half hour in May: six hours of it failed on the eighteenth."""
    return _csv(datetime(2026, 5, 1, tzinfo=UTC), 30, _letters)


def _triage(at: datetime, odd: int) -> tuple[int, bool]:
    return (210 + odd % 220 if at >= _QUICKER else 310 + odd % 270), at != datetime(2026, 4, 12, 3, tzinfo=UTC)


def _letters(at: datetime, odd: int) -> tuple[int, bool]:
    return 900 + odd % 700, not _OUTAGE[0] <= at < _OUTAGE[1]


def _fraud(at: datetime, odd: int) -> tuple[int, bool]:
    loads = at.hour == 13 or (at.day, at.hour) == (11, 20)
    return 340 if loads else 140 + odd % 120, True


def _csv(start: datetime, minutes: int, seen: Seen) -> str:
    return "\n".join((_HEAD, *_rows(start, minutes, seen), ""))


def _rows(start: datetime, minutes: int, seen: Seen) -> Iterator[str]:
    at = start
    while at < _END:
        stamp = at.strftime("%Y-%m-%dT%H:%M:%SZ")
        latency, worked = seen(at, zlib.crc32(stamp.encode()))
        yield f"{stamp},{latency},{str(worked).lower()}"
        at += timedelta(minutes=minutes)
