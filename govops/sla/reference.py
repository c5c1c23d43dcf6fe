"""The definitions in plain Python, over JSONL and CSV: slow, and what every other engine has to agree with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path

from govops.errors import UndecidableError
from govops.kinds.measurement_source import MeasurementSource
from govops.kinds.quoting import quoted
from govops.kinds.scalars import duration_seconds
from govops.sla import files
from govops.sla.connections import folder_of
from govops.sla.judging import QUANTILES
from govops.sla.measuring import Measured, Question, Rejected, Stretch, Tally
from govops.sla.reference_rows import BadLine, Point, Request, Row

_QUOTED = 5
_OTHER = "take --engine duckdb"
_COLUMNS = {"response_time_p95_ms": "p95_ms", "response_time_p99_ms": "p99_ms"}


@dataclass(frozen=True, slots=True)
class Reference:
    """Reads files below ``root``, or below the folder that one of the ``connections`` names."""

    root: Path
    connections: Mapping[str, str] = field(default_factory=dict)

    def measure(self, source: MeasurementSource, questions: Sequence[Question]) -> Measured:
        """One tally for each question. UndecidableError for a file that is not there or cannot be read."""
        if source.type != "file":
            raise UndecidableError(
                f"the reference engine reads files, and no source of type {source.type}", hint=_OTHER
            )
        folder = self.root if source.connection is None else folder_of(source.connection, self.connections)
        found = files.chosen(folder, source.files or ())
        for file in found:
            if file.is_parquet:
                raise UndecidableError(f"the reference engine reads no Parquet, as in {quoted(file.name)}", hint=_OTHER)
        read = (row for file in found for row in files.rows(file, has_points=source.has_points))
        return compute(read, source, questions)


def compute(rows: Iterable[Row], source: MeasurementSource, questions: Sequence[Question]) -> Measured:
    """The tallies of rows that were read."""
    known = [*rows]
    good: list[Request | Point] = [row for row in known if not isinstance(row, BadLine)]
    bad = [row for row in known if isinstance(row, BadLine)]
    if source.has_points:
        good, overlapping = _apart([row for row in good if isinstance(row, Point)])
        bad += overlapping
    gap = timedelta(seconds=duration_seconds(source.gap)) if source.gap else None
    tallies = []
    for question in questions:
        tally = _of_points(good, question, gap) if source.has_points else _of_requests(good, question, gap)
        tallies.append(replace(tally, bad=sum(_may_be_in(row, question.hull) for row in bad)))
    last = max((question.hull.end for question in questions), default=None)
    late = sum(_is_late(row, last) for row in good) if last is not None else 0
    return Measured(tuple(tallies), len(known), len(bad), late, tuple(row.rejected for row in bad[:_QUOTED]))


def nearest_rank(ordered: Sequence[float], q: Fraction) -> float:
    """The k-th smallest with k = ceil(q × n), for 0 < q ≤ 1 and at least one value."""
    return ordered[-(-q.numerator * len(ordered) // q.denominator) - 1]


def _apart(points: Iterable[Point]) -> tuple[list[Request | Point], list[BadLine]]:
    """Points that begin before an earlier one ends would be counted twice."""
    good: list[Request | Point] = []
    bad: list[BadLine] = []
    end: datetime | None = None
    for point in sorted(points, key=lambda point: (point.start, point.end)):
        if end is not None and point.start < end:
            bad.append(BadLine(point.line or Rejected("", "", ""), point.start, point.end))
        else:
            good.append(point)
        end = point.end if end is None else max(end, point.end)
    return good, bad


def _of_requests(rows: Sequence[Request | Point], question: Question, gap: timedelta | None) -> Tally:
    requests = [row for row in rows if isinstance(row, Request)]
    found = [[row for row in requests if one.start <= row.at < one.end] for one in question.within]
    times = sorted(row.latency_ms for rows_ in found for row in rows_)
    gaps = [
        silence
        for one, rows_ in zip(question.within, found, strict=True)
        for silence in _silences(one, [(row.at, row.at) for row in rows_])
        if (silence == one and not rows_ if gap is None else silence.end - silence.start > gap)
    ]
    return Tally(
        requests=len(times),
        failed=sum(not row.ok for rows_ in found for row in rows_),
        percentiles={name: (nearest_rank(times, q),) * 2 for name, q in QUANTILES.items()} if times else None,
        slower={metric: sum(time > limit for time in times) for metric, limit in question.limits.items()},
        gaps=tuple(gaps),
    )


def _of_points(rows: Sequence[Request | Point], question: Question, gap: timedelta | None) -> Tally:
    points = [row for row in rows if isinstance(row, Point)]
    hull = question.hull
    covering = [point for point in points if _in_one(point, question)]
    whole = [point for point in covering if point.end <= hull.end]
    gaps = [
        silence
        for one in question.within
        for silence in _silences(one, [(point.start, point.end) for point in covering])
        if gap is None or silence.end - silence.start > gap
    ]
    return Tally(
        requests=_sum(point.total for point in whole),
        failed=_sum(point.failed for point in whole),
        percentiles=_bounds(whole),
        up=_sum(point.up for point in whole),
        down=_sum(point.down for point in whole),
        gaps=tuple(gaps),
    )


def _in_one(point: Point, question: Question) -> bool:
    """Whether what lies in the hull of it lies in one stretch."""
    start, end = max(point.start, question.hull.start), min(point.end, question.hull.end)
    return start < end and any(one.start <= start and end <= one.end for one in question.within)


def _silences(stretch: Stretch, covered: Iterable[tuple[datetime, datetime]]) -> Iterator[Stretch]:
    """What of a stretch none of these covers, in order."""
    start = stretch.start
    for begin, end in sorted(covered):
        if start < min(begin, stretch.end):
            yield Stretch(start, min(begin, stretch.end))
        start = max(start, end)
    if start < stretch.end:
        yield Stretch(start, stretch.end)


def _bounds(points: Sequence[Point]) -> Mapping[str, tuple[float, float]] | None:
    found = {}
    for metric, column in _COLUMNS.items():
        values = [point.percentiles.get(column) for point in points if point.total != 0]
        known = [value for value in values if value is not None]
        if known and len(known) == len(values):
            found[metric] = (min(known), max(known))
    return found or None


def _sum(values: Iterable[int | None]) -> int | None:
    """None where one of them is not known, or there is none."""
    known = [*values]
    return sum(value for value in known if value is not None) if known and None not in known else None


def _may_be_in(row: BadLine, hull: Stretch) -> bool:
    """Whether a bad row could have counted in a hull."""
    if row.start is None or row.end is None:
        return True
    return row.start < hull.end and (row.end > hull.start or row.start == row.end >= hull.start)


def _is_late(row: Request | Point, last: datetime) -> bool:
    return row.at >= last if isinstance(row, Request) else row.end > last
