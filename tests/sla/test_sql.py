"""Databases are read row by row, in a transaction that only reads, and their secrets stand in no message."""

from __future__ import annotations

import sqlite3
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govops.errors import UndecidableError
from govops.kinds.measurement_source import MeasurementSource
from govops.sla.engines import Access, engine
from govops.sla.measuring import Measured
from tests.sla.hostile import P95, moment, question, row, source, stretch, written
from tests.support import parts
from tests.support.postgres import PASSWORD, postgres

LOGIN = {"GOVOPS_SOURCE_DB_USER": "postgres", "GOVOPS_SOURCE_DB_PASSWORD": PASSWORD}
QUERY = "SELECT timestamp, latency_ms, ok FROM requests ORDER BY timestamp"


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """A real PostgreSQL with 30,000 requests, and points of two hours."""
    parts.package("psycopg", extra="postgres")
    parts.package("sqlalchemy", extra="db")
    parts.package("duckdb", extra="analytics")
    with postgres() as address:
        fill(address)
        yield address


def fill(address: str) -> None:
    """Every third of a second a request, whose time grows; every tenth fails."""
    import psycopg

    with psycopg.connect(address, user="postgres", password=PASSWORD) as connection:
        connection.execute("CREATE TABLE requests (timestamp timestamptz, latency_ms numeric, ok boolean)")
        connection.execute(
            "INSERT INTO requests SELECT %s + n * interval '1 second' / 3, n / 10.0, n %% 10 > 0"
            " FROM generate_series(0, 29999) AS n",
            (moment(0),),
        )
        connection.execute("CREATE TABLE local (timestamp timestamp, latency_ms real, ok boolean)")
        connection.execute(
            "INSERT INTO local VALUES ('2026-03-29 01:30:00', 7, true), ('2026-03-29 02:30:00', 8, true)"
        )
        connection.execute('CREATE TABLE points (start timestamptz, "end" timestamptz, total bigint, failed int)')
        connection.execute(
            "INSERT INTO points VALUES (%s, %s, 1000, 5), (%s, %s, 500, 1)", [moment(h * 3600) for h in (0, 1, 1, 2)]
        )


def sql(query: str, **more: object) -> MeasurementSource:
    """A source in the database."""
    return MeasurementSource.model_validate({"type": "sql", "connection": "db", "query": query, **more})


def asked(address: str, where: MeasurementSource, *ends: tuple[float, float], login: Any = None) -> Measured:
    """One question."""
    reading = engine("duckdb", {"db": address}, root=Path(), access=Access(LOGIN if login is None else login))
    return reading.measure(where, [question(*ends)])


@pytest.mark.slow
def test_requests_in_postgresql_are_counted_as_those_in_a_file(database: str, tmp_path: Path) -> None:
    """Exact numbers and times with a zone come as the driver has them."""
    written(tmp_path, [row(round(n / 3, 6), n / 10, n % 10 > 0) for n in range(30_000)])
    found = asked(database, sql(QUERY), (10, 900), (1000, 8000))
    text = engine("duckdb", {}, root=tmp_path).measure(source(), [question((10, 900), (1000, 8000))])
    assert found.tallies == text.tallies
    assert (found.rows, found.bad, found.late) == (30_000, 0, text.late)


@pytest.mark.slow
def test_points_in_postgresql_are_added_up(database: str) -> None:
    found = asked(database, sql("SELECT * FROM points;", shape="points"), (0, 7200))
    assert (found.tallies[0].requests, found.tallies[0].failed, found.tallies[0].gaps) == (1500, 6, ())


@pytest.mark.slow
def test_the_ends_of_the_time_that_is_asked_for_stand_in_the_query(database: str) -> None:
    """So that a large table is read in part."""
    where = sql("SELECT * FROM requests WHERE timestamp >= $start AND timestamp < $end")
    found = asked(database, where, (10, 20), (30, 40))
    assert (found.rows, found.tallies[0].requests) == (90, 60)


@pytest.mark.slow
def test_local_times_count_where_the_source_says_whose_they_are(database: str) -> None:
    """One of them never was: the clocks went forward."""
    found = asked(database, sql("SELECT * FROM local", timezone="Europe/Vienna"), (86400, 90000))
    assert (found.tallies[0].requests, found.bad) == (1, 1)
    assert found.rejected[0].place == "db:2"
    assert "latency_ms=8.0" in found.rejected[0].text
    assert asked(database, sql("SELECT * FROM local"), (86400, 90000)).bad == 2


@pytest.mark.slow
@pytest.mark.threat("I16")
@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM requests",
        "SELECT * FROM requests; DELETE FROM requests",
        "SELECT * FROM requests; COMMIT; DELETE FROM requests",
        "WITH gone AS (DELETE FROM requests RETURNING *) SELECT * FROM gone",
        "SELECT set_config('transaction_read_only', 'off', false), * FROM requests",
        "SELECT 1 FROM pg_sleep(1), (SELECT nextval('s')) x",
        "INSERT INTO requests SELECT * FROM requests RETURNING *",
        "SELECT * INTO other FROM requests",
        "CREATE TABLE other (a int)",
        "COPY requests TO '/tmp/stolen'",
        "DO $$ BEGIN DELETE FROM requests; END $$",
        "SELECT nothing FROM nowhere",
        ")",
    ],
)
def test_a_query_changes_nothing(database: str, query: str) -> None:
    """It comes from a proposal, and must not do more than read."""
    import psycopg

    with pytest.raises(UndecidableError):
        asked(database, sql(query), (0, 60))
    with psycopg.connect(database, user="postgres", password=PASSWORD) as connection:
        assert connection.execute("SELECT count(*) FROM requests").fetchone() == (30_000,)


@pytest.mark.slow
@pytest.mark.threat("H09")
def test_a_wrong_password_stands_in_no_message(database: str) -> None:
    wrong = {**LOGIN, "GOVOPS_SOURCE_DB_PASSWORD": "wr0ng-secret", "GOVOPS_SOURCE_DB_USER": "somebody-else"}
    with pytest.raises(UndecidableError, match="the database `db` does not answer") as error:
        asked(database, sql(QUERY), (0, 60), login=wrong)
    told = "".join(traceback.format_exception(error.value)) + error.value.hint
    assert "wr0ng" not in told
    assert "somebody" not in told


def test_a_database_that_is_not_there_decides_nothing() -> None:
    parts.package("psycopg", extra="postgres")
    with pytest.raises(UndecidableError, match="the database `db` does not answer"):
        asked("postgresql://127.0.0.1:1/postgres", sql(QUERY), (0, 60))
    with pytest.raises(UndecidableError, match="does not answer"):
        asked("oddsql://127.0.0.1/x", sql(QUERY), (0, 60))


# ---- files that are databases


def test_sqlite_is_read_where_it_has_no_booleans_and_no_times(tmp_path: Path) -> None:
    parts.package("sqlalchemy", extra="db")
    with sqlite3.connect(tmp_path / "measured.sqlite") as connection:
        connection.execute("CREATE TABLE requests (timestamp TEXT, latency_ms REAL, ok INTEGER)")
        rows = [("2026-03-28T00:00:01Z", 5.5, 1), ("2026-03-28T00:00:02Z", 6.5, 0), ("2026-03-28T00:00:03Z", 6.5, 2)]
        connection.executemany("INSERT INTO requests VALUES (?, ?, ?)", rows)
    connection.close()
    address = f"sqlite:///{tmp_path}/measured.sqlite"
    found = asked(address, sql(QUERY), (0, 60))
    assert (found.tallies[0].requests, found.tallies[0].failed, found.bad) == (2, 1, 1)
    with pytest.raises(UndecidableError):
        asked(address, sql("DELETE FROM requests RETURNING *"), (0, 60))
    assert asked(address, sql(QUERY), (0, 60)).rows == 3
    with pytest.raises(UndecidableError, match="unable to open"):
        asked(address.replace("measured", "another"), sql(QUERY), (0, 60))
    assert [path.name for path in tmp_path.iterdir()] == ["measured.sqlite"]


@pytest.fixture
def duck(tmp_path: Path) -> str:
    """A DuckDB database with two requests, beside a file that is nobody's business."""
    duckdb = pytest.importorskip("duckdb")
    (tmp_path / "secret.csv").write_text("timestamp,latency_ms,ok\n2026-03-28T00:00:01Z,1,true\n", encoding="ascii")
    with duckdb.connect(str(tmp_path / "measured.duckdb")) as connection:
        connection.execute("CREATE TABLE requests (timestamp TIMESTAMPTZ, latency_ms DECIMAL(9, 3), ok BOOLEAN)")
        connection.execute(
            "INSERT INTO requests VALUES ('2026-03-28 00:00:01Z', 5.5, true), ('2026-03-28 00:00:02Z', 6, false)"
        )
    return f"duckdb:///{tmp_path}/measured.duckdb"


def test_duckdb_is_read_as_any_database(duck: str) -> None:
    tally = asked(duck, sql(QUERY), (0, 60)).tallies[0]
    assert (tally.requests, tally.failed, tally.percentiles and tally.percentiles[P95]) == (2, 1, (6.0, 6.0))


@pytest.mark.threat("I16")
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM '{folder}/secret.csv'",
        "SELECT * FROM read_csv('{folder}/secret.csv')",
        "SELECT content, filename FROM read_text('{folder}/secret.csv')",
        "ATTACH '{folder}/other.duckdb'",
        "COPY requests TO '{folder}/out.csv'",
        "SET enable_external_access = true",
        "SELECT * FROM requests; SELECT 1",
        "DELETE FROM requests RETURNING *",
        "INSTALL httpfs",
        "",
    ],
)
def test_a_query_of_duckdb_reaches_no_file(duck: str, query: str, tmp_path: Path) -> None:
    """It comes from a proposal, and the machine's files are not what it is about."""
    with pytest.raises(UndecidableError):
        asked(duck, sql(query.format(folder=tmp_path) or "--"), (0, 60))
    assert not (tmp_path / "out.csv").exists()


def test_no_row_is_a_gap(duck: str) -> None:
    found = asked(duck, sql("SELECT * FROM requests WHERE false"), (0, 60))
    assert (found.rows, found.tallies[0].gaps) == (0, (stretch(0, 60),))
