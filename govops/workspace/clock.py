"""The only place that reads the wall clock, for callers who ask for *now* by name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


def now() -> str:
    """The instant, to the second, as ``YYYY-MM-DDTHH:MM:SSZ``."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")  # noqa: TID251  this is the one door to the clock


def seconds(instant: str) -> int:
    """An instant as seconds since 1970."""
    return int(datetime.fromisoformat(instant).timestamp())


def second_after(instant: str) -> str:
    """The next second, as records write it."""
    return f"{(datetime.fromisoformat(instant) + timedelta(seconds=1)).replace(tzinfo=None).isoformat()}Z"
