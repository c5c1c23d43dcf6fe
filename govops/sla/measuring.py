"""What every source of measurements gives, whichever engine computes it: sums and percentiles of stretches of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from govops.kinds.measurement_source import MeasurementSource


@dataclass(frozen=True, slots=True)
class Stretch:
    """From ``start`` to before ``end``, both in UTC; never empty."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> float:
        """How long it is."""
        return (self.end - self.start).total_seconds()


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a source: one part of a window, under the one promise that was in force in it.

    ``within`` are the stretches that count, in order and apart (maintenance is left out). ``limits`` are the response
    times in ms that were promised, by metric; what was slower is counted.
    """

    within: tuple[Stretch, ...]
    limits: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was measured in one question's stretches.

    ``requests`` and ``failed`` are counts. ``percentiles`` has ``response_time_p95_ms`` and ``response_time_p99_ms``,
    each the k-th smallest time with k = ceil(q × requests) (nearest rank), as lowest and highest value that it can be:
    the same but for points of several stretches, whose percentiles bound those of the whole and do not tell them.
    ``slower`` counts the requests above each limit; None where only points are known. ``up`` and ``down`` are seconds;
    None where nobody measured them. ``gaps`` are the stretches for which there is no measurement.
    """

    requests: int = 0
    failed: int = 0
    percentiles: Mapping[str, tuple[float, float]] | None = None
    slower: Mapping[str, int] | None = None
    up: float | None = None
    down: float | None = None
    gaps: tuple[Stretch, ...] = ()


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is no measurement: where it stands (``requests.csv:17``), what it says (cut short), and why not."""

    place: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One tally for each question, in their order; ``rows`` that were read, ``bad`` ones among them, the first few."""

    tallies: tuple[Tally, ...]
    rows: int = 0
    bad: int = 0
    rejected: tuple[Rejected, ...] = ()


class Engine(Protocol):
    """Computes tallies: the reference in pure Python, DuckDB or Spark, from the same definitions."""

    def measure(self, source: MeasurementSource, questions: Sequence[Question]) -> Measured:
        """The tallies; UndecidableError where the source cannot be read whole."""
        ...
