"""The access log: rows are added, read newest first, and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from sqlalchemy import Connection, insert, select

from govops.index.durable.tables import LOG

FILTERS: Final = ("event", "person", "account", "action", "resource", "permission", "allowed", "request", "commit")

_LONGEST = 500  # characters; what was asked may be anything


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One row. A *decision* says whether something was allowed, a *result* what came of it."""

    event: Literal["decision", "result"]
    person: str = ""
    account: str = ""
    action: str = ""
    resource: str = ""
    permission: str = ""
    allowed: bool = True
    reason: str = ""
    status: int | None = None
    commit: str = ""
    key: str = ""
    request: str = ""


def append(connection: Connection, repository: str, at: str, entry: Entry) -> None:
    """Add one row, in the transaction that is open."""
    texts = {name: plain(value) if isinstance(value, str) else value for name, value in asdict(entry).items()}
    row = {**texts, "allowed": int(entry.allowed), "repository": repository, "at": at}
    connection.execute(insert(LOG), row)


def rows(  # noqa: PLR0913  what may be asked of a log
    connection: Connection,
    repository: str,
    filters: Mapping[str, str | int],
    *,
    before: int | None,
    limit: int,
    until: str | None = None,
) -> list[dict[str, Any]]:
    """At most ``limit`` rows, newest first, whose ``number`` is below ``before`` and whose time is not after ``until``;
    ``filters`` are of FILTERS.
    """
    wanted = select(LOG).where(LOG.c.repository == repository).order_by(LOG.c.number.desc()).limit(limit)
    for name, value in filters.items():
        wanted = wanted.where(LOG.c[name] == value)
    if until is not None:
        wanted = wanted.where(LOG.c.at <= until)
    if before is not None:
        wanted = wanted.where(LOG.c.number < before)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def plain(text: str) -> str:
    """A text that both databases take, cut to what a line of a log needs."""
    return text[:_LONGEST].encode("utf-8", "replace").decode("utf-8").replace("\0", "\ufffd")
