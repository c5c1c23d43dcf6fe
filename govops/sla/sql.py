"""Measurements from a database: one SELECT in a transaction that only reads, row after row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from govops.errors import UndecidableError, UsageError
from govops.kinds.quoting import quoted
from govops.sla.connections import Login
from govops.sla.duck import connect, explained, records
from govops.sla.measuring import Question
from govops.sla.reference_rows import Row
from govops.sla.tables import of_table
from govops.sla.zones import zone

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection

    from govops.kinds.measurement_source import MeasurementSource

_AT_ONCE = 10_000
_SECONDS = 300  # for the whole statement
_NO_BOOLEANS = ("sqlite", "mysql", "mariadb")


@dataclass(frozen=True, slots=True)
class Database:
    """One database, by the name of its connection."""

    name: str
    address: str
    login: Login


def rows(database: Database, source: MeasurementSource, questions: Sequence[Question]) -> Iterator[Row]:
    """The rows that the source's query gives, in its order.

    `$start` and `$end` in it are the ends of the time that is asked for, as text in quotes. UndecidableError where the
    database does not answer, and says why without what is secret.
    """
    start, end = min(q.hull.start for q in questions), max(q.hull.end for q in questions)
    query = (source.query or "").strip().removesuffix(";")
    query = query.replace("$start", f"'{start.isoformat()}'").replace("$end", f"'{end.isoformat()}'")
    where = zone(source.timezone)
    ask = _duckdb if database.address.startswith("duckdb:") else _sqlalchemy
    for number, fields in enumerate(ask(database, query), 1):
        yield of_table(fields, f"{database.name}:{number}", where, has_points=source.has_points)


def _duckdb(database: Database, query: str) -> Iterator[Mapping[str, object]]:
    """The query comes from a proposal: it reads this database, and no file of the machine."""
    path = database.address.removeprefix("duckdb://")[1:]
    with explained(), connect(path) as connection:
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        if len(connection.extract_statements(query)) != 1:
            raise UndecidableError(f"the query of {quoted(database.name)} is not one statement")
        yield from records(connection.execute(query))


def _sqlalchemy(database: Database, query: str) -> Iterator[Mapping[str, object]]:
    with _opened(database) as connection:
        found = connection.execution_options(stream_results=True, max_row_buffer=_AT_ONCE).exec_driver_sql(query)
        if not found.returns_rows:
            raise UndecidableError(f"the query of {quoted(database.name)} gives no rows", hint="it is a SELECT")
        has_booleans = connection.dialect.name not in _NO_BOOLEANS
        for row in found.mappings():
            fields: dict[str, object] = {str(name): value for name, value in row.items()}
            if not has_booleans and fields.get("ok") in (0, 1):
                fields["ok"] = bool(fields["ok"])
            yield fields


@contextmanager
def _opened(database: Database) -> Iterator[Connection]:
    try:
        import sqlalchemy
        from sqlalchemy.exc import SQLAlchemyError
        from sqlalchemy.pool import NullPool
    except ImportError as error:
        raise UsageError("measuring from a database needs SQLAlchemy", hint="pip install 'govops[db]'") from error
    try:
        url = _url(sqlalchemy.make_url(database.address), database.login)
        engine = sqlalchemy.create_engine(url, poolclass=NullPool, connect_args=_arguments(url))
        with engine.connect() as connection:
            for statement in _READ_ONLY.get(connection.dialect.name, ()):
                connection.exec_driver_sql(statement)
            yield connection
    except (ImportError, SQLAlchemyError) as error:
        told = str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__]
        raise UndecidableError(
            f"the database {quoted(database.name)} does not answer: {quoted(database.login.hidden(told[0]))}",
            hint="see its address in Settings, the query, and GOVOPS_SOURCE_<NAME>_USER and _PASSWORD",
        ) from None  # the cause may quote the address with its password


_READ_ONLY: Mapping[str, Iterable[str]] = {
    "sqlite": ("PRAGMA query_only = ON",),
    "mysql": (f"SET SESSION max_execution_time = {_SECONDS * 1000}", "SET TRANSACTION READ ONLY"),
    "mariadb": (f"SET SESSION max_statement_time = {_SECONDS}", "SET TRANSACTION READ ONLY"),
}


def _url(url: URL, login: Login) -> URL:
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    if url.get_backend_name() == "sqlite":  # opened otherwise, a file that is not there would be made
        return url.set(database=f"file:{quote(url.database or '')}", query={"mode": "ro", "uri": "true"})
    if login.user:
        url = url.set(username=login.user)
    return url.set(password=login.password) if login.password else url


def _arguments(url: URL) -> dict[str, Any]:
    """What the driver is told where a session begins."""
    if url.get_backend_name() != "postgresql":
        return {}
    options = f"-c default_transaction_read_only=on -c statement_timeout={_SECONDS * 1000}"
    return {"connect_timeout": 10, "options": options}
