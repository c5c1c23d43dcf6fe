"""Proposals as they stood at a moment of the past."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from govops.app.facades.choices import Row, changing
from govops.app.facades.moments import is_instant
from govops.app.facades.reading import Short, every, item, short
from govops.app.governance import NotFoundError, Page, Query, Site, Submitted
from govops.app.indexing import Current, current
from govops.errors import UsageError
from govops.kinds.quoting import quoted

_OPEN = {"state": "open", "closed_at": None, "position": None}


def as_they_stood(site: Site, query: Query) -> Page:
    """Those that were opened by ``query.as_of``, by id: open if they were closed later, with the decisions until then.

    UsageError for a moment of which nobody attests when it was.
    """

    told = query.as_of if query.as_of and is_instant(query.as_of) else None

    def rows(now: Current, at: int) -> list[dict[str, Any]]:
        instant = told or _time(now, at)
        filters = dict(query.filters)
        resource, state = filters.pop("resource", None), filters.pop("state", None)
        changes = changing(now, at, resource) if resource is not None else None
        found = (_then(row, instant) for row in every(now, "requests", filters, at) if _was_opened(row, instant))
        return [item(row) for row in found if state in (None, row["state"]) and (changes is None or changes(row))]

    if told is not None:  # the server's clock told when they were opened, whatever had landed by then
        return short(site, f"proposals at {told}", replace(query, as_of=None), Short(rows, ("id",)))
    return short(site, "proposals", query, Short(rows, ("id",)))


def as_it_stood(site: Site, id: str, as_of: str) -> Submitted:
    """One of them, without the gate's outlook: who could approve is known of now only.

    NotFoundError if it was not opened by then; UsageError as above.
    """
    with current(site) as now:
        told = as_of if is_instant(as_of) else None
        at = now.reader.position(None if told else as_of)
        instant = told or _time(now, at)
        row = now.reader.one("requests", {"id": id}, at=at)
        if row is None or not _was_opened(row, instant):
            raise NotFoundError(f"there is no proposal {quoted(id)}", hint="it was not opened by then")
    then = _then(row, instant)
    return Submitted(
        id=id,
        title=row["title"],
        state=then["state"],
        branch=row["branch"] or "",
        head=row["head"] or "",
        opener=row["opener"],
        opened_at=row["opened_at"],
        commit=row["commit_id"] if then["state"] == "merged" else None,
        url=row["url"],
        is_new=False,
    )


def _time(now: Current, at: int) -> str:
    (row,) = now.reader.page("commits", at=at, limit=1).rows
    if row["time"] is None:
        raise UsageError("nobody attests when this commit landed", hint="give an instant instead")
    return str(row["time"])


def _was_opened(row: Row, instant: str) -> bool:
    return row["opened_at"] is not None and row["opened_at"] <= instant


def _then(row: Row, instant: str) -> dict[str, Any]:
    was_closed = row["closed_at"] is not None and row["closed_at"] <= instant
    decisions = [one for one in row["decisions"] if one["at"] is None or one["at"] <= instant]
    open_then = {} if was_closed else {**_OPEN, "commit_id": row["head"] or row["commit_id"]}
    return {**row, **open_then, "decisions": decisions}
