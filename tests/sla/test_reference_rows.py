"""A row is a measurement as it is written, or it is rejected, counted and quoted: nothing is bent into shape."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.sla.reference_rows import BadLine, Point, Request, Row, read

REQUEST = {"timestamp": "2026-03-01T09:30:00Z", "latency_ms": 12.5, "ok": True}
POINT = {"start": "2026-03-01T09:00:00Z", "end": "2026-03-01T10:00:00Z", "total": 10, "failed": 1}
HUGE = "9" * 5000


def jsonl(*lines: str, has_points: bool = False) -> list[Row]:
    """The rows of such a file."""
    return [*read((f"{line}\n" for line in lines), "m.jsonl", has_points=has_points)]


def one(fields: dict[str, Any] | str, *, has_points: bool = False) -> Row:
    """The only row."""
    (row,) = jsonl(fields if isinstance(fields, str) else json.dumps(fields), has_points=has_points)
    return row


def reason(row: Row) -> str:
    """Why it was rejected; empty for a measurement."""
    return row.rejected.reason if isinstance(row, BadLine) else ""


def test_a_request_is_read() -> None:
    row = one(REQUEST | {"path": "/score", "user": None})
    assert isinstance(row, Request)
    assert (row.at.isoformat(), row.latency_ms, row.ok) == ("2026-03-01T09:30:00+00:00", 12.5, True)


def test_a_point_is_read_in_whole_microseconds() -> None:
    row = one(POINT | {"p95_ms": 0.5, "up_seconds": 3599.9999994, "down_seconds": 0.0000006}, has_points=True)
    assert isinstance(row, Point)
    assert (row.percentiles, row.total, row.failed, row.up, row.down) == ({"p95_ms": 0.5}, 10, 1, 3_599_999_999, 1)


@pytest.mark.threat("E07")
@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", HUGE, "-1", str(2**53 + 2), "1e16"])
def test_a_number_that_is_none_or_too_large_is_rejected(number: str) -> None:
    text = json.dumps(REQUEST).replace("12.5", number)
    assert reason(one(text))
    total = json.dumps(POINT).replace('"total": 10', f'"total": {number}')
    assert reason(one(total, has_points=True))


@pytest.mark.threat("E07")
@pytest.mark.parametrize("number", ["NaN", "inf", "1e999", HUGE, "-1", str(2**53 + 2), "1_000", " 1", "0x10", "١", ""])
def test_so_is_one_in_csv(number: str) -> None:
    lines = ("timestamp,latency_ms,ok", f"2026-03-01T09:30:00Z,{number},true")
    (row,) = read((f"{line}\n" for line in lines), "m.csv", has_points=False)
    assert "latency_ms" in reason(row)


@pytest.mark.threat("E09")
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("latency_ms", True),
        ("latency_ms", "12"),
        ("latency_ms", "1_000"),
        ("latency_ms", None),
        ("latency_ms", [1]),
        ("ok", 1),
        ("ok", "true"),
        ("ok", None),
        ("timestamp", 1_772_357_400),
        ("timestamp", "2026-03-01"),
        ("timestamp", "2026-03-01T09:30:00"),
        ("timestamp", "2026-03-01 09:30:00Z"),
        ("timestamp", "2026-03-01T09:30:00.1234567Z"),
        ("timestamp", "2026-02-30T09:30:00Z"),
        ("timestamp", "2026-03-01T24:30:00Z"),
        ("timestamp", "0001-01-01T00:00:00+23:00"),
        ("timestamp", "2026-03-01T09:30:00Z\n"),
        ("timestamp", "٢٠٢٦-03-01T09:30:00Z"),
    ],
)
def test_nothing_is_coerced(field: str, value: object) -> None:
    assert field in reason(one(REQUEST | {field: value}))


@pytest.mark.threat("E09")
@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"total": 10.0}, "`total`"),
        ({"total": True}, "`total`"),
        ({"failed": 11}, "`failed` is more than `total`"),
        ({"total": None}, "`failed` comes without `total`"),
        ({"end": POINT["start"]}, "`end` is not after `start`"),
        ({"up_seconds": 1}, "come together"),
        ({"up_seconds": 3600, "down_seconds": 0.001}, "more than it lasts"),
        ({"total": None, "failed": None}, "no value"),
    ],
)
def test_a_point_that_contradicts_itself_is_rejected(fields: dict[str, Any], words: str) -> None:
    assert words in reason(one(POINT | fields, has_points=True))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("", None),
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ("null", "not an object"),
        ("[" * 100_000, "not JSON"),
        ('{"ok": true, "ok": false}', "a key twice"),
        ('{"ok": true}', "no `timestamp`"),
    ],
)
def test_a_line_that_is_no_object_is_rejected(line: str, words: str | None) -> None:
    rows = jsonl(line, json.dumps(REQUEST))
    assert isinstance(rows[-1], Request)
    assert (words is None and len(rows) == 1) or (words is not None and words in reason(rows[0]))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('2026-03-01T09:30:00Z,"12,true', "not CSV"),
        ("2026-03-01T09:30:00Z,12", "2 fields where the header has 3"),
        ("2026-03-01T09:30:00Z,12,true,", "4 fields where the header has 3"),
        ("2026-03-01T09:30:00Z,12,TRUE", "`ok`"),
        ("2026-03-01T09:30:00Z,12,1", "`ok`"),
        ("2026-03-01T09:30:00Z,12,", "no `ok`"),
    ],
)
def test_a_broken_line_of_csv_spoils_no_other(line: str, words: str) -> None:
    """An open quote does not swallow the rest of the file."""
    lines = ("timestamp,latency_ms,ok", line, "2026-03-01T09:30:00Z,12,true")
    first, second = read((f"{line}\r\n" for line in lines), "m.csv", has_points=False)
    assert words in reason(first)
    assert isinstance(second, Request)


def test_a_column_that_comes_twice_leaves_open_which_is_meant() -> None:
    lines = ("timestamp,latency_ms,ok,ok", "2026-03-01T09:30:00Z,12,true,false")
    (row,) = read((f"{line}\n" for line in lines), "m.csv", has_points=False)
    assert "a column twice" in reason(row)


def test_a_rejected_row_says_where_it_stands_what_it_says_and_when_it_was() -> None:
    rows = jsonl(json.dumps(REQUEST), json.dumps(REQUEST | {"ok": 1}), "x" * 1000)
    second, third = rows[1:]
    assert isinstance(second, BadLine)
    assert isinstance(third, BadLine)
    assert (second.rejected.place, third.rejected.place) == ("m.jsonl:2", "m.jsonl:3")
    assert second.start is not None
    assert (third.start, len(third.rejected.text)) == (None, 80)


@given(st.text())
def test_any_text_is_a_measurement_or_is_rejected(text: str) -> None:
    for name in ("m.jsonl", "m.csv"):
        lines = [f"{line}\n" for line in text.split("\n")]
        assert all(isinstance(row, Request | BadLine) for row in read(lines, name, has_points=False))
