"""Measurements as nobody would wish for, and questions about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st

from govops.kinds.measurement_source import MeasurementSource
from govops.sla.measuring import Question, Stretch

P95, P99 = "response_time_p95_ms", "response_time_p99_ms"
START = datetime(2026, 3, 28, tzinfo=UTC)  # clocks change in Vienna in the night after
SECOND = timedelta(seconds=1)


def moment(seconds: float) -> datetime:
    """So long after the start of all stories."""
    return START + timedelta(seconds=seconds)


def stretch(start: float, end: float) -> Stretch:
    """A stretch in seconds after it."""
    return Stretch(moment(start), moment(end))


def question(*ends: tuple[float, float], p95: float = 250.0, p99: float = 900.0) -> Question:
    """What was measured in these stretches."""
    return Question(tuple(stretch(start, end) for start, end in ends), {P95: p95, P99: p99})


def row(seconds: float, latency: object, ok: object = True) -> str:  # noqa: FBT002 -- what the field holds
    """A line of JSONL."""
    return json.dumps({"timestamp": spelled(seconds), "latency_ms": latency, "ok": ok})


def spelled(seconds: float) -> str:
    """A time as measurements have it."""
    return moment(seconds).isoformat().replace("+00:00", "Z")


def source(*files: str, **more: object) -> MeasurementSource:
    """A source of files."""
    return MeasurementSource.model_validate({"type": "file", "files": files or ("rows.jsonl",), **more})


def written(folder: Path, lines: Sequence[str], name: str = "rows.jsonl") -> None:
    """Lines into a file."""
    (folder / name).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8", errors="surrogateescape")


# ---- as hypothesis has them

latencies = st.one_of(
    st.sampled_from([0.0, -0.0, 5e-324, 1e-7, 0.1, 63.99999999999999, 64.0, 250.0, 250.00000000000003, 4096.0]),
    st.sampled_from([262144.0, 262143.99999999997, 9007199254740992.0, 1e15, 12]),
    st.floats(0, 2**53, allow_subnormal=True),
    st.floats(0, 500).map(lambda value: round(value, 1)),
    st.integers(0, 2**53),
)
unfit = st.sampled_from([-1, -5e-324, 2**53 + 2, 1e300, "12", None, True, [1], {"a": 1}])
seconds = st.one_of(st.integers(-20, 220), st.floats(-20, 220).map(lambda value: round(value, 6)))
good_rows = st.builds(row, seconds, latencies, st.booleans())
bad_rows = st.one_of(
    st.builds(row, seconds, unfit, st.booleans()),
    st.builds(row, seconds, latencies, st.sampled_from([0, 1, "true", None, [], 1.0])),
    st.sampled_from(
        [
            "{",
            "[]",
            "null",
            '{"timestamp": "2026-03-28T00:00:10Z", "latency_ms": NaN, "ok": true}',
            '{"timestamp": "2026-03-28T00:00:10Z", "latency_ms": Infinity, "ok": true}',
            '{"timestamp": "2026-03-28T00:00:10Z", "latency_ms": 1, "latency_ms": 2, "ok": true}',
            '{"timestamp": "2026-03-28T00:00:10", "latency_ms": 1, "ok": true}',
            '{"timestamp": "2026-03-28 00:00:10Z", "latency_ms": 1, "ok": true}',
            '{"timestamp": "2026-02-30T00:00:10Z", "latency_ms": 1, "ok": true}',
            '{"timestamp": 1774656010, "latency_ms": 1, "ok": true}',
            '{"timestamp": "2026-03-28T00:01:00Z", "latency_ms": ' + "9" * 5000 + ', "ok": true}',
            '{"timestamp": "0001-01-01T00:00:00Z", "latency_ms": -1, "ok": true}',
            "\udcff",
            "\x00",
        ]
    ),
)
rows = st.lists(st.one_of(good_rows, good_rows, good_rows, bad_rows), max_size=60)
edges = st.lists(st.integers(0, 200), min_size=2, max_size=8, unique=True).map(sorted)
questions = st.lists(
    st.builds(
        lambda at, p95, p99: question(*zip(at[::2], at[1::2], strict=False), p95=p95, p99=p99),
        edges,
        st.sampled_from([0.0, 64.0, 250.0]),
        st.sampled_from([250.0, 4096.0]),
    ),
    min_size=1,
    max_size=4,
)
gaps = st.sampled_from([None, "1m", "2m"])
