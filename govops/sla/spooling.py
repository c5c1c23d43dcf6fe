"""Requests that were read one by one, written down for an engine that counts them; bad rows stay bad rows."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from govops.sla.measuring import Rejected
from govops.sla.reference_rows import BadLine, Request, Row

QUOTED = 5  # bad rows that are shown
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
FIRST = -62_135_596_800_000_000  # the year 1 in microseconds since 1970, which is where times begin
LAST = 253_402_300_800_000_000  # and the year 10000, where they end


def spool(rows: Iterable[Row], path: Path) -> tuple[Rejected, ...]:
    """Write CSV of `t` (microseconds since 1970), `ms` and `ok` without a header; gives the first few bad rows.

    A bad row has no `ms`, and no `t` either where its time cannot be read.
    """
    rejected: list[Rejected] = []
    with path.open("w", encoding="ascii") as out:
        for row in rows:
            if isinstance(row, Request):
                out.write(f"{(row.at - EPOCH) // MICROSECOND},{row.latency_ms!r},{'true' if row.ok else 'false'}\n")
            elif isinstance(row, BadLine):
                out.write(f"{'' if row.start is None else (row.start - EPOCH) // MICROSECOND},,\n")
                if len(rejected) < QUOTED:
                    rejected.append(row.rejected)
    return tuple(rejected)
