"""Opening the durable store, and bringing it up to date: only when somebody asks for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from govops.errors import UsageError
from govops.index.durable.tables import SCHEMA
from govops.index.engines import Database, create, reading, take_turns, warnings, writing

NAME = "the store"

_current: set[Database] = set()  # those that this process found up to date


@dataclass(frozen=True, slots=True)
class Upgraded:
    """From which version to which; the first is empty where there was no store. ``warnings`` are about the database."""

    before: str
    after: str
    warnings: tuple[str, ...] = ()


def database(url: str) -> Database:
    """Where the store is. UsageError if nobody said so."""
    if not url:
        raise UsageError("no store was named", hint="name one with --store or GOVOPS_STORE")
    return Database(url, NAME, schema=SCHEMA)


def opened(url: str) -> Database:
    """The store, which has the version that this govops works with.

    MissingDatabaseError if there is none, UsageError for another version.
    """
    found = database(url)
    if found not in _current:
        with reading(found) as connection:
            has = version(connection)
        if has != newest():
            raise UsageError(
                f"the store has version {has or 'none'}, and this govops works with {newest()}",
                hint="run: govops store upgrade" if has is None or has < newest() else "use a newer govops",
            )
        _current.add(found)
    return found


def upgrade(url: str) -> Upgraded:
    """Make the store if there is none, and bring it up to date: whole or not at all, and one at a time."""
    found = database(url)
    _make(found)
    with writing(found) as connection:
        take_turns(connection)
        before = version(connection)
        if before is not None and before > newest():
            raise UsageError(f"the store has version {before}, which is newer than {newest()}", hint="use that govops")
        told = _config()
        told.attributes["connection"] = connection
        command.upgrade(told, "head")
    return Upgraded(before or "", newest(), warnings(found))


def _make(found: Database) -> None:
    try:
        if found.file is None or not found.file.exists():
            create(found)
    except UsageError:
        if found.file is None or not found.file.exists():  # otherwise another upgrade was faster
            raise


def version(connection: Connection) -> str | None:
    """Which migrations it has had; None for none."""
    return MigrationContext.configure(connection, opts={"version_table": "store_version"}).get_current_revision()


def newest() -> str:
    """The version that this govops works with."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def _config() -> Config:
    told = Config()
    told.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return told
