"""What can be wrong with a database, said without its address, its path or what was asked of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from govops.errors import GovopsError, StorageError, UndecidableError, UsageError


class MissingDatabaseError(UsageError):
    """There is no such database; none is made by opening it."""


class LockedDatabaseError(UndecidableError):
    """Others have kept it locked for longer than we wait; the same may be asked again. Nothing was written."""


class FullDatabaseError(StorageError):
    """There is no room left. Nothing was written."""


class BrokenDatabaseError(UndecidableError):
    """It is damaged, not what we expect, or does not answer."""


_SQLITE: Final = {
    sqlite3.SQLITE_BUSY: LockedDatabaseError,
    sqlite3.SQLITE_LOCKED: LockedDatabaseError,
    sqlite3.SQLITE_FULL: FullDatabaseError,
    sqlite3.SQLITE_CANTOPEN: MissingDatabaseError,
}
_POSTGRESQL: Final = {
    "55P03": LockedDatabaseError,  # lock_timeout
    "57014": LockedDatabaseError,  # statement_timeout
    "40001": LockedDatabaseError,  # serialization failure
    "40P01": LockedDatabaseError,  # deadlock
    "53300": LockedDatabaseError,  # too many connections
    "53100": FullDatabaseError,
    "3D000": MissingDatabaseError,
}
_SAID: Final[dict[type[GovopsError], tuple[str, str]]] = {
    LockedDatabaseError: ("{name} is busy with other writers", "ask again in a moment"),
    FullDatabaseError: ("there is no room left for {name}", "free some space; nothing was written"),
    MissingDatabaseError: ("{name} is not there", "see its address, and make it first; opening it does not"),
}


@contextmanager
def explained(name: str) -> Iterator[None]:
    """SQLAlchemy's errors as ours; a broken constraint (IntegrityError) is for the caller to understand."""
    try:
        yield
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        raise told(error, name) from None  # the cause may quote an address with its password, or what was asked


def told(error: SQLAlchemyError, name: str) -> GovopsError:
    """What to say of an error. ``name`` is what the database is to the caller (``the index``)."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    code = getattr(cause, "sqlite_errorcode", None)
    state = getattr(cause, "sqlstate", None)
    kind = _SQLITE.get(code & 0xFF) if isinstance(code, int) else _POSTGRESQL.get(state or "")
    if isinstance(error, NoConnectionError):  # every connection of this process is in use
        kind = LockedDatabaseError
    if kind is not None:
        message, hint = _SAID[kind]
        return kind(message.format(name=name), hint=hint)
    what = getattr(cause, "sqlite_errorname", None) or state or type(cause or error).__name__
    return BrokenDatabaseError(f"{name} does not answer as it should: {what}", hint="see that it runs and is whole")
