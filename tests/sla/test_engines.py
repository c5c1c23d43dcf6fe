"""Every engine gives the answers of the reference, to the last digit, whatever stands in the files."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govops.errors import UndecidableError
from govops.kinds.measurement_source import MeasurementSource
from govops.sla.engines import engine
from govops.sla.measuring import Measured, Question
from tests.sla import hostile
from tests.sla.hostile import P95, P99, moment, question, row, source, written
from tests.support import parts

duckdb = pytest.importorskip("duckdb")  # the whole file is about it


@pytest.fixture(scope="module")
def spark() -> Iterator[None]:
    """One session for all, in local mode; it starts in a third of the time without the optimising compiler."""
    parts.package("pyspark", extra="spark")
    parts.require("java", package="default-jre-headless")
    os.environ["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    yield
    del os.environ["JAVA_TOOL_OPTIONS"]
    from pyspark.sql import SparkSession

    if session := SparkSession.getActiveSession():
        session.stop()


@pytest.fixture(params=["duckdb", "spark"])
def name(request: pytest.FixtureRequest) -> str:
    """The engines that must agree with the reference."""
    if request.param == "spark":
        request.getfixturevalue("spark")
    return str(request.param)


def asked(folder: Path, where: MeasurementSource, questions: Sequence[Question], name: str = "duckdb") -> Measured:
    """What an engine of this name answers."""
    return engine(name, {}, root=folder).measure(where, questions)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(hostile.rows, hostile.questions, hostile.gaps)
def test_duckdb_counts_as_the_reference_does(lines: list[str], questions: list[Question], gap: str | None) -> None:
    """Counts, percentiles, gaps, and bad rows with what is said of them."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, lines)
        where = source(gap=gap)
        assert asked(folder, where, questions) == asked(folder, where, questions, "reference")


numbers = st.one_of(hostile.latencies, st.sampled_from([math.nan, math.inf, -1.0, 2.0**53 + 2]), st.none())
typed = st.tuples(st.one_of(hostile.seconds, st.none()), numbers, st.one_of(st.booleans(), st.none()))


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(st.lists(typed, max_size=40), hostile.questions, hostile.gaps)
def test_duckdb_counts_parquet_as_it_counts_text(
    rows: list[Columns], questions: list[Question], gap: str | None
) -> None:
    """A NULL, a NaN and what is no number from 0 to 2^53 make a bad row there too, at the time that it names."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        written(folder, [row_of(*one) for one in rows])
        parquet(folder / "rows.parquet", rows)
        text = asked(folder, source(gap=gap), questions)
        table = asked(folder, source("*.parquet", gap=gap), questions)
        assert (table.tallies, table.rows, table.bad, table.late) == (text.tallies, text.rows, text.bad, text.late)
        assert len(table.rejected) == min(table.bad, 5)


def row_of(seconds: float | None, latency: float | None, ok: bool | None) -> str:  # noqa: FBT001 -- a column
    """The same as a line of JSONL, where a number is one."""
    at = None if seconds is None else hostile.spelled(seconds)
    fit = latency if latency is None or math.isfinite(latency) else -1
    return json.dumps({"timestamp": at, "latency_ms": fit, "ok": ok})


Columns = tuple[float | None, float | None, bool | None]


def parquet(path: Path, rows: Sequence[Columns], kind: str = "TIMESTAMPTZ") -> None:
    """A table of requests, by seconds after the start of all stories."""
    values = [
        [None if at is None else moment(at).isoformat() for at, _, _ in rows],
        [latency for _, latency, _ in rows],
        [ok for _, _, ok in rows],
    ]
    columns = (
        f"unnest(?::VARCHAR[])::{kind} AS timestamp, unnest(?::DOUBLE[]) AS latency_ms, unnest(?::BOOLEAN[]) AS ok"
    )
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"CREATE TABLE rows AS SELECT {columns}", values)
        connection.table("rows").write_parquet(str(path))


# ---- distributions that are told apart by the second in which they lie

DISTRIBUTIONS: dict[str, list[float]] = {
    "nothing at all": [],
    "one value": [42.0],
    "the same value": [7.5] * 1000,
    "two values, just at the rank": [1.0] * 95 + [2.0] * 5,
    "two values, just beyond it": [1.0] * 94 + [2.0] * 6,
    "neighbouring floats": [math.nextafter(250, 0)] * 19 + [250.0, math.nextafter(250, 999)],
    "tiny": [5e-324 * n for n in range(1, 101)],
    "huge": [2.0**53 - n for n in range(100)],
    "zeros of both signs": [0.0, -0.0] * 50,
    "from tiny to huge": [10.0**n for n in range(-300, 16)],
    "at the edges of bands": [63.9375, 64.0, 4095.0, 4096.0, 262143.99999999997, 262144.0] * 30,
    **{f"{n} values": [float(k) for k in range(n)] for n in (*range(2, 40), 60, 99, 100, 101, 199, 200, 201, 1000)},
}


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All of them in one file, each in a second of its own."""
    folder = tmp_path_factory.mktemp("distributions")
    lines = [
        row(at, value, n % 7 > 0)
        for at, name in enumerate(DISTRIBUTIONS)
        for n, value in enumerate(DISTRIBUTIONS[name])
    ]
    written(folder, lines)
    return folder


@pytest.mark.slow
def test_percentiles_are_the_nearest_rank_of_every_distribution(distributions: Path, name: str) -> None:
    """Exactly, for every number of values, by the definition; and so says the reference."""
    questions = [question((at, at + 1)) for at in range(len(DISTRIBUTIONS))]
    found = asked(distributions, source(), questions, name)
    assert found == asked(distributions, source(), questions, "reference")
    for values, tally in zip(DISTRIBUTIONS.values(), found.tallies, strict=True):
        ordered = sorted(values)
        ranks = {P95: (95 * len(values) + 99) // 100, P99: (99 * len(values) + 99) // 100}
        assert tally.percentiles == ({m: (ordered[k - 1],) * 2 for m, k in ranks.items()} if values else None)
        assert tally.requests == len(values)


@pytest.mark.slow
def test_questions_may_overlap(distributions: Path, name: str) -> None:
    """A window, each of its halves, and what is left of it without a maintenance."""
    questions = [
        question((0, 40)),
        question((0, 20)),
        question((20, 40)),
        question((0, 5), (11, 30)),
        question((90, 95)),
    ]
    assert asked(distributions, source(gap="1m"), questions, name) == asked(
        distributions, source(gap="1m"), questions, "reference"
    )


@pytest.mark.slow
def test_local_times_are_placed_where_the_clocks_say(tmp_path: Path, name: str) -> None:
    """In the night in which clocks go forward an hour is missing, and in that in which they go back one comes twice:
    such times make bad rows, and the days have 23 and 25 hours.
    """
    hours = [*range(24, 48), *range(24 * 211, 24 * 212)]  # 29 March and 25 October
    parquet(tmp_path / "rows.parquet", [(hour * 3600 + 1800, float(hour), True) for hour in hours], "TIMESTAMP")
    vienna = ZoneInfo("Europe/Vienna")
    days = [
        [moment(24 * day * 3600).replace(tzinfo=vienna) for day in (first, first + 1)] for first in (1, 211)
    ]  # midnights there
    spans = [[(end.timestamp() - moment(0).timestamp()) for end in day] for day in days]
    assert [(end - start) / 3600 for start, end in spans] == [23, 25]
    questions = [question((start, end)) for start, end in spans]
    found = asked(tmp_path, source("rows.parquet", timezone="Europe/Vienna"), questions, name)
    assert [(tally.requests, tally.bad) for tally in found.tallies] == [(23, 2), (23, 2)]  # they may belong to either
    assert [one.place for one in found.rejected] == ["rows.parquet:3", "rows.parquet:27"]
    with pytest.raises(UndecidableError, match="name no zone"):
        asked(tmp_path, source("rows.parquet"), questions, name)


@pytest.mark.slow
def test_bad_rows_of_a_table_are_counted_and_quoted_alike(tmp_path: Path, name: str) -> None:
    """Whatever the file is called, which no engine takes for a pattern."""
    rows = [
        (1.0, math.nan, True),
        (2.0, 5.0, None),
        (None, 1.0, True),
        (3.0, -1.0, True),
        (4.0, None, False),
        (5.0, 1.0, True),
    ]
    parquet(tmp_path / "a [b]?*{c} ä.parquet", rows)
    parquet(tmp_path / "a b.parquet", [(6.0, 1.0, True)])
    found = asked(tmp_path, source("a [[]*.parquet"), [question((0, 10))], name)
    assert (found.rows, found.bad, found.tallies[0].requests, found.tallies[0].bad) == (6, 5, 1, 5)
    assert [f"{one.place} {one.text}: {one.reason}" for one in found.rejected] == [
        "a [b]?*{c} ä.parquet:1 timestamp=2026-03-28T00:00:01+00:00 latency_ms=nan ok=true: "
        "`latency_ms` is no number from 0 to 2^53",
        "a [b]?*{c} ä.parquet:2 timestamp=2026-03-28T00:00:02+00:00 latency_ms=5.0 ok=?: it has no `ok`",
        "a [b]?*{c} ä.parquet:3 timestamp=? latency_ms=1.0 ok=true: "
        "`timestamp` is missing, of no calendar, or comes twice or never as the clocks change",
        "a [b]?*{c} ä.parquet:4 timestamp=2026-03-28T00:00:03+00:00 latency_ms=-1.0 ok=true: "
        "`latency_ms` is no number from 0 to 2^53",
        "a [b]?*{c} ä.parquet:5 timestamp=2026-03-28T00:00:04+00:00 latency_ms=? ok=false: it has no `latency_ms`",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    "columns", ["1 AS timestamp", "TIMESTAMPTZ '2026-03-28 00:00:00Z' AS timestamp, '1' AS latency_ms"]
)
def test_a_table_of_other_columns_is_not_read(tmp_path: Path, name: str, columns: str) -> None:
    """A number of seconds is no timestamp, and text is no number: nothing is bent into shape."""
    duckdb.sql(f"SELECT {columns}, true AS ok").write_parquet(str(tmp_path / "rows.parquet"))
    with pytest.raises(UndecidableError, match="column"):
        asked(tmp_path, source("rows.parquet"), [question((0, 10))], name)


@pytest.mark.slow
def test_a_table_that_is_cut_short_is_not_read_in_part(tmp_path: Path, name: str) -> None:
    """Nor is one that holds no table at all, beside a good one."""
    parquet(tmp_path / "a.parquet", [(1.0, 1.0, True)])
    (tmp_path / "b.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-10])
    with pytest.raises(UndecidableError, match="cannot read the measurements"):
        asked(tmp_path, source("*.parquet"), [question((0, 10))], name)


def test_spark_elsewhere_cannot_read_what_is_text_here(tmp_path: Path) -> None:
    """It is said instead of computed from nothing."""
    from govops.sla.engines import Access

    written(tmp_path, [row(1, 1)])
    far = engine("spark", {}, root=tmp_path, access=Access(master="spark://127.0.0.1:1"))
    with pytest.raises(UndecidableError, match="this Spark runs elsewhere"):
        far.measure(source(), [question((0, 10))])
