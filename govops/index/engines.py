"""The one place that opens databases: a SQLite file, or PostgreSQL by its URL.

Every process has engines of its own, made when they are first needed and forgotten by a fork.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import CreateSchema

from govops import interrupt
from govops.errors import UsageError
from govops.index.faults import MissingDatabaseError, explained
from govops.index.file_systems import is_local, is_shared

_WRITES = "govops_writes"
_MAKING = 4_107_821_113_842_027_001  # any number, the same in every govops
_OLDEST = (3, 37, 0)  # the first SQLite with STRICT tables


@dataclass(frozen=True, slots=True)
class Database:
    """``sqlite:////srv/store.db`` or ``postgresql://host/name``, and ``name``: what messages call it.

    ``patience`` are the seconds that a lock of others is waited for. ``schema`` is where PostgreSQL looks for names,
    its own default if empty.
    """

    url: str
    name: str = "the database"
    read_only: bool = False
    patience: float = 5.0
    schema: str = ""

    @property
    def file(self) -> Path | None:
        """Where it is, if it is a file. UsageError for an address that is neither SQLite's nor PostgreSQL's."""
        url = _parsed(self)
        return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


@contextmanager
def reading(database: Database) -> Iterator[Connection]:
    """One transaction that sees one state. MissingDatabaseError, BrokenDatabaseError, LockedDatabaseError."""
    with explained(database.name), engine(database).connect() as connection, connection.begin():
        yield connection


@contextmanager
def writing(database: Database) -> Iterator[Connection]:
    """One transaction, committed at the end unless something was raised; SQLite has one writer at a time.

    LockedDatabaseError if others write for longer than ``patience``, FullDatabaseError if there is no room.
    """
    with explained(database.name), engine(database).connect() as opened:
        connection = opened.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection
            interrupt.go_on()


def create(database: Database) -> None:
    """An empty SQLite file, for its owner alone; with PostgreSQL the schema, unless it is there.

    UsageError for a file that is there, or where no database should lie.
    """
    file = database.file
    if file is None:
        with writing(database) as connection:
            if database.schema:
                take_turns(connection)  # two at once would not see each other's
                connection.execute(CreateSchema(database.schema, if_not_exists=True))
        return
    check_place(database, file)
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise UsageError(f"could not make {database.name}: {error.strerror}", hint="see its address") from None


def take_turns(connection: Connection) -> None:
    """Wait until nobody else is making tables, to the end of the transaction; writers of a file do so anyway."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MAKING})")


def engine(database: Database) -> Engine:
    """The engine of this process for it. Prefer :func:`reading` and :func:`writing`, which explain errors."""
    with _lock:
        if database not in _engines:
            _engines[database] = _made(database)
        return _engines[database]


def forget(database: Database) -> None:
    """Close what is open: the next transaction opens what stands at the address then."""
    with _lock:
        found = _engines.pop(database, None)
    if found is not None:
        found.dispose()


def warnings(database: Database) -> tuple[str, ...]:
    """What PostgreSQL is set to that loses acknowledged writes, one line each."""
    if database.file is not None:
        return ()
    with reading(database) as connection:
        found = {name: connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in _DURABLE}
    return tuple(
        f"{database.name} has {name} = off: {_DURABLE[name]}" for name, value in found.items() if value == "off"
    )


_DURABLE = {
    "fsync": "a power loss can damage it",
    "full_page_writes": "a power loss can damage it",
    "synchronous_commit": "a power loss can undo what was acknowledged",
    "data_checksums": "damage on the disk is not noticed",
}
_engines: dict[Database, Engine] = {}
_lock = Lock()


def _forked() -> None:
    """A connection serves one process: the child leaves its parent's alone, and does not close them either."""
    global _lock  # noqa: PLW0603  another thread may have held it when the process was forked
    _lock = Lock()
    for inherited in _engines.values():
        inherited.dispose(close=False)
    _engines.clear()


os.register_at_fork(after_in_child=_forked)


def _made(database: Database) -> Engine:
    file = database.file
    if file is None:
        return _postgresql(database)
    check_place(database, file)
    if not file.is_file():
        raise MissingDatabaseError(f"{database.name} is not there", hint="see its address; opening it does not make it")
    return _sqlite(database, file)


def check_place(database: Database, file: Path) -> None:
    if not file.name:
        raise UsageError(f"{database.name} has no file", hint="give sqlite:////path/to/file.db")
    if sqlite3.sqlite_version_info < _OLDEST:
        raise UsageError(f"SQLite {sqlite3.sqlite_version} is too old", hint="3.37 is the first with STRICT tables")
    if is_shared(file):
        hint = "locks of SQLite do not hold there: use a local disk, or PostgreSQL"
        raise UsageError(f"{database.name} is on a file system of the network", hint=hint)


def _sqlite(database: Database, file: Path) -> Engine:
    mode = "ro" if database.read_only else "rw"
    address = f"file:{quote(str(file.absolute()))}?mode={mode}"
    journal = "WAL" if is_local(file) else "DELETE"

    def connect() -> sqlite3.Connection:
        made = sqlite3.connect(
            address, uri=True, timeout=database.patience, isolation_level=None, check_same_thread=False
        )
        made.execute("PRAGMA foreign_keys = ON")
        made.execute("PRAGMA trusted_schema = OFF")
        if not database.read_only:
            made.execute(f"PRAGMA journal_mode = {journal}")
            made.execute("PRAGMA synchronous = FULL")
        return made

    found = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)

    @event.listens_for(found, "begin")
    def _begin(connection: Connection) -> None:
        """A writer takes its turn at once; one that had read before would be refused instead of waiting."""
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return found


def _postgresql(database: Database) -> Engine:
    options = f"-c lock_timeout={int(database.patience * 1000)}"
    if database.schema:
        options += f" -c search_path={database.schema}"
    if database.read_only:
        options += " -c default_transaction_read_only=on"
    arguments: dict[str, Any] = {"connect_timeout": 10, "application_name": "govops", "options": options}
    try:
        return create_engine(_parsed(database), pool_pre_ping=True, hide_parameters=True, connect_args=arguments)
    except ImportError as error:
        raise UsageError("PostgreSQL needs psycopg", hint="pip install 'govops[postgres]'") from error


def _parsed(database: Database) -> URL:
    try:
        url = make_url(database.url)
    except (ArgumentError, ValueError):
        raise _no_address(database) from None
    if url.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "sqlite+pysqlite") or url.query:
        raise _no_address(database)
    return url


def _no_address(database: Database) -> UsageError:
    hint = "give sqlite:////path/to/file.db or postgresql://host/name"
    return UsageError(f"the address of {database.name} is none of a database that govops uses", hint=hint)
