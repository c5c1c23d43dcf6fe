"""Compare an index with the repository: everything is computed again, at the commit that it was made from."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, select

from govops.app.indexing.gathering import gather
from govops.errors import UsageError
from govops.index.copies import Copy, anew, copy_at, reading
from govops.index.reading import Reader, Standing
from govops.index.schema import METADATA
from govops.index.schema.standing import sla_measurements, standing
from govops.index.writing import fill
from govops.workspace import Opened, open_kept

_SHOWN = 20  # differences of one table
_OUTSIDE = (standing, sla_measurements)  # where it comes from, and what no commit tells


def differences(repository: Path, copy: Copy) -> tuple[str, ...]:
    """What an index says otherwise than the repository does, one line each; at most twenty of one table."""
    with tempfile.TemporaryDirectory(prefix="govops-verify-") as folder, ExitStack() as stack:
        old = stack.enter_context(reading(copy))
        made_from = Reader(old).standing()
        right = _computed(repository, made_from, Path(folder))
        new = stack.enter_context(reading(right))
        tables = (table for table in METADATA.sorted_tables if table not in _OUTSIDE)
        return tuple(line for table in tables for line in islice(_differing(table, old, new), _SHOWN))


def _computed(repository: Path, made_from: Standing, folder: Path) -> Copy:
    """An index of the same commits, made from the start."""
    right = copy_at(f"sqlite:///{folder / 'index.db'}", made_from.repository)
    asked = Opened(
        repository, ref=made_from.ref, to=made_from.index_commit, evidence_ref=made_from.evidence_tip or None
    )
    with open_kept(asked, None) as opening:
        if opening.scene.settings.repository != made_from.repository:
            raise UsageError(f'the index is of "{made_from.repository}", which is another repository')
        gathered = gather(opening, hosted_at=(made_from.hosted_ref, made_from.hosted_tip))
        with anew(right) as connection:
            fill(connection, gathered.content)
    return right


def _differing(table: Table, old: Connection, new: Connection) -> Iterator[str]:
    """Both in the order of the table's key, side by side."""
    keys = [column.name for column in table.primary_key] or ["commit_id"]
    found, right = (_rows(table, keys, connection) for connection in (old, new))
    mine, theirs = next(found, None), next(right, None)
    while mine is not None or theirs is not None:
        here, there = _place(keys, mine), _place(keys, theirs)
        if theirs is None or (mine is not None and here < there):
            yield f"{table.name} has a row that it should not have: {_shown(keys, mine)}"
            mine = next(found, None)
        elif mine is None or there < here:
            yield f"{table.name} lacks a row: {_shown(keys, theirs)}"
            theirs = next(right, None)
        else:
            wrong = [name for name in theirs if mine[name] != theirs[name]]
            if wrong:
                yield f"{table.name} says something else at {_shown(keys, theirs)}: {', '.join(wrong)}"
            mine, theirs = next(found, None), next(right, None)


def _rows(table: Table, keys: list[str], connection: Connection) -> Iterator[dict[str, Any]]:
    ordered = select(table).order_by(*(table.c[key] for key in keys))
    return (dict(row) for row in connection.execute(ordered).mappings())


def _place(keys: list[str], row: dict[str, Any] | None) -> tuple[Any, ...]:
    """Texts are ordered by their bytes, as in the databases."""
    values = (row[key] for key in keys) if row is not None else ()
    return tuple(value.encode() if isinstance(value, str) else value for value in values)


def _shown(keys: list[str], row: dict[str, Any] | None) -> str:
    return ", ".join(f"{key} {row[key]}" for key in keys) if row is not None else ""
