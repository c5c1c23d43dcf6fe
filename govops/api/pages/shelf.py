"""What the pages read: one state of the index at one moment, and the site that it belongs to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from govops.api.pages.asking import Asked
from govops.api.pages.values import Link
from govops.api.pages.views import Standing
from govops.app.governance import NotFoundError, Site
from govops.app.indexing import current
from govops.errors import UsageError
from govops.index.reading import MOST, Reader
from govops.render.untrusted import clipped

PAGE = 100  # rows of a list on one page
_MOST_ROWS = 5_000  # of what is shown whole
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Shelf:
    """Rows as of ``at``, a position of the branch; all of them belong to one state of the index."""

    site: Site
    asked: Asked
    reader: Reader
    at: int
    standing: Standing

    def one(self, listing: str, **key: str) -> Row | None:
        """The first row with these values."""
        return self.reader.one(listing, key, at=self.at)

    def get(self, listing: str, what: str, **key: str) -> Row:
        """The row with these values. NotFoundError, naming ``what``, if there was none."""
        found = self.one(listing, **key)
        if found is None:
            named = clipped("/".join(key.values()), 140)
            raise NotFoundError(f"there is no {what} '{named}' here", hint=self.elsewhen)
        return found

    @property
    def elsewhen(self) -> str:
        """What to do where something is not there."""
        if self.asked.as_of is not None:
            return "nothing of that name stood there then: look at another moment"
        return "look for it in the list"

    def all(self, listing: str, **filters: str) -> list[Row]:
        """All rows with these values, in the order of the list."""
        rows: list[Row] = []
        after: tuple[Any, ...] | None = None
        while len(rows) < _MOST_ROWS:
            page = self.reader.page(listing, at=self.at, filters=filters, after=after, limit=MOST)
            rows.extend(page.rows)
            after = page.after
            if after is None:
                break
        return rows

    def first(self, listing: str, limit: int, **filters: str) -> list[Row]:
        """The first rows with these values, in the order of the list."""
        return list(self.reader.page(listing, at=self.at, filters=filters, limit=limit).rows)

    def count(self, listing: str, **filters: str) -> int:
        """How many rows there are."""
        return self.reader.count(listing, at=self.at, filters=filters)

    def page(self, listing: str, route: str, **filters: str) -> tuple[list[Row], Link | None]:
        """One page of a list from where the address says, and the link to the next one, which keeps the filters."""
        after = _place(self.asked.values.get("after", ""))
        found = self.reader.page(listing, at=self.at, filters=filters, after=after, limit=PAGE)
        if found.after is None:
            return list(found.rows), None
        return list(found.rows), Link(route, "Further ones", {**filters, "after": json.dumps(found.after)})


@contextmanager
def shelf(site: Site, asked: Asked) -> Iterator[Shelf]:
    """The index at the moment that is asked for. UnknownMomentError (a UsageError) where there is none."""
    with current(site) as now:
        at = now.reader.position(asked.as_of)
        standing = Standing(now.standing.index_commit, now.lag, asked.as_of or "")
        yield Shelf(site, asked, now.reader, at, standing)


def spec_of(row: Row) -> dict[str, Any]:
    """What the file of a row says, as it is written there; empty where nobody can read it."""
    spec = (row.get("document") or {}).get("spec")
    return spec if isinstance(spec, dict) else {}


def _place(text: str) -> tuple[Any, ...] | None:
    if not text:
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list):
        raise UsageError("no page ends there", hint="follow the links of the list")
    return tuple(found)
