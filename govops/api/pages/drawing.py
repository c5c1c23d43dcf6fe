"""How one promise went, day by day, as a drawing whose colours the stylesheet has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

WIDTH, HEIGHT, EDGE = 640, 120, 8


@dataclass(frozen=True, slots=True)
class Dot:
    """One day: ``value`` is None without data, ``told`` what is said of it."""

    day: str
    value: float | None
    told: str
    is_kept: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """The days of one objective beside its target; ``told`` says in words what it shows."""

    title: str
    told: str
    target: float
    target_told: str
    days: tuple[Dot, ...]
    template: ClassVar[str] = "chart"

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the drawing, in its own units."""
        return WIDTH, HEIGHT

    @property
    def level(self) -> str:
        """How high the target stands."""
        return _tenth(self._y(self.target))

    @property
    def lines(self) -> Iterator[str]:
        """A path for each run of days with data."""
        for has_data, days in groupby(enumerate(self.days), key=lambda one: one[1].value is not None):
            if has_data:
                points = [f"{_tenth(self._x(at))} {_tenth(self._y(day.value or 0))}" for at, day in days]
                yield f"M{'L'.join(points)}"

    @property
    def marks(self) -> Iterator[tuple[str, str, str, Dot]]:
        """(kind, x, y, day): what was missed and where nothing was measured, told apart by shape."""
        for at, day in enumerate(self.days):
            if day.value is None:
                yield "gap", _tenth(self._x(at)), _tenth(HEIGHT - EDGE), day
            elif not day.is_kept:
                yield "missed", _tenth(self._x(at)), _tenth(self._y(day.value)), day

    @property
    def _bounds(self) -> tuple[float, float]:
        values = [self.target, *(day.value for day in self.days if day.value is not None)]
        return min(values), max(values)

    def _x(self, at: int) -> float:
        return EDGE + at * (WIDTH - 2 * EDGE) / max(1, len(self.days) - 1)

    def _y(self, value: float) -> float:
        low, high = self._bounds
        share = (value - low) / (high - low) if high > low else 0.5
        return EDGE + (1 - share) * (HEIGHT - 2 * EDGE)


def _tenth(value: float) -> str:
    return f"{value:.1f}"
