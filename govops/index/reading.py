"""Read an index: pages of lists, single rows, and which moment of the history each is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, tuple_

from govops.errors import UsageError
from govops.index.copies import NAME, Copy, reading
from govops.index.faults import BrokenDatabaseError
from govops.index.listings import LISTINGS, Listing
from govops.index.schema import built_with
from govops.index.schema.columns import Words
from govops.index.schema.history import commits
from govops.index.schema.registry import resources
from govops.index.schema.standing import standing

MOST = 500  # rows of one page
_ID = re.compile(r"[0-9a-f]{7,64}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)", re.ASCII)


class UnknownMomentError(UsageError):
    """No moment of this history is called so."""


class OtherIndexError(BrokenDatabaseError):
    """It was made by another version of govops, or in another shape."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What an index was made from. ``position`` is that of its commit on the branch, counted from 0."""

    repository: str
    ref: str
    index_commit: str
    position: int
    evidence_ref: str | None
    evidence_tip: str | None
    hosted_ref: str | None
    hosted_tip: str | None
    built_with: str
    adoption: str


@dataclass(frozen=True, slots=True)
class Rows:
    """One page. ``after`` is where the next one begins, None on the last one."""

    rows: tuple[dict[str, Any], ...]
    after: tuple[Any, ...] | None = None


@contextmanager
def reader(copy: Copy) -> Iterator[Reader]:
    """Somebody who reads one state of the index for as long as the context lasts.

    MissingDatabaseError if there is none, OtherIndexError if another version made it.
    """
    with reading(copy) as connection:
        yield Reader(connection)


class Reader:
    """One state of one index. All that it answers belongs together."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._standing: Standing | None = None

    def standing(self) -> Standing:
        """What the index was made from. OtherIndexError if its tables may be others."""
        if self._standing is None:
            row = self._connection.execute(select(standing)).mappings().one_or_none()
            if row is None or row["built_with"] != built_with():
                raise OtherIndexError(f"{NAME} was made by another govops", hint="make it anew: govops index build")
            names = {"index_commit": "commit_id", "adoption": "adoption_id"}
            self._standing = Standing(**{name: row[names.get(name, name)] for name in Standing.__dataclass_fields__})
        return self._standing

    def position(self, as_of: str | None) -> int:
        """Where on the branch a moment is: after a change (its id, or seven digits of it), or as of an instant.

        UnknownMomentError for what is neither, lies before the adoption or between two commits of one change.
        """
        here = self.standing()
        if as_of is None:
            return here.position
        return self._of_instant(_utc(as_of)) if not _ID.fullmatch(as_of) else self._of_commit(as_of)

    def page(
        self,
        listing: str,
        *,
        at: int,
        filters: Mapping[str, str] | None = None,
        after: tuple[Any, ...] | None = None,
        limit: int = 50,
    ) -> Rows:
        """Rows of a list in its order, the first ``limit`` of those that come ``after`` another page.

        UsageError for a list, filter, limit or place that there is not.
        """
        asked = _listing(listing)
        if not 1 <= limit <= MOST:
            raise UsageError(f"a page has 1 to {MOST} items, not {limit}")
        wanted = _select(asked, at).where(*_narrowed(asked, filters or {}))
        columns = [asked.table.c[name] for name in asked.order]
        if after is not None:
            wanted = wanted.where(_beyond(asked, columns, after))
        wanted = wanted.order_by(*(column.desc() if asked.newest_first else column for column in columns))
        found = [dict(row) for row in self._connection.execute(wanted.limit(limit + 1)).mappings()]
        last = found[limit - 1] if len(found) > limit else None
        return Rows(tuple(found[:limit]), tuple(last[name] for name in asked.order) if last is not None else None)

    def one(self, listing: str, key: Mapping[str, str], *, at: int) -> dict[str, Any] | None:
        """The first row of a list that has these values; None if there is none."""
        rows = self.page(listing, at=at, filters=key, limit=1).rows
        return rows[0] if rows else None

    def count(self, listing: str, *, at: int, filters: Mapping[str, str] | None = None) -> int:
        """How many rows there are."""
        asked = _listing(listing)
        wanted = select(func.count()).select_from(asked.table).where(*_at(asked, at), *_narrowed(asked, filters or {}))
        return int(self._connection.execute(wanted).scalar_one())

    def _of_commit(self, prefix: str) -> int:
        """Ids are hexadecimal, so ``g`` comes after all that go on from the prefix."""
        columns = (commits.c.position, commits.c.commit_id, commits.c.change_id)
        like = and_(commits.c.commit_id >= prefix, commits.c.commit_id < prefix + "g")
        found = self._connection.execute(select(*columns).where(like).limit(2)).all()
        if len(found) != 1:
            many = "several commits" if found else "no commit"
            raise UnknownMomentError(f"{many} of the branch begin with '{prefix}'", hint="give the id of a change")
        position, commit, change = found[0]
        if change not in ("", commit):
            hint = f"name {change} for what stood after it"
            raise UnknownMomentError(f"{commit[:12]} landed as a part of change {change[:12]}", hint=hint)
        if change == "" and commit != self.standing().adoption:
            raise UnknownMomentError(f"{commit[:12]} lies before the adoption of govops", hint="give a later commit")
        return int(position)

    def _of_instant(self, instant: str) -> int:
        later = select(func.min(commits.c.position)).where(commits.c.time > instant)
        first = self._connection.execute(later).scalar_one_or_none()
        position = self.standing().position if first is None else int(first) - 1
        told = select(commits.c.time).where(commits.c.position == position)
        if self._connection.execute(told).scalar_one_or_none() is None:
            hint = "give the id of a change instead"
            raise UnknownMomentError(f"what stood on {instant} is not known: nothing is attested before it", hint=hint)
        return position


def _utc(text: str) -> str:
    """An instant as the index spells it. UnknownMomentError for anything else."""
    try:
        if not _INSTANT.fullmatch(text):
            raise ValueError(text)
        instant = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        hint = "give the id of a change, or an instant such as 2026-03-01T12:00:00Z"
        raise UnknownMomentError(f"'{text[:40]}' is no moment", hint=hint) from None
    return instant.isoformat(timespec="seconds").replace("+00:00", "Z")


def _listing(name: str) -> Listing:
    if name not in LISTINGS:
        raise UsageError(f"there is no list '{name[:40]}'", hint=f"one of {', '.join(LISTINGS)}")
    return LISTINGS[name]


def _select(asked: Listing, at: int) -> Select[Any]:
    """All rows of a list at a moment."""
    table = asked.table
    if not asked.shown:
        return select(table).where(*_at(asked, at))
    more = (resources.c[name] for name in asked.shown)
    joined = table.join(resources, and_(table.c.path == resources.c.path, table.c.valid_from == resources.c.valid_from))
    return select(table, *more).select_from(joined).where(*_at(asked, at))


def _at(asked: Listing, at: int) -> tuple[ColumnElement[bool], ...]:
    columns = asked.table.c
    if asked.when == "lasting":
        return (columns.valid_from <= at, or_(columns.valid_to.is_(None), columns.valid_to > at))
    return (columns.position <= at,) if asked.when == "past" else ()


def _narrowed(asked: Listing, filters: Mapping[str, str]) -> Iterator[ColumnElement[bool]]:
    for name, value in filters.items():
        if name not in asked.filters:
            known = ", ".join(asked.filters) or "none"
            raise UsageError(f"'{name[:40]}' narrows nothing down here", hint=f"known: {known}")
        if name in asked.within and asked.within[name] not in filters:
            raise UsageError(f"'{name}' needs '{asked.within[name]}' beside it", hint="give both")
        yield _is(asked, asked.filters[name], value)


def _is(asked: Listing, column: str, value: str) -> ColumnElement[bool]:
    """Rows of a commit are found by its position, by which all that happened is sorted."""
    if column == "commit_id" and "position" in asked.table.c:
        return (
            asked.table.c.position == select(commits.c.position).where(commits.c.commit_id == value).scalar_subquery()
        )
    return asked.table.c[column] == value


def _beyond(asked: Listing, columns: list[Any], after: tuple[Any, ...]) -> ColumnElement[bool]:
    kinds = [str if isinstance(column.type, Words) else int for column in columns]
    if len(after) != len(columns) or any(type(v) is not kind for v, kind in zip(after, kinds, strict=True)):
        raise UsageError("no page ends there", hint="take `next` from the page before as it is")
    place = tuple_(*columns)
    return place < after if asked.newest_first else place > after
