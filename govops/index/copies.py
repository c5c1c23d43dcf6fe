"""Where an index is, and how another takes its place at once: a SQLite file, or a schema of a PostgreSQL database."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Lock, local
from urllib.parse import quote

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import ProgrammingError, SQLAlchemyError
from sqlalchemy.pool import NullPool

from govops import interrupt
from govops.errors import GovopsError, UsageError
from govops.index import engines
from govops.index.engines import Database
from govops.index.faults import BrokenDatabaseError, MissingDatabaseError, explained
from govops.index.schema import METADATA

NAME = "the index"
_HINT = "make it with `govops index build`"
_ABSENT = ("3F000", "42P01")  # no such schema, no such table
PATIENCE = 5.0  # seconds that are waited for those who read what is to be replaced
_TRIES = 3  # looks at a file in whose place others may just be put
_lock = Lock()
_known: dict[Path, tuple[int, ...]] = {}  # what was opened last, and found whole


@dataclass(frozen=True, slots=True)
class Copy:
    """An index of one repository. ``schema`` is the PostgreSQL schema, empty for a SQLite file, which holds one."""

    database: Database
    schema: str = ""

    @property
    def file(self) -> Path | None:
        """Where it is, if it is a file."""
        return self.database.file


def copy_at(url: str, repository: str) -> Copy:
    """The index of a repository (as its Settings name it) at a database's address; it need not be there."""
    database = Database(url, NAME, read_only=True, patience=PATIENCE)
    return Copy(database, "" if database.file is not None else schema_of(repository))


def schema_of(repository: str) -> str:
    """The PostgreSQL schema of a repository: legible, and of no other repository."""
    legible = re.sub(r"[^a-z0-9]+", "_", repository.lower()).strip("_")[-30:]
    return f"govops_{legible}_{hashlib.sha256(repository.encode()).hexdigest()[:12]}"


@contextmanager
def reading(copy: Copy) -> Iterator[Connection]:
    """One transaction that sees one state and changes nothing.

    MissingDatabaseError if there is no index, BrokenDatabaseError if its file is not what was written.
    """
    if copy.file is not None:
        _look(copy, copy.file)
    try:
        with engines.reading(copy.database) as connection:
            if copy.schema:
                _hold(connection, copy.schema)
            yield _translated(connection, copy)
    except BrokenDatabaseError:
        if copy.file is not None:
            distrust(copy.file)
        raise


def _hold(connection: Connection, schema: str) -> None:
    """Keep the index from being replaced until the transaction ends; what it sees is fixed only after that."""
    connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    try:
        connection.exec_driver_sql(f'LOCK TABLE "{schema}".standing IN ACCESS SHARE MODE')
    except ProgrammingError as error:
        if getattr(error.orig, "sqlstate", "") in _ABSENT:
            raise MissingDatabaseError(f"{NAME} is not there", hint=_HINT) from None
        raise


def distrust(file: Path) -> None:
    """Look at the whole file again when it is opened next."""
    with _lock:
        _known.pop(file, None)


@contextmanager
def turn(copy: Copy) -> Iterator[bool]:
    """Whether it is ours to write while the context lasts: one at a time, whoever dies gives the turn up."""
    with _file_turn(copy.file) if copy.file is not None else _server_turn(copy) as ours:
        yield ours


@contextmanager
def anew(copy: Copy) -> Iterator[Connection]:
    """An empty index to be filled, which takes the place of the one that is there when the context ends well."""
    with _new_file(copy, copy.file) if copy.file is not None else _new_schema(copy) as connection:
        METADATA.create_all(connection)
        yield connection


@contextmanager
def further(copy: Copy) -> Iterator[Connection]:
    """The index as it is, to be changed; others see all changes at once when the context ends well, or none."""
    if copy.file is not None:
        _look(copy, copy.file)
        with _new_file(copy, copy.file, like=copy.file) as connection:
            yield connection
    else:
        with engines.writing(_writable(copy)) as connection:
            yield _translated(connection, copy)


def _translated(connection: Connection, copy: Copy) -> Connection:
    names = {None: copy.schema} if copy.schema else None
    return connection.execution_options(schema_translate_map=names) if names else connection


def _writable(copy: Copy) -> Database:
    return replace(copy.database, read_only=False)


# ---- a file: written beside the one that stands, which nobody ever changes, and put in its place


def _look(copy: Copy, file: Path) -> None:
    """Open the file again if another has taken its place, once its digest was found right."""
    for _ in range(_TRIES):
        try:
            found = file.stat()
            identity = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
            with _lock:
                if _known.get(file) == identity:
                    return
            is_whole = _digest(file) in _digests(file)
        except OSError:
            raise MissingDatabaseError(f"{NAME} is not there", hint=_HINT) from None
        if is_whole:
            engines.forget(copy.database)
            with _lock:
                _known[file] = identity
            return
    raise BrokenDatabaseError(f"{NAME} is damaged: its digest is another one", hint=_HINT)


def _beside(file: Path, ending: str) -> Path:
    return file.with_name(f"{file.name}.{ending}")


def _digests(file: Path) -> list[str]:
    """Of the file that stands, and of the one that is about to take its place."""
    try:
        return _beside(file, "sha256").read_text(encoding="ascii").split()
    except (OSError, UnicodeDecodeError):
        return []


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def _file_turn(file: Path) -> Iterator[bool]:
    engines.check_place(Database(f"sqlite:///{file}", NAME), file)
    try:
        handle = os.open(_beside(file, "lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise UsageError(f"{NAME} cannot be written: {error.strerror}", hint="see its address") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        yield False
        return
    try:
        yield True
    finally:
        os.close(handle)


@contextmanager
def _new_file(copy: Copy, file: Path, like: Path | None = None) -> Iterator[Connection]:
    new = _beside(file, "new")
    if file.exists() and not _beside(file, "sha256").exists():
        raise UsageError("there is a file where the index should be, and it is none", hint="remove it, or take another")
    for left in (new, _beside(file, "new-journal")):
        left.unlink(missing_ok=True)
    try:
        if like is not None:
            shutil.copyfile(like, new)
        with _scratch(new) as connection:
            yield connection
        _put(new, file)
    except OSError as error:
        raise GovopsError(f"{NAME} could not be written: {error.strerror}", hint="see that there is room") from None
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def _scratch(new: Path) -> Iterator[Connection]:
    """One transaction on a file that nobody else sees and that is worth nothing until it is whole."""
    os.close(os.open(new, os.O_CREAT | os.O_WRONLY, 0o600))
    _scratched.file = new
    with explained(NAME), _scratching.connect() as connection:
        connection.exec_driver_sql("BEGIN")
        yield connection
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _connect() -> sqlite3.Connection:
    """To the file that this thread is about to write."""
    address = f"file:{quote(str(_scratched.file.absolute()))}?mode=rw"
    made = sqlite3.connect(address, uri=True, isolation_level=None)
    for pragma in ("journal_mode = MEMORY", "synchronous = OFF", "foreign_keys = ON", "trusted_schema = OFF"):
        made.execute(f"PRAGMA {pragma}")
    return made


_scratched = local()
_scratching = create_engine("sqlite://", creator=_connect, poolclass=NullPool, hide_parameters=True)  # keeps statements


def _put(new: Path, file: Path) -> None:
    """Put the new file in the place of the old one; whichever stands after a crash, its digest is known."""
    interrupt.go_on()
    digest, digests = _digest(new), _beside(file, "sha256")
    _write_through(digests, " ".join([digest, *_digests(file)[:1]]))
    with new.open("rb") as stream:
        os.fsync(stream.fileno())
    new.replace(file)
    _write_through(digests, digest)
    folder = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write_through(target: Path, content: str) -> None:
    new = _beside(target, "new")
    with new.open("w", encoding="ascii") as stream:
        stream.write(content + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(target)


# ---- a schema: filled in one transaction, in which it also takes the old one's name


@contextmanager
def _server_turn(copy: Copy) -> Iterator[bool]:
    key = int.from_bytes(hashlib.sha256(copy.schema.encode()).digest()[:8], "big", signed=True)
    with explained(NAME), engines.engine(_writable(copy)).connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT")
        ours = bool(connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": key}).scalar_one())
        try:
            yield ours
        finally:
            if ours:
                with suppress(SQLAlchemyError):
                    connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": key})


@contextmanager
def _new_schema(copy: Copy) -> Iterator[Connection]:
    new = f"{copy.schema}_new"
    with engines.writing(_writable(copy)) as connection:
        connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{new}" CASCADE')
        connection.exec_driver_sql(f'CREATE SCHEMA "{new}"')
        yield connection.execution_options(schema_translate_map={None: new})
        for table in METADATA.tables:  # so that the first question is planned well, too
            connection.exec_driver_sql(f'ANALYZE "{new}"."{table}"')
        connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{copy.schema}" CASCADE')
        connection.exec_driver_sql(f'ALTER SCHEMA "{new}" RENAME TO "{copy.schema}"')
