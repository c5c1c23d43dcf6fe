"""Service levels over raw requests: ``python -m tests.bench.service_levels make|bare|govops|spark FOLDER …``."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.cost import run
from tests.bench.table import Row

_SERVICES = 50
_ROOT = Path(__file__).parents[2]
_START, _END = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
_PERCENTILES = ("response_time_p95_ms", "response_time_p99_ms")


def service_levels(folder: Path, rows: int, *, with_spark: bool = True) -> Iterator[Row]:
    """P95, P99 and error rate of 50 services, against the one DuckDB query that computes the same numbers."""
    size = f"{rows // 1_000_000}M requests"
    kept = folder / f"requests-{rows}"
    if not kept.exists():
        run((*_US, "make", kept, str(rows)), cwd=_ROOT)
    bare = run((*_US, "bare", kept), cwd=_ROOT)
    yield Row(size, "DuckDB: quantile_disc by file", bare)
    yield Row(size, f"{_SERVICES} SLAs, DuckDB", run((*_US, "govops", kept), cwd=_ROOT), bare, "1.5, 1024 MiB")
    if with_spark:
        yield Row(size, f"{_SERVICES} SLAs, Spark", run((*_US, "spark", kept), cwd=_ROOT), bare)


def main(arguments: list[str]) -> int:
    """Do one of the four."""
    job, folder, *more = arguments
    if job == "make":
        _make(Path(folder), int(more[0]))
    elif job == "bare":
        sys.stdout.write(f"{_bare(folder)}\n")
    else:
        sys.stdout.write(f"{_ours('duckdb' if job == 'govops' else job, Path(folder))}\n")
    if job == "spark":
        _end()
    return 0


def _make(folder: Path, rows: int) -> None:
    """A month of each service, whose times are spread as those of services are; half a per cent fails."""
    import duckdb

    making = folder.with_name(f"{folder.name}-unfinished")
    making.mkdir(parents=True, exist_ok=True)
    each = rows // _SERVICES
    apart = 31 * 86_400_000_000 // each
    for number in range(_SERVICES):
        duckdb.execute(
            f"COPY (SELECT TIMESTAMPTZ '{_START.isoformat()}' + to_microseconds(n * {apart}) AS timestamp,"
            f" round(exp({4 + number / 50} + random() + random()), 3) AS latency_ms, random() >= 0.005 AS ok"
            f" FROM range({each}) AS r(n)) TO '{making}/service-{number:02}.parquet' (FORMAT parquet)"
        )
    making.rename(folder)


def _bare(folder: str) -> list[tuple[object, ...]]:
    import duckdb

    return duckdb.execute(
        "SELECT filename, count(*), count(*) FILTER (WHERE NOT ok), quantile_disc(latency_ms, [0.95, 0.99])"
        f" FROM read_parquet('{folder}/*.parquet', filename=true) WHERE timestamp >= TIMESTAMPTZ '{_START.isoformat()}'"
        f" AND timestamp < TIMESTAMPTZ '{_END.isoformat()}' GROUP BY filename ORDER BY filename"
    ).fetchall()


def _ours(name: str, folder: Path) -> list[tuple[object, ...]]:
    from govops.kinds.measurement_source import MeasurementSource
    from govops.sla.engines import engine
    from govops.sla.measuring import Question, Stretch

    asked = engine(name, {}, root=folder)
    question = Question((Stretch(_START, _END),), dict.fromkeys(_PERCENTILES, 500.0))
    found: list[tuple[object, ...]] = []
    for path in sorted(folder.iterdir()):
        source = MeasurementSource.model_validate({"type": "file", "files": [path.name]})
        tally = asked.measure(source, [question]).tallies[0]
        percentiles = [(tally.percentiles or {})[name][0] for name in _PERCENTILES]
        found.append((str(path), tally.requests, tally.failed, percentiles))
    return found


def _end() -> None:
    """Wait for Java, whose cost is counted only then."""
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    if session := SparkSession.getActiveSession():
        session.stop()
    gateway = SparkContext._gateway
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait(60)


_US = (sys.executable, "-m", "tests.bench.service_levels")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
