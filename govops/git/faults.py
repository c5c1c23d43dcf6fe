"""What is wrong with an object, in words for people, and the command that mends it."""

from __future__ import annotations

from govops.errors import UndecidableError
from govops.git.locate import Location
from govops.git.objects import CORRUPT, MISSING, TOO_LARGE, Found
from govops.history import Oid

_FETCH = "fetch --refetch origin"
_FETCH_ALL = "fetch --refetch --no-filter origin"
_CHECK = "fsck --full"


def describe(found: Found, wanted: str, location: Location) -> str:
    """Why an object cannot be read as a ``wanted`` (commit, tree, blob); the same in every clone of one kind."""
    if found.kind == MISSING:
        left_out = f" (left out by a partial clone: git {_FETCH_ALL})" if location.is_partial else ""
        return f"missing {wanted} {found.oid}{left_out}"
    if found.kind == CORRUPT:
        return f"corrupt {wanted} {found.oid}"
    if found.kind == TOO_LARGE:
        return f"malformed {wanted} {found.oid}: {found.size} bytes are too many"
    return f"malformed {wanted} {found.oid}: it is a {found.kind}"


def unreadable(kind: str, oid: Oid, location: Location) -> UndecidableError:
    """The error for an object that is missing or corrupt, where nothing can be said without it."""
    if kind != MISSING:
        return UndecidableError(f"object {oid} is corrupt", hint=f"{location.command(_CHECK)}, then clone again")
    why = ", which is a partial clone" if location.is_partial else ""
    return UndecidableError(f"object {oid} is missing from the repository{why}", hint=mend(kind, location))


def mend(fault: str, location: Location) -> str:
    """The command for people to run after a fault whose text begins with its kind."""
    if not fault.startswith(MISSING):
        return location.command(_CHECK)
    return location.command(_FETCH_ALL if location.is_partial else _FETCH)
