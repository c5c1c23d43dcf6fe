"""Pages and documents of the index, each with the commit that it was made from.

An item has the columns of its table (docs/reference/sql-index.md), ``commit`` and ``blob`` that it comes from, and the
``path`` of its file; roles have their ``permissions``, users their ``roles``, use cases their ``models``, agreements
their ``objectives`` and ``window``. A document has the file's ``spec`` and ``labels``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from govops.app.access import in_force, logged
from govops.app.facades.cursors import began
from govops.app.facades.moments import is_instant
from govops.app.governance import Document, NotFoundError, Page, Query, Site
from govops.app.indexing import Current, current
from govops.errors import UsageError
from govops.history import Oid
from govops.index.reading import MOST
from govops.kinds.quoting import quoted

Key = Mapping[str, str]
Items = Sequence[dict[str, Any]]
_RENAMED = {"commit_id": "commit", "blob_id": "blob", "until_commit_id": "until_commit", "user_name": "user"}
_TOLD = {"roles": ("permissions",), "users": ("roles",), "use_cases": ("models",), "slas": ("objectives", "window")}
_OURS = ("valid_from", "valid_to", "document")  # how the index keeps time, and what a document says in its own way


class Short(NamedTuple):
    """What finds all items of a list at a position of the branch, and the columns that sort them, each in its place."""

    rows: Callable[[Current, int], Items]
    order: tuple[str, ...]


def page(
    site: Site, listing: str, query: Query | None, fixed: Key | None = None, *, of: tuple[str, Key] | None = None
) -> Page:
    """A page of a listing, with ``fixed`` filters.

    A later page shows what stood when the first was asked for. NotFoundError if ``of``, a listing and a key, is nothing
    that stood then; UsageError for a filter, a moment or a cursor that there is not.
    """
    asked, narrowed = query or Query(), {**(query.filters if query else {}), **(fixed or {})}
    with current(site) as now:
        here = began(now, listing, asked, narrowed)
        if of is not None and now.reader.one(of[0], of[1], at=here.position) is None:
            raise _missing(of[0], of[1], asked.as_of)
        found = now.reader.page(listing, at=here.position, filters=narrowed, after=here.after, limit=asked.limit)
        items = tuple(item(row, listing) for row in found.rows)
        return Page(items, here.commit, here.further(found.after), now.lag)


def short(site: Site, name: str, query: Query | None, found: Short) -> Page:
    """A page of a list that is short enough to be made whole each time. UsageError for a limit that there is not."""
    asked = query or Query()
    if not 1 <= asked.limit <= MOST:
        raise UsageError(f"a page has 1 to {MOST} items, not {asked.limit}")
    with current(site) as now:
        here = began(now, name, asked, asked.filters)
        rest = _beyond(found.rows(now, here.position), found.order, here.after)
        items = tuple(rest[: asked.limit])
        last = tuple(items[-1][column] for column in found.order) if len(rest) > len(items) else None
        return Page(items, here.commit, here.further(last), now.lag)


def document(site: Site, listing: str, key: Key, *, as_of: str | None, file: str = "") -> Document:
    """One row of a listing; ``file`` is the listing of its files if it is another. NotFoundError without a row."""
    with current(site) as now:
        at = now.reader.position(as_of)
        row = now.reader.one(listing, key, at=at)
        if row is None:
            raise _missing(listing, key, as_of)
        stood = (now.reader.one(file, key, at=at) or {}) if file else row
        told = stood.get("document") or {}
        body = {
            **item(row, listing),
            "labels": told.get("metadata", {}).get("labels", {}),
            "spec": told.get("spec", {}),
        }
        return Document(body, now.standing.index_commit, row["blob_id"] or "", now.lag)


def commit_at(site: Site, as_of: str | None) -> Oid | None:
    """The commit of the protected branch that stood at a moment; None for now."""
    if as_of is None:
        return None
    with current(site) as now:
        return str(now.reader.page("commits", at=now.reader.position(as_of), limit=1).rows[0]["commit_id"])


def every(now: Current, listing: str, filters: Key, at: int) -> Iterator[dict[str, Any]]:
    """All rows of a listing, page by page."""
    after: tuple[Any, ...] | None = None
    while True:
        found = now.reader.page(listing, at=at, filters=filters, after=after, limit=MOST)
        yield from found.rows
        if found.after is None:
            return
        after = found.after


def item(row: Mapping[str, Any], listing: str = "") -> dict[str, Any]:
    """A row of a listing as callers see it."""
    spec = (row.get("document") or {}).get("spec", {})
    told = {name: spec.get(name, []) for name in _TOLD.get(listing, ())}
    return {_RENAMED.get(name, name): value for name, value in row.items() if name not in _OURS} | told


def log_page(site: Site, query: Query | None) -> Page:
    """A page of the access log, the latest first, up to ``as_of``: an instant, since it is no part of the history."""
    asked = query or Query()
    if asked.as_of is not None and not is_instant(asked.as_of):
        raise UsageError("the access log is no part of the history", hint="write `as_of` as 2026-03-01T00:00:00Z")
    if asked.cursor is not None and not asked.cursor.isdecimal():
        raise UsageError("no page of the access log ends there", hint="take `next` from the page before as it is")
    found = logged(
        site, asked.filters, after=int(asked.cursor) if asked.cursor else None, limit=asked.limit, until=asked.as_of
    )
    return Page(found.items, in_force(site.repository).commit, str(found.next) if found.next else None)


def _beyond(items: Items, order: tuple[str, ...], after: tuple[Any, ...] | None) -> Items:
    if after is None:
        return items
    try:
        return [one for one in items if tuple(one[column] for column in order) > after]
    except TypeError:
        raise UsageError("no page ends there", hint="take `next` from the page before as it is") from None


def _missing(listing: str, key: Key, as_of: str | None) -> NotFoundError:
    what = listing.replace("_", " ").removesuffix("s")
    hint = f"nothing of that name stood at {quoted(as_of)}" if as_of else "mind the name"
    return NotFoundError(f"there is no {what} {quoted('/'.join(key.values()))}", hint=hint)
