"""Rows of tables, whose columns have types: put into the words of a row of text, so that one rule judges both."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from govops.errors import UndecidableError
from govops.kinds.quoting import quoted
from govops.sla.measuring import Rejected
from govops.sla.reference_rows import BadLine, Row, row
from govops.sla.spooling import EPOCH, FIRST, LAST, MICROSECOND
from govops.sla.zones import placed

_SHOWN = 80


def of_table(fields: Mapping[str, object], place: str, zone: ZoneInfo | None, *, has_points: bool) -> Row:
    """The row; ``zone`` is that of times which name none. A time that comes twice or never there makes it bad."""
    spelled = {name: _spelled(value, zone) for name, value in fields.items()}
    found = row(spelled, Rejected(place, "", ""), has_points=has_points)
    if isinstance(found, BadLine):
        shown = " ".join(f"{name}={'NULL' if value is None else value}" for name, value in fields.items())
        return BadLine(Rejected(place, shown[:_SHOWN], found.rejected.reason), found.start, found.end)
    return found


def bad_row(place: str, at: int | None, ms: float | None, ok: bool | None) -> Rejected:  # noqa: FBT001 -- a column
    """A row of requests that an engine found to be none; ``at`` is its time in microseconds since 1970."""
    is_known = at is not None and FIRST <= at < LAST
    if not is_known:
        reason = "`timestamp` is missing, of no calendar, or comes twice or never as the clocks change"
    elif ok is None:
        reason = "it has no `ok`"
    else:
        reason = "it has no `latency_ms`" if ms is None else "`latency_ms` is no number from 0 to 2^53"
    when = (EPOCH + at * MICROSECOND).isoformat() if at is not None and is_known else "?"
    text = f"timestamp={when} latency_ms={'?' if ms is None else ms} ok={'?' if ok is None else str(ok).lower()}"
    return Rejected(place, text, reason)


def check_columns(name: str, types: Mapping[str, str], allowed: Mapping[str, re.Pattern[str]]) -> None:
    """UndecidableError for a file of requests that lacks a column, or where one is of another type."""
    for column, kinds in allowed.items():
        if column not in types:
            raise UndecidableError(f"{quoted(name)} has no column {quoted(column)}")
        if not kinds.fullmatch(types[column]):
            raise UndecidableError(
                f"the column {quoted(column)} in {quoted(name)} is {types[column]}",
                hint="`timestamp` is a timestamp, `latency_ms` a number, `ok` a boolean",
            )


def _spelled(value: object, zone: ZoneInfo | None) -> object:
    if isinstance(value, datetime):
        at = value if value.tzinfo else placed(value, zone)
        return None if at is None else at.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
    return value
