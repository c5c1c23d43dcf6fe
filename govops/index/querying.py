"""Ask an index in SQL: one statement that reads, and nothing else."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from sqlalchemy import Connection

from govops.errors import UsageError
from govops.index.copies import Copy, reading
from govops.index.schema import METADATA

_UNKNOWN = re.compile(r"(?:no such (?:table|column): |(?:relation|column) \")(\w+)")  # as either database says it
_READS = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """Names of columns, and rows as they come."""

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def asked(copy: Copy, sql: str) -> Iterator[Answer]:
    """What a query answers, while the context lasts. UsageError for what is no single query, or does not work."""
    with reading(copy) as connection:
        ask = _postgresql(connection, copy, sql) if copy.schema else _sqlite(connection, sql)
        with ask as cursor:
            if cursor.description is None:
                raise UsageError("this is no query", hint="begin with SELECT or WITH")
            yield Answer(tuple(column[0] for column in cursor.description), iter(cursor))


@contextmanager
def _sqlite(connection: Connection, sql: str) -> Iterator[Any]:
    driver: Any = connection.connection.driver_connection
    driver.set_authorizer(_allowed)
    try:
        yield driver.execute(sql)
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _refused(str(error)) from None
    finally:
        driver.set_authorizer(None)


def _allowed(action: int, *_: str | None) -> int:
    return sqlite3.SQLITE_OK if action in _READS else sqlite3.SQLITE_DENY


@contextmanager
def _postgresql(connection: Connection, copy: Copy, sql: str) -> Iterator[Any]:
    """A cursor of the server's takes one query that changes nothing, whatever its text says."""
    import psycopg

    driver: Any = connection.connection.driver_connection
    connection.exec_driver_sql(f'SET LOCAL search_path TO "{copy.schema}"')
    try:
        with driver.cursor(name="govops_query") as cursor:
            cursor.execute(sql.strip().removesuffix(";"))
            yield cursor
    except psycopg.Error as error:
        raise _refused(error.diag.message_primary or type(error).__name__) from None


def _refused(said: str) -> UsageError:
    hint = "its tables: docs/reference/sql-index.md"
    unknown = _UNKNOWN.search(said)
    if unknown is not None:
        names = {*METADATA.tables, *(column.name for table in METADATA.sorted_tables for column in table.columns)}
        close = get_close_matches(unknown[1], sorted(names), n=1)
        hint = f"did you mean {close[0]}? {hint}" if close else hint
    return UsageError(f"the index cannot answer this: {said}", hint=hint)
