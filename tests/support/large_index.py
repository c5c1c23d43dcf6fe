"""An index of a large company, written without a repository: to see how questions are answered at size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Table, insert

from govops.index.copies import Copy, anew
from govops.index.schema import LASTING, METADATA, built_with
from govops.index.schema.columns import Flag, Json, Words
from govops.index.schema.history import commits
from govops.index.schema.registry import resources
from govops.index.schema.standing import standing

_TOGETHER = 5_000


def large(copy: Copy, files: int) -> None:
    """Every table with about as many rows as there are files, half of which were changed once."""
    with anew(copy) as connection:
        _put(
            connection,
            commits,
            (_row(commits, at, position=at, time=_time(at), change_id=f"commit_id-{at:06}") for at in range(files)),
        )
        tables = list(dict.fromkeys(table for tables in LASTING.values() for table in tables))
        each = max(files // len(tables), 1)
        for number, table in enumerate(tables):
            known = [(number * each + at) for at in range(each)]
            _put(connection, resources, (row for at in known for row in _lives(resources, table, at)))
            _put(connection, table, (row for at in known for row in _lives(table, table, at)))
        done = {commits, resources, standing, *tables}
        for table in METADATA.sorted_tables:
            if table not in done:
                _put(connection, table, (_row(table, at) for at in range(files)))
        row = _row(standing, files - 1, one=1, position=files - 1, built_with=built_with(), digests={})
        connection.execute(insert(standing), [row])


def _lives(table: Table, of: Table, at: int) -> Iterator[dict[str, Any]]:
    """A file that was changed once if its number is even."""
    path = f"registry/{of.name}/{at:06}.yaml"
    spans = [(0, at), (at, None)] if at % 2 == 0 and at else [(at, None)]
    for since, until in spans:
        yield _row(table, at, path=path, valid_from=since, valid_to=until, kind=of.name, name=f"name-{at:06}")


def _row(table: Table, at: int, **known: Any) -> dict[str, Any]:
    """Keys are different everywhere, other texts are one of twenty."""
    return {c.name: known.get(c.name, _value(table, c, at)) for c in table.c}


def _value(table: Table, column: Any, at: int) -> Any:
    if column.name in ("position", "valid_from"):
        return at
    if column.name in ("valid_to", "until", "until_commit_id") or column.name == "number":
        return None if column.name != "number" else 0
    if isinstance(column.type, Words):
        single = column.primary_key or column.name in ("commit_id", "name", "id", "model", "fingerprint", "resource")
        return f"{column.name}-{at:06}" if single else f"{column.name}-{at % 20:02}"
    if isinstance(column.type, Flag):
        return at % 2 == 0
    return {"number": at} if isinstance(column.type, Json) else at % 100


def _time(at: int) -> str:
    return f"2026-01-01T{at // 3600 % 24:02}:{at // 60 % 60:02}:{at % 60:02}Z"


def _put(connection: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    waiting: list[dict[str, Any]] = []
    for row in rows:
        waiting.append(row)
        if len(waiting) == _TOGETHER:
            connection.execute(insert(table), waiting)
            waiting = []
    if waiting:
        connection.execute(insert(table), waiting)
