"""Pages and documents of the index, each with the commit that it was made from."""

from __future__ import annotations

from collections.abc import Mapping

from govops.app.governance import Document, Page, Query, Site
from govops.history import Oid


def page(
    site: Site,
    listing: str,
    query: Query | None,
    fixed: Mapping[str, str] | None = None,
    *,
    of: tuple[str, Mapping[str, str]] | None = None,
) -> Page:
    """A page of a listing, ``fixed`` filters before those of the query.

    NotFoundError if ``of``, a listing and a key, is nothing that stood then.
    """
    raise NotImplementedError


def document(site: Site, listing: str, key: Mapping[str, str], *, as_of: str | None) -> Document:
    """One row of a listing. NotFoundError if there was none."""
    raise NotImplementedError


def commit_at(site: Site, as_of: str | None) -> Oid | None:
    """The commit of the protected branch that stood at a moment; None for now."""
    return None


def log_page(site: Site, query: Query | None) -> Page:
    """A page of the access log."""
    raise NotImplementedError
