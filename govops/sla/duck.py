"""Requests counted by DuckDB, in this process: the usual engine."""

from __future__ import annotations

import os
import re
import secrets
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from govops.errors import UndecidableError, UsageError
from govops.kinds.quoting import quoted
from govops.sla.counting import GOOD, Counts, count, in_zone
from govops.sla.files import File
from govops.sla.measuring import Question, Rejected
from govops.sla.reference_rows import Row
from govops.sla.spooling import QUOTED
from govops.sla.tables import bad_row, check_columns, of_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MEMORY = "640MB"  # what does not fit goes to disk; Python and what DuckDB does not count take some 150 MB more
_FEW = 20_000_000  # values of which DuckDB may hold each in memory, to find both ranks in the same scan
_QUANTILES = "quantile_disc(ms, [0.95, 0.99])"  # of DECIMAL fractions, for which it counts in whole numbers
_AT_ONCE = 10_000
_ZONED = "TIMESTAMP WITH TIME ZONE"
_TYPES = {
    "timestamp": re.compile(f"{_ZONED}|TIMESTAMP(_S|_MS|_NS)?"),
    "latency_ms": re.compile(r"U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(.*\)"),
    "ok": re.compile("BOOLEAN"),
}


class Duck:
    """Counts with one DuckDB for all questions; what needs more than memory stands in temporary files meanwhile."""

    def __init__(self) -> None:
        self._connection: DuckDBPyConnection | None = None

    def spooled(self, path: Path, questions: Sequence[Question], gap: timedelta | None) -> Counts:
        """The answers from a file that :func:`govops.sla.spooling.spool` wrote."""
        columns = "columns={'t': 'BIGINT', 'ms': 'DOUBLE', 'ok': 'BOOLEAN'}"
        relation = f"read_csv({_text(str(path))}, header=false, auto_detect=false, {columns})"
        with self._asked() as connection:
            return _counted(connection, f"SELECT t, ms, ok FROM {relation}", questions, gap, None)

    def parquet(
        self, files: Sequence[File], zone: ZoneInfo | None, questions: Sequence[Question], gap: timedelta | None
    ) -> tuple[Counts, tuple[Rejected, ...]]:
        """The answers from Parquet files, and the first few bad rows."""
        with self._asked() as connection:
            select = _measurements(connection, files, zone)
            number = connection.execute(f"SELECT sum(num_rows) FROM parquet_file_metadata({_paths(files)})").fetchall()
            counts = _counted(connection, select, questions, gap, number[0][0])
            return counts, _rejected(connection, files, select) if counts.bad else ()

    def rows(self, file: File, zone: ZoneInfo | None, *, has_points: bool) -> Iterator[Row]:
        """The rows of a Parquet file, one by one in their order."""
        with self._asked() as connection:
            found = connection.execute(f"SELECT * EXCLUDE (_file, file_row_number) FROM {_read([file])}")
            for number, fields in enumerate(records(found), 1):
                yield of_table(fields, f"{file.name}:{number}", zone, has_points=has_points)

    @contextmanager
    def _asked(self) -> Iterator[DuckDBPyConnection]:
        with explained():
            self._connection = self._connection or connect()
            yield self._connection


def records(found: DuckDBPyConnection) -> Iterator[dict[str, object]]:
    """The rows that a query found, some at a time, by column."""
    names = [column[0] for column in found.description or ()]
    while rows := found.fetchmany(_AT_ONCE):
        yield from (dict(zip(names, row, strict=True)) for row in rows)


def connect(database: str | None = None) -> DuckDBPyConnection:
    """A database in memory, or one to read, that fetches nothing from elsewhere; inside of :func:`explained`."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY,
        "temp_directory": os.path.join(tempfile.gettempdir(), f"govops-{secrets.token_hex(8)}"),  # DuckDB's to remove
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    connection = duckdb.connect(database or ":memory:", read_only=database is not None, config=settings)
    connection.execute("SET TimeZone = 'UTC'")
    return connection


@contextmanager
def explained() -> Iterator[None]:
    """UndecidableError for what DuckDB cannot do meanwhile, UsageError where it is not installed."""
    try:
        import duckdb
    except ImportError as error:
        raise UsageError("measuring from files needs DuckDB", hint="pip install 'govops[analytics]'") from error
    try:
        yield
    except duckdb.Error as error:
        raise UndecidableError(
            f"DuckDB cannot read the measurements: {quoted(str(error).splitlines()[0])}",
            hint="a file that is cut short is not read in part",
        ) from error


def _counted(
    connection: DuckDBPyConnection, select: str, questions: Sequence[Question], gap: timedelta | None, rows: int | None
) -> Counts:
    """``rows``: how many there are, where that is known beforehand."""

    def run(sql: str) -> list[tuple[Any, ...]]:
        return connection.execute(f"WITH measurements AS ({select}) {sql}").fetchall()

    return count(run, questions, gap, quantiles=_QUANTILES if rows is not None and rows <= _FEW else "")


def _paths(files: Sequence[File]) -> str:
    """A list of them, in which no name is a pattern."""
    return "[" + ", ".join(_text(re.sub(r"[*?\[]", r"[\g<0>]", str(file.path))) for file in files) + "]"


def _read(files: Sequence[File]) -> str:
    return f"read_parquet({_paths(files)}, hive_partitioning=false, filename='_file', file_row_number=true)"


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _measurements(connection: DuckDBPyConnection, files: Sequence[File], zone: ZoneInfo | None) -> str:
    """SQL for what is counted; UndecidableError where a column is not what it must be."""
    rows, name = _read(files), files[0].name
    types = {column: kind for column, kind, *_ in connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()}
    check_columns(name, types, _TYPES)
    told = "*, CAST(latency_ms AS DOUBLE) AS ms"
    if types["timestamp"] == _ZONED:
        return f"SELECT {told}, epoch_us(timestamp) AS t FROM {rows}"
    if zone is None:
        raise UndecidableError(f"the times in {quoted(name)} name no zone", hint="say which in `source.timezone`")
    local = f"SELECT {told}, epoch_us(CAST(timestamp AS TIMESTAMP)) AS t FROM {rows}"
    ends = connection.execute(f"SELECT min(t), max(t) FROM ({local})").fetchall()[0]
    return f"SELECT * EXCLUDE (t), {in_zone(zone, *ends)} AS t FROM ({local})"


def _rejected(connection: DuckDBPyConnection, files: Sequence[File], select: str) -> tuple[Rejected, ...]:
    names = {str(file.path): file.name for file in files}
    found = connection.execute(
        f"SELECT _file, file_row_number, t, ms, ok FROM ({select}) WHERE NOT coalesce({GOOD}, false)"
        f" ORDER BY _file, file_row_number LIMIT {QUOTED}"
    ).fetchall()
    return tuple(bad_row(f"{names[path]}:{row + 1}", *columns) for path, row, *columns in found)
