"""The time of the story: it moves when something happens, one hour at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Instants as ``YYYY-MM-DDTHH:MM:SSZ``; the first event is at nine on a Monday."""

    def __init__(self, start: str = "2026-01-05T09:00:00Z") -> None:
        self._next = datetime.fromisoformat(start)

    def tick(self) -> str:
        """The instant of the next event."""
        now = self._next
        self._next += timedelta(hours=1)
        return now.strftime("%Y-%m-%dT%H:%M:%SZ")

    def pass_by(self, **duration: float) -> None:
        """Let time go by without an event: ``days=30``."""
        self._next += timedelta(**duration)


def git_time(instant: str) -> str:
    """An instant as a git header spells it."""
    return f"{int(datetime.fromisoformat(instant).astimezone(UTC).timestamp())} +0000"
