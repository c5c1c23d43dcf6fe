"""Lists narrowed down by what their tables do not say themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from govops.app.facades.reading import Short, every, item, page, short
from govops.app.governance import Page, Query, Site
from govops.app.indexing import Current
from govops.errors import UsageError
from govops.index.listings import LISTINGS
from govops.kinds import path_of_key, split_key
from govops.kinds.quoting import quoted

Row = Mapping[str, Any]
Choice = Callable[[Current, int, str], Callable[[Row], bool]]
"""From the index, a position and the filter's value to what a row has to be."""


def chosen(site: Site, listing: str, query: Query | None, choices: Mapping[str, Choice]) -> Page:
    """A page of a listing; of the query's filters, ``choices`` are ours and the others the listing's own."""
    filters = query.filters if query else {}
    ours = {name: value for name, value in filters.items() if name in choices}
    if not ours:
        return page(site, listing, query)
    others = {name: value for name, value in filters.items() if name not in ours}

    def rows(now: Current, at: int) -> list[dict[str, Any]]:
        wanted = [choices[name](now, at, value) for name, value in ours.items()]
        return [item(row, listing) for row in every(now, listing, others, at) if all(choice(row) for choice in wanted)]

    return short(site, listing, query, Short(rows, LISTINGS[listing].order))


def using_model(now: Current, at: int, model: str) -> Callable[[Row], bool]:
    """Use cases that may use the model."""
    names = {row["use_case"] for row in every(now, "usecase_models", {"model": model}, at)}
    return lambda row: row["name"] in names


def holding_role(now: Current, at: int, role: str) -> Callable[[Row], bool]:
    """Users who hold the role."""
    names = {row["user_name"] for row in every(now, "user_roles", {"role": role}, at)}
    return lambda row: row["name"] in names


def being_active(now: Current, at: int, value: str) -> Callable[[Row], bool]:
    """Users who still act, or do not."""
    if value not in ("true", "false"):
        raise UsageError(f"{quoted(value)} is neither true nor false", hint="filter by active=true or active=false")
    return lambda row: row["active"] is (value == "true")


def changing(now: Current, at: int, resource: str) -> Callable[[Row], bool]:
    """Proposals that change the resource, given as ``Kind/name``."""
    try:
        path = path_of_key(split_key(resource))
    except ValueError as error:
        raise UsageError(str(error), hint="name it as in Model/fraud") from None
    return lambda row: path in row["paths"]
