"""Rows of a query: as a table for people, as CSV for spreadsheets, as JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from govops.errors import UsageError
from govops.render.untrusted import log_exact

FORMATS = ("table", "csv", "json")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what spreadsheets take for the start of something to compute
_WIDEST = 60  # characters of one cell of a table


def stream_rows(columns: Sequence[str], rows: Iterable[Sequence[Any]], format: str) -> Iterator[str]:
    """The rows in their order. UsageError for a format that there is not, or names that stand twice in JSON."""
    if format == "csv":
        return _csv(columns, rows)
    if format == "json":
        if len(set(columns)) < len(columns):
            raise UsageError("two columns have one name", hint="name them with AS")
        return _json(columns, rows)
    if format != "table":
        raise UsageError(f"there is no format '{format[:60]}'", hint=f"one of: {', '.join(FORMATS)}")
    return _table(columns, rows)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """As RFC 4180 has it; a text that a spreadsheet would compute has an apostrophe before it."""
    for row in (columns, *rows) if isinstance(rows, Sequence) else _chained(columns, rows):
        line = io.StringIO()
        csv.writer(line).writerow([_unarmed(value) for value in row])
        yield line.getvalue()


def _chained(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    yield columns
    yield from rows


def _unarmed(value: Any) -> Any:
    if isinstance(value, int | float | None):
        return value
    text = _text(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _json(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    before = "["
    for row in rows:
        yield f"{before}\n  {json.dumps(dict(zip(columns, row, strict=True)), default=str)}"
        before = ","
    yield "[]\n" if before == "[" else "\n]\n"


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    cells = [[log_exact(_text(value), _WIDEST) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
    for row in (columns, ["-" * width for width in widths], *cells):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
    yield f"{len(cells)} row{'' if len(cells) == 1 else 's'}\n"


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, default=str)
