"""Requests counted by Spark, where data outgrows a machine: the SQL that DuckDB is asked, so the same answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from govops.errors import UndecidableError, UsageError
from govops.kinds.quoting import quoted
from govops.sla.counting import GOOD, Counts, count, in_zone
from govops.sla.files import File
from govops.sla.measuring import Question, Rejected
from govops.sla.spooling import QUOTED
from govops.sla.tables import bad_row, check_columns

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TYPES = {
    "timestamp": re.compile("timestamp(_ntz)?"),
    "latency_ms": re.compile(r"tinyint|smallint|int|bigint|float|double|decimal\(.*\)"),
    "ok": re.compile("boolean"),
}
_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",  # a local time is told from an instant
    "spark.sql.sources.partitionColumnTypeInference.enabled": "false",
}


class Spark:
    """Counts with the Spark at ``master``; the first question starts the session."""

    def __init__(self, master: str) -> None:
        self._master = master

    def spooled(self, path: Path, questions: Sequence[Question], gap: timedelta | None) -> Counts:
        """The answers from a file that :func:`govops.sla.spooling.spool` wrote."""
        if not self._master.startswith("local"):
            raise UndecidableError(
                "rows of text and of databases are read here, and this Spark runs elsewhere",
                hint="write them as Parquet to a folder that Spark reads as well, or take --engine duckdb",
            )
        with _session(self._master) as session:
            rows = session.read.schema("t BIGINT, ms DOUBLE, ok BOOLEAN").csv(path.as_uri())
            return _counted(session, rows, questions, gap)

    def parquet(
        self, files: Sequence[File], zone: ZoneInfo | None, questions: Sequence[Question], gap: timedelta | None
    ) -> tuple[Counts, tuple[Rejected, ...]]:
        """The answers from Parquet files, and the first few bad rows."""
        with _session(self._master) as session:
            rows = session.read.parquet(*(_path(file) for file in files))
            measurements = _measurements(files[0].name, rows, zone)
            counts = _counted(session, measurements, questions, gap)
            return counts, _rejected(measurements, files) if counts.bad else ()


@contextmanager
def _session(master: str) -> Iterator[SparkSession]:
    """A session, which goes on afterwards; UndecidableError for what goes wrong with it meanwhile."""
    try:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError("--engine spark needs PySpark", hint="pip install 'govops[spark]'") from error
    builder = SparkSession.builder.appName("govops")
    builder = builder.remote(master) if master.startswith("sc://") else builder.master(master)
    if master.startswith("local"):
        builder = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "4")
        builder = builder.config("spark.log.level", "OFF").config("spark.driver.host", "localhost")
        builder = builder.config("spark.ui.showConsoleProgress", "false")
    try:
        session = builder.getOrCreate()
        for name, value in _SETTINGS.items():
            session.conf.set(name, value)
        yield session
    except (PySparkException, Py4JError) as error:
        lines = [line for line in str(error).splitlines() if "[" in line]  # Spark's own, which begin with a [CODE]
        told = lines[0][lines[0].index("[") :] if lines else type(error).__name__
        raise UndecidableError(f"Spark cannot read the measurements: {quoted(told)}", hint=_HINT) from error


_HINT = "a file that is cut short is not read in part; Spark needs Java 17 or newer"


def _counted(session: SparkSession, rows: DataFrame, questions: Sequence[Question], gap: timedelta | None) -> Counts:
    rows.createOrReplaceTempView("measurements")
    return count(lambda sql: [tuple(row) for row in session.sql(sql).collect()], questions, gap)


def _measurements(name: str, rows: DataFrame, zone: ZoneInfo | None) -> DataFrame:
    """What is counted; UndecidableError where a column is not what it must be."""
    types = dict(rows.dtypes)
    check_columns(name, types, _TYPES)
    told = ("CAST(latency_ms AS DOUBLE) AS ms", "ok", "_metadata.file_path AS _file", "_metadata.row_index AS _row")
    placed = rows.selectExpr(*told, "unix_micros(CAST(timestamp AS TIMESTAMP)) AS t")
    if types["timestamp"] == "timestamp":
        return placed
    if zone is None:
        raise UndecidableError(f"the times in {quoted(name)} name no zone", hint="say which in `source.timezone`")
    ends = placed.selectExpr("min(t)", "max(t)").collect()[0]
    return placed.selectExpr("ms", "ok", "_file", "_row", f"{in_zone(zone, *ends)} AS t")


def _path(file: File) -> str:
    """As Hadoop reads it, where a name is no pattern."""
    return "file:" + re.sub(r"[\\*?\[\]{}]", r"\\\g<0>", str(file.path))


def _rejected(measurements: DataFrame, files: Sequence[File]) -> tuple[Rejected, ...]:
    names = {str(file.path): file.name for file in files}
    bad = measurements.where(f"NOT coalesce({GOOD}, false)").orderBy("_file", "_row").limit(QUOTED)
    found = [tuple(one) for one in bad.select("_file", "_row", "t", "ms", "ok").collect()]
    return tuple(bad_row(f"{names[unquote(urlsplit(path).path)]}:{row + 1}", *columns) for path, row, *columns in found)
