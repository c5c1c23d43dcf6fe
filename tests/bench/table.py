"""Figures as one plain table, the targets beside them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tests.bench.cost import Cost

_HEAD = ("size", "what", "cpu", "wall", "memory", "cpu ratio", "wall ratio", "target")


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was measured, ``against`` another; ``target`` is in words."""

    size: str
    what: str
    cost: Cost
    against: Cost | None = None
    target: str = ""

    def cells(self) -> tuple[str, ...]:
        ratios = ("", "")
        if self.against is not None:
            ratios = (f"{self.cost.cpu / self.against.cpu:.2f}", f"{self.cost.wall / self.against.wall:.2f}")
        memory = f"{self.cost.memory:.0f} MiB" if self.cost.memory else ""
        return (self.size, self.what, _time(self.cost.cpu), _time(self.cost.wall), memory, *ratios, self.target)


def table(rows: Iterable[Row]) -> str:
    """The rows under a heading, columns as wide as they need to be; numbers stand right."""
    cells = [_HEAD, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "".join(_line(row, widths) for row in [cells[0], tuple("-" * width for width in widths), *cells[1:]])


def _line(row: tuple[str, ...], widths: list[int]) -> str:
    numbers = range(2, 7)
    cells = (
        cell.rjust(width) if at in numbers else cell.ljust(width)
        for at, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip() + "\n"


def _time(seconds: float) -> str:
    return (
        f"{seconds * 1e6:.0f} µs"
        if seconds < 1e-3
        else f"{seconds * 1e3:.1f} ms"
        if seconds < 1
        else f"{seconds:.1f} s"
    )
