"""The access log of a site: what was asked, by whom, whether it was allowed and what came of it.

It stands in the durable store and proves nothing: what happened is proven from git. It never holds a token.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from govops.app.access.rules import in_force
from govops.app.governance import Actor, BusyError, Site
from govops.errors import UsageError
from govops.index.durable import opened
from govops.index.durable.log import FILTERS, Entry, append, rows
from govops.index.engines import reading, writing
from govops.index.faults import LockedDatabaseError
from govops.workspace.clock import now

_MOST = 200


@dataclass(frozen=True, slots=True)
class Logged:
    """One page, newest first. ``next`` is ``after`` of the following page, None on the last one."""

    items: tuple[Mapping[str, Any], ...]
    next: int | None = None


def log(site: Site, actor: Actor | None, entry: Entry) -> None:
    """Add one row about somebody. BusyError if it cannot be written: then nothing must be done that it would tell of.

    Without a store nothing is logged.
    """
    if not site.store:
        return
    who = replace(entry, person=actor.name, account=actor.account.address) if actor else entry
    with kept(), writing(opened(site.store)) as connection:
        append(connection, in_force(site.repository).repository, now(), who)


def logged(
    site: Site,
    filters: Mapping[str, str] | None = None,
    *,
    after: int | None = None,
    limit: int = 50,
    until: str | None = None,
) -> Logged:
    """A page of the log up to an instant; ``filters`` by column (``allowed`` is ``true`` or ``false``).

    UsageError for another filter, or a site without a store.
    """
    wanted = {name: _value(name, text) for name, text in (filters or {}).items()}
    size = max(1, min(limit, _MOST))
    with kept(), reading(opened(site.store)) as connection:
        repository = in_force(site.repository).repository
        found = rows(connection, repository, wanted, before=after, limit=size + 1, until=until)
    items = tuple({**row, "allowed": bool(row["allowed"])} for row in found[:size])
    return Logged(items, items[-1]["number"] if len(found) > size else None)


@contextmanager
def kept() -> Iterator[None]:
    """A store that others keep locked is a BusyError: the caller may ask again."""
    try:
        yield
    except LockedDatabaseError as error:
        raise BusyError(error.message, hint=error.hint) from error


def _value(name: str, text: str) -> str | int:
    if name not in FILTERS:
        raise UsageError(f'the access log has no filter "{name[:40]}"', hint=f"one of {', '.join(FILTERS)}")
    if name != "allowed":
        return text
    if text not in ("true", "false"):
        raise UsageError('the filter "allowed" is true or false')
    return int(text == "true")
