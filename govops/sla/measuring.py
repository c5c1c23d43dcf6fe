"""What every source of measurements gives, whichever engine computes it: sums and percentiles of stretches of time.

What a row of text is, for every engine: a timestamp is `2026-03-01T09:30:00Z`, with at most six digits of a second and
`Z` or an offset such as `+01:00`. A number is finite, at least 0 and at most 2^53; a count is written without a point
or exponent. `ok` is true or false, as JSON has them and lower case in CSV. Other columns are ignored; a needed one that
is absent, null or empty, or another type (a number in quotes, a boolean as a number, in JSON) makes the row bad, and so
does an object that has a key twice, or a line of CSV with more or fewer fields than the header. Points have `start`
before `end`, and at least one value; `failed` is at most `total`; `up_seconds` and `down_seconds` come together and are
no longer than the point; a point is bad that begins before an earlier one ends, in the order of start, end and place.
"""

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

    @property
    def hull(self) -> Stretch:
        """From the first stretch's start to the last one's end."""
        return Stretch(self.within[0].start, self.within[-1].end)


@dataclass(frozen=True, slots=True)
class Tally:
    """What was measured in one question's stretches.

    A request counts in the stretch that holds its timestamp. A point counts where it *ends* in the hull (after its
    start, at the latest at its end) and all of it that lies in the hull lies in one stretch; what part of a point fell
    into a maintenance cannot be told, so a point across the edge of one is left out, and its time is not covered.

    ``requests`` and ``failed`` are counts. ``percentiles`` has ``response_time_p95_ms`` and ``response_time_p99_ms``,
    each the k-th smallest time with k = ceil(q × requests) (nearest rank, of all requests, failed ones too), as lowest
    and highest value that it can be: the same but for points of several stretches, whose percentiles bound those of the
    whole and do not tell them. A metric is absent where a point that counts does not tell it, unless it had no request.
    ``slower`` counts the requests above each limit; None where only points are known. ``up`` and ``down`` are whole
    microseconds, each point's rounded half to even before they are summed; None where a point does not tell them.
    ``requests`` and ``failed`` are None where a point does not tell its total (or failures).

    ``gaps`` are silences: parts of stretches without a request, or that no point covers. A point that only crosses the
    hull's edge covers too, wherever it counts. Without ``source.gap`` every silence of points is a gap, and of requests
    one that is a whole stretch; with it, a silence that is longer (for requests: between neighbouring ones, or the edge
    of the stretch). ``bad`` counts the rejected rows whose time lies in the hull, or cannot be told.
    """

    requests: int | None = 0
    failed: int | None = 0
    percentiles: Mapping[str, tuple[float, float]] | None = None
    slower: Mapping[str, int] | None = None
    up: int | None = None
    down: int | None = None
    gaps: tuple[Stretch, ...] = ()
    bad: int = 0


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is no measurement: where it stands (``requests.csv:17``), what it says (cut short), and why not."""

    place: str
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class Measured:
    """One tally for each question, in their order; ``rows`` that were read, ``bad`` ones among them, the first few.

    ``late`` counts good rows that end after the last stretch that was asked for; they count nowhere.
    """

    tallies: tuple[Tally, ...]
    rows: int = 0
    bad: int = 0
    late: int = 0
    rejected: tuple[Rejected, ...] = ()


class Engine(Protocol):
    """Computes tallies: the reference in pure Python, DuckDB or Spark, from the same definitions."""

    def measure(self, source: MeasurementSource, questions: Sequence[Question]) -> Measured:
        """The tallies; UndecidableError where the source cannot be read whole."""
        ...
