"""Lines of JSONL and CSV -> requests and points, or the reason why a line is none."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, NoReturn

from govops.sla.measuring import Rejected

LARGEST = 2**53  # beyond it readers of JSON disagree about the value
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_NUMBER = re.compile(r"\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,3})?", re.ASCII)
_COUNT = re.compile(r"\d{1,400}", re.ASCII)
_QUOTED = 80
_MICROSECONDS = 1_000_000
_PERCENTILES = ("p50_ms", "p95_ms", "p99_ms")


@dataclass(frozen=True, slots=True)
class Request:
    """One request: how long it took in ms, and whether it was served."""

    at: datetime
    latency_ms: float
    ok: bool


@dataclass(frozen=True, slots=True)
class Point:
    """What somebody computed over a stretch of time; ``up`` and ``down`` are microseconds.

    ``line`` is where it stands and what it says, should it be rejected in the company of others.
    """

    start: datetime
    end: datetime
    percentiles: Mapping[str, float]
    total: int | None = None
    failed: int | None = None
    up: int | None = None
    down: int | None = None
    line: Rejected | None = None


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no measurement, and when it would have been, as far as that can be read."""

    rejected: Rejected
    start: datetime | None = None
    end: datetime | None = None


Row = Request | Point | BadLine
Fields = Mapping[str, Any]


class _BadRowError(Exception):
    """Why a row is none, inside this module."""


def read(lines: Iterable[str], name: str, *, has_points: bool) -> Iterator[Row]:
    """The rows of a file; its ``name`` says by its end whether it is CSV or else JSONL. Empty lines are none."""
    parsed = _csv(lines) if name.endswith(".csv") else _jsonl(lines)
    for number, text, fields in parsed:
        place = f"{name}:{number}"
        if isinstance(fields, str):
            yield BadLine(Rejected(place, text[:_QUOTED], fields))
            continue
        yield row(fields, Rejected(place, text[:_QUOTED], ""), has_points=has_points)


def row(fields: Fields, line: Rejected, *, has_points: bool) -> Row:
    """What the fields, typed as JSON has them, say; ``line`` is where they stand."""
    try:
        if not has_points:
            return _request(fields)
        return _point(fields, replace(line, reason="it begins before an earlier point ends"))
    except _BadRowError as error:
        start, end = _when(fields, has_points=has_points)
        return BadLine(replace(line, reason=str(error)), start, end)


def _jsonl(lines: Iterable[str]) -> Iterator[tuple[int, str, Fields | str]]:
    for number, line in enumerate(lines, 1):
        text = line.strip(" \t\r\n")
        if not text:
            continue
        try:
            found = json.loads(text, object_pairs_hook=_object, parse_constant=_refuse)
        except (ValueError, RecursionError, _BadRowError) as error:
            yield number, text, str(error) if isinstance(error, _BadRowError) else "it is not JSON"
            continue
        yield number, text, found if isinstance(found, dict) else "it is not an object"


def _csv(lines: Iterable[str]) -> Iterator[tuple[int, str, Fields | str]]:
    """A line is a row, so an open quote spoils one line and not the rest of the file."""
    header: list[str] | None = None
    for number, line in enumerate(lines, 1):
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        try:
            cells = next(csv.reader([text], strict=True))
        except csv.Error:
            yield number, text, "it is not CSV"
            continue
        if header is None:
            header = cells
        elif len(set(header)) < len(header):
            yield number, text, "the header names a column twice"
        elif len(cells) != len(header):
            yield number, text, f"it has {len(cells)} fields where the header has {len(header)}"
        else:
            yield number, text, _Texts(zip(header, cells, strict=True))


class _Texts(dict[str, str]):
    """Fields of CSV: numbers and truth values are spelled out."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _BadRowError("it has a key twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise _BadRowError(f"{constant} is no number")


def _request(fields: Fields) -> Request:
    return Request(_instant(fields, "timestamp"), _number(fields, "latency_ms"), _truth(fields, "ok"))


def _point(fields: Fields, line: Rejected) -> Point:
    start, end = _instant(fields, "start"), _instant(fields, "end")
    if end <= start:
        raise _BadRowError("`end` is not after `start`")
    percentiles = {name: _number(fields, name) for name in _PERCENTILES if _has(fields, name)}
    total, failed = (_count(fields, name) if _has(fields, name) else None for name in ("total", "failed"))
    up, down = (_seconds(fields, name) if _has(fields, name) else None for name in ("up_seconds", "down_seconds"))
    if failed is not None and (total is None or failed > total):
        raise _BadRowError("`failed` is more than `total`" if total is not None else "`failed` comes without `total`")
    if (up is None) is not (down is None):
        raise _BadRowError("`up_seconds` and `down_seconds` come together")
    if up is not None and down is not None and up + down > round((end - start).total_seconds() * _MICROSECONDS):
        raise _BadRowError("`up_seconds` and `down_seconds` are more than it lasts")
    if not percentiles and total is None and up is None:
        raise _BadRowError("it has no value")
    return Point(start, end, percentiles, total, failed, up, down, line)


def _has(fields: Fields, name: str) -> bool:
    """Whether an optional column says anything; in CSV an empty field does not."""
    return fields.get(name) not in (None, "") if isinstance(fields, _Texts) else fields.get(name) is not None


def _instant(fields: Fields, name: str) -> datetime:
    text = _needed(fields, name)
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        raise _BadRowError(f"`{name}` is no instant with a time zone")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _BadRowError(f"`{name}` is no instant of the calendar") from error


def _number(fields: Fields, name: str) -> float:
    value = _needed(fields, name)
    if isinstance(fields, _Texts):
        value = float(value) if _NUMBER.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= LARGEST:
        raise _BadRowError(f"`{name}` is no number from 0 to 2^53")
    return float(value)


def _count(fields: Fields, name: str) -> int:
    value = _needed(fields, name)
    if isinstance(fields, _Texts):
        value = int(value) if _COUNT.fullmatch(value) else None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST:
        raise _BadRowError(f"`{name}` is no count from 0 to 2^53")
    return value


def _seconds(fields: Fields, name: str) -> int:
    """In whole microseconds; Python rounds half to even."""
    return round(_number(fields, name) * _MICROSECONDS)


def _truth(fields: Fields, name: str) -> bool:
    value = _needed(fields, name)
    if isinstance(fields, _Texts):
        value = {"true": True, "false": False}.get(value)
    if not isinstance(value, bool):
        raise _BadRowError(f"`{name}` is neither true nor false")
    return value


def _needed(fields: Fields, name: str) -> Any:
    if not _has(fields, name):
        raise _BadRowError(f"it has no `{name}`")
    return fields[name]


def _when(fields: Fields, *, has_points: bool) -> tuple[datetime | None, datetime | None]:
    """When a bad row would have been; a request is an instant."""
    start, end = (
        _maybe(_instant, fields, name) for name in (("start", "end") if has_points else ("timestamp", "timestamp"))
    )
    return (start, end) if start is not None and end is not None and start <= end else (None, None)


def _maybe(read_: Callable[[Fields, str], datetime], fields: Fields, name: str) -> datetime | None:
    try:
        return read_(fields, name)
    except _BadRowError:
        return None
