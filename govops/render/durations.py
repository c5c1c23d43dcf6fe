"""Durations in words, exact to the second: `3 d 4 h`."""

from __future__ import annotations

from collections.abc import Iterator

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def lasting(seconds: int | None, otherwise: str = "–") -> str:
    """All that is not zero, largest unit first; ``otherwise`` where it is not known."""
    if seconds is None:
        return otherwise
    return " ".join(_parts(seconds)) or "0 s"


def _parts(seconds: int) -> Iterator[str]:
    for size, unit in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            yield f"{count} {unit}"
