"""The reference engine says what its definitions say: tried against a count by hand, second by second."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.errors import UndecidableError
from govops.kinds.measurement_source import MeasurementSource
from govops.sla.measuring import Measured, Question, Rejected, Stretch
from govops.sla.reference import Reference, compute, nearest_rank
from govops.sla.reference_rows import BadLine, Point, Request, Row
from govops.sla.terms import instant, moment

START = moment("2026-03-01T00:00:00Z")
P95, P99 = "response_time_p95_ms", "response_time_p99_ms"


def source(**parts: Any) -> MeasurementSource:
    """A file of requests, unless told otherwise."""
    return MeasurementSource.model_validate({"type": "file", "files": ["m.jsonl"]} | parts)


def minute(number: float) -> datetime:
    """So many minutes after the start."""
    return START + timedelta(minutes=number)


def stretch(start: float, end: float) -> Stretch:
    """From one minute to another."""
    return Stretch(minute(start), minute(end))


def asked(*within: tuple[float, float], **limits: float) -> Question:
    """What is asked of these minutes."""
    return Question(tuple(stretch(*one) for one in within), limits)


def request(at: float, ms: float = 100, *, ok: bool = True) -> Request:
    """A request at a minute."""
    return Request(minute(at), ms, ok)


def point(start: float, end: float, *, p95: float | None = None, **values: Any) -> Point:
    """A point from one minute to another."""
    percentiles = {"p95_ms": p95} if p95 is not None else {}
    return Point(minute(start), minute(end), percentiles, **values)


def requests(rows: Sequence[Row], *questions: Question, **parts: Any) -> Measured:
    """What was measured of requests."""
    return compute(rows, source(**parts), questions)


def points(rows: Sequence[Row], *questions: Question, **parts: Any) -> Measured:
    """What was measured of points."""
    return compute(rows, source(shape="points", **parts), questions)


@given(st.lists(st.floats(0, 1e9), min_size=1), st.fractions(0, 1).filter(bool))
def test_the_nearest_rank_is_the_least_value_that_enough_do_not_exceed(values: list[float], q: Fraction) -> None:
    found = nearest_rank(sorted(values), q)
    assert found in values
    assert sum(value <= found for value in values) >= q * len(values)
    assert sum(value < found for value in values) < q * len(values)


@pytest.mark.parametrize(("count", "rank"), [(1, 1), (19, 19), (20, 19), (21, 20), (100, 95), (101, 96)])
def test_the_rank_is_rounded_up(count: int, rank: int) -> None:
    """0.95 × 20 is 19 exactly, which a float makes 18.999… of."""
    assert nearest_rank([float(value) for value in range(1, count + 1)], Fraction(95, 100)) == rank


ROWS = st.lists(st.tuples(st.integers(0, 12), st.sampled_from((1.0, 2.0, 2.5, 900.0)), st.booleans()), max_size=40)
CUTS = st.lists(st.integers(0, 12), min_size=2, max_size=8, unique=True).map(sorted)


@given(ROWS, CUTS, st.sampled_from((1.0, 2.0, 3.0)))
def test_requests_are_counted_where_they_lie(
    rows: list[tuple[int, float, bool]], cuts: list[int], limit: float
) -> None:
    """Against a plain count: the first instant of a stretch is in it, and the first one after it is not."""
    within = tuple(zip(cuts[::2], cuts[1::2], strict=False))
    (tally,) = requests([request(at, ms, ok=ok) for at, ms, ok in rows], asked(*within, **{P95: limit})).tallies
    inside = [(ms, ok) for at, ms, ok in rows if any(start <= at < end for start, end in within)]
    assert (tally.requests, tally.failed) == (len(inside), sum(not ok for _, ok in inside))
    assert tally.slower == {P95: sum(ms > limit for ms, _ in inside)}
    times = sorted(ms for ms, _ in inside)
    for metric, percent in ((P95, 95), (P99, 99)):
        rank = ceil(Fraction(percent * len(times), 100))
        assert (tally.percentiles or {}).get(metric) == ((times[rank - 1],) * 2 if times else None)


def test_ties_a_single_value_and_none_have_their_percentiles() -> None:
    assert requests([request(1, 7)] * 50, asked((0, 10))).tallies[0].percentiles == {P95: (7, 7), P99: (7, 7)}
    assert requests([request(1, 3)], asked((0, 10))).tallies[0].percentiles == {P95: (3, 3), P99: (3, 3)}
    nothing = requests([], asked((0, 10))).tallies[0]
    assert (nothing.requests, nothing.percentiles, nothing.gaps) == (0, None, (stretch(0, 10),))


@pytest.mark.parametrize(
    ("gap", "expected"),
    [
        (None, [(20, 30)]),
        ("10m", []),
        ("9m", [(20, 30)]),
        ("6m", [(2, 9), (20, 30)]),
        ("1m", [(0, 2), (2, 9), (20, 30)]),
    ],
)
def test_a_silence_of_requests_is_a_gap_if_it_is_long(gap: str | None, expected: list[tuple[int, int]]) -> None:
    """Without a limit, one that is a whole stretch; a silence of exactly the limit is none."""
    tally = requests([request(2), request(9)], asked((0, 10), (20, 30)), gap=gap).tallies[0]
    assert tally.gaps == tuple(stretch(*one) for one in expected)


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 6), st.integers(0, 9)), max_size=12), CUTS)
def test_points_are_counted_once_and_silences_are_what_they_leave(
    rows: list[tuple[int, int, int]], cuts: list[int]
) -> None:
    """Minute by minute: what no point covers that lies in one stretch, as far as it lies in the hull, is silent."""
    within = tuple(zip(cuts[::2], cuts[1::2], strict=False))
    first, last = within[0][0], within[-1][1]
    kept: list[tuple[int, int, int]] = []
    reach = 0
    for start, length, total in sorted(rows):
        if start >= reach:
            kept.append((start, start + length, total))
        reach = max(reach, start + length)
    measured = points([point(start, start + length, total=total) for start, length, total in rows], asked(*within))
    (tally,) = measured.tallies
    clipped = [(max(start, first), min(end, last), end, total) for start, end, total in kept]
    fitting = [one for one in clipped if one[0] < one[1] and any(a <= one[0] and one[1] <= b for a, b in within)]
    counting = [total for _, _, end, total in fitting if end <= last]
    assert tally.requests == (sum(counting) if counting else None)
    silent = {m for a, b in within for m in range(a, b)} - {m for a, b, _, _ in fitting for m in range(a, b)}
    told = {m for gap in tally.gaps for m in range(13) if gap.start <= minute(m) < gap.end}
    assert told == silent
    assert measured.bad == len(rows) - len(kept)


def test_a_point_across_the_edge_of_a_window_counts_where_it_ends() -> None:
    """So that each counts once in windows that follow each other, and the edge is no gap."""
    first, second = points([point(0, 8, total=1), point(8, 16, total=2)], asked((0, 10)), asked((10, 16))).tallies
    assert (first.requests, second.requests) == (1, 2)
    assert first.gaps == second.gaps == ()


def test_a_point_across_the_edge_of_a_maintenance_counts_nowhere() -> None:
    """What part of it fell into the maintenance cannot be told, so its time is not covered."""
    (tally,) = points(
        [point(0, 8, total=1), point(8, 16, total=2), point(16, 20, total=4)], asked((0, 10), (12, 20))
    ).tallies
    assert (tally.requests, tally.gaps) == (5, (stretch(8, 10), stretch(12, 16)))


def test_a_column_that_one_point_lacks_is_not_told() -> None:
    rows = [point(0, 5, p95=100, total=10, failed=0, up=300, down=0), point(5, 10, total=10)]
    (tally,) = points(rows, asked((0, 10))).tallies
    assert (tally.requests, tally.failed, tally.percentiles, tally.up, tally.down) == (20, None, None, None, None)


def test_a_point_without_requests_has_no_percentile_to_tell() -> None:
    (tally,) = points([point(0, 5, p95=100, total=10), point(5, 10, total=0)], asked((0, 10))).tallies
    assert tally.percentiles == {P95: (100, 100)}


def test_a_short_silence_of_points_counts_as_measured_where_the_source_says_so() -> None:
    (tally,) = points([point(0, 4, total=1), point(6, 10, total=1)], asked((0, 10)), gap="2m").tallies
    assert tally.gaps == ()


def test_a_point_that_begins_before_another_ends_would_be_counted_twice() -> None:
    row = Rejected("m.csv:3", "…", "it begins before an earlier point ends")
    twice = Point(minute(0), minute(5), {}, total=1, line=row)
    measured = points([point(0, 5, total=1), twice], asked((0, 5)))
    assert (measured.tallies[0].requests, measured.tallies[0].bad) == (1, 1)
    assert measured.rejected == (row,)


def test_a_bad_row_counts_against_the_windows_that_may_hold_it() -> None:
    def bad(start: float | None) -> BadLine:
        when = minute(start) if start is not None else None
        return BadLine(Rejected("m.jsonl:1", "", ""), when, when)

    found = requests([bad(0), bad(9), bad(10), bad(None)], asked((0, 5)), asked((5, 10)), asked((20, 30)))
    assert [tally.bad for tally in found.tallies] == [2, 2, 1]
    assert (found.rows, found.bad) == (4, 4)


def test_rows_after_the_last_instant_are_counted_and_ignored() -> None:
    assert requests([request(9), request(10), request(11)], asked((0, 10))).late == 2
    assert points([point(0, 10, total=1), point(10, 11, total=1)], asked((0, 10))).late == 1


def test_only_the_first_few_bad_rows_are_quoted(tmp_path: Path) -> None:
    (tmp_path / "m.jsonl").write_text("x\n" * 50)
    measured = Reference(tmp_path).measure(source(), [asked((0, 10))])
    assert (measured.rows, measured.bad) == (50, 50)
    assert [row.place for row in measured.rejected] == [f"m.jsonl:{line}" for line in range(1, 6)]


def test_files_are_found_by_patterns_below_the_folder_or_where_a_connection_leads(tmp_path: Path) -> None:
    line = json.dumps({"timestamp": instant(minute(1)), "latency_ms": 1, "ok": True})
    for name in ("here/a.jsonl", "here/b.jsonl", "there/a.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"{line}\n")
    engine = Reference(tmp_path / "here", {"elsewhere": f"file://{tmp_path}/there"})
    assert engine.measure(source(files=["*.jsonl", "a.jsonl"]), [asked((0, 10))]).rows == 2
    assert engine.measure(source(files=["a.jsonl"], connection="elsewhere"), [asked((0, 10))]).rows == 1


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ({"files": ["nothing.jsonl"]}, "nothing.jsonl"),
        ({"files": ["*.csv"]}, r"\*.csv"),
        ({"files": ["out.jsonl"]}, "leads out of"),
        ({"files": ["m.parquet"]}, "m.parquet"),
        ({"connection": "unheard"}, "nobody says where `unheard` is"),
        ({"type": "sql", "connection": "db", "query": "SELECT 1", "files": None}, "no source of type sql"),
    ],
)
def test_what_cannot_be_read_whole_is_not_read_at_all(tmp_path: Path, parts: dict[str, Any], message: str) -> None:
    """A link out of the folder would let a pull request choose what is read, and quoted."""
    (tmp_path / "in").mkdir()
    (tmp_path / "secret.jsonl").write_text("secret\n")
    (tmp_path / "in/out.jsonl").symlink_to("../secret.jsonl")
    (tmp_path / "in/m.parquet").write_text("")
    with pytest.raises(UndecidableError, match=message):
        Reference(tmp_path / "in").measure(source(**parts), [asked((0, 10))])


def test_a_connection_of_files_is_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UndecidableError, match="`web` is no folder"):
        Reference(tmp_path, {"web": "https://metrics.example.org"}).measure(source(connection="web"), [])
