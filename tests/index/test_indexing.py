"""An index says what the repository says, at every moment of it, in either database."""

from __future__ import annotations

from typing import Any

import pytest

from govops.app.governance import Site
from govops.app.indexing import build, current, index_of, refresh
from govops.app.indexing.verifying import differences
from govops.app.past import list_kind
from govops.errors import UsageError
from govops.index.listings import LISTINGS
from govops.index.reading import UnknownMomentError
from govops.workspace import Opened
from tests.support.files import delete, model, version
from tests.support.past import deployed
from tests.support.world import World


def rows(site: Site, listing: str, as_of: str | None = None, **filters: str) -> list[dict[str, Any]]:
    """A whole list, page by page."""
    found: list[dict[str, Any]] = []
    with current(site) as now:
        at, after = now.reader.position(as_of), None
        while True:
            page = now.reader.page(listing, at=at, filters=filters, after=after, limit=2)
            found += page.rows
            after = page.after
            if after is None:
                return found


def test_every_list_can_be_paged_through(site: Site) -> None:
    """What is told by pages of two is what there is, in the order of the list, and no row twice."""
    build(site)
    for name, listing in LISTINGS.items():
        found = rows(site, name)
        with current(site) as now:
            assert len(found) == now.reader.count(name, at=now.reader.position(None)), name
        keys = [tuple(_bytes(row[column]) for column in listing.order) for row in found]
        assert keys == sorted(set(keys), reverse=listing.newest_first), name


def _bytes(value: Any) -> Any:
    return value.encode() if isinstance(value, str) else value


def test_statuses_follow_from_deployments_at_any_change(site: Site, world: World) -> None:
    """What the index tells of a moment is what `govops list --as-of` tells."""
    build(site)
    with current(site) as now:
        changes = [row["commit_id"] for row in now.reader.page("changes", at=10**6, limit=100).rows]
    for change in changes[:: 2 if site.index.startswith("sqlite") else 6]:
        for kind, listing in (("ModelVersion", "model_versions"), ("Model", "models"), ("UseCase", "use_cases")):
            listed = list_kind(Opened(world.path, back_to=change), kind)
            told = {row.path: (row.status, row.title) for row in listed.rows if row.status != "unreadable"}
            assert {r["path"]: (r["status"], r["title"]) for r in rows(site, listing, change)} == told


def test_what_cannot_be_read_is_listed_as_such(site: Site) -> None:
    build(site)
    broken = next(row for row in rows(site, "resources", kind="Model") if row["name"] == "broken")
    assert (broken["status"], broken["document"]) == ("unreadable", None)
    assert [row["name"] for row in rows(site, "models")] == ["fraud"]


def test_a_refresh_ends_where_a_new_index_begins(site: Site, world: World) -> None:
    """What came since is written, what went is ended, and nothing else differs from what git says."""
    refresh(site)
    deployed(world, "1.1")
    world.propose("dave", "Away", delete("registry/models/broken/model.yaml")).approve("bob").merge("merge")
    world.push("mallory", model("churn"), version("churn", "0.1"), record=False)
    before = refresh(site)
    assert before.index_commit == world.main
    assert differences(world.path, index_of(site)) == ()
    assert [row["version"] for row in rows(site, "deployments")] == ["1.1"]


def test_an_instant_is_the_last_change_up_to_it(site: Site, world: World) -> None:
    build(site)
    with current(site) as now:
        times = {row["position"]: row["time"] for row in now.reader.page("commits", at=10**6).rows}
        for position, time in times.items():
            if time is not None:
                assert now.reader.position(time) == position
        with pytest.raises(UnknownMomentError, match="nothing is attested before it"):
            now.reader.position("2001-01-01T00:00:00Z")
        for text in ("yesterday", "2026-01-01", "0123456", "'; DROP TABLE models; --"):
            with pytest.raises(UnknownMomentError):
                now.reader.position(text)


def test_only_known_lists_and_filters_are_asked_for(site: Site) -> None:
    build(site)
    with current(site) as now:
        for listing, filters in (("sqlite_master", {}), ("models", {"name; DROP": "x"}), ("models", {"document": "x"})):
            with pytest.raises(UsageError):
                now.reader.page(listing, at=1, filters=filters)
        assert now.reader.page("models", at=100, filters={"name": "' OR 1=1 --"}).rows == ()
        assert now.reader.page("models", at=100, filters={"name": "fr\0aud\udcff\ud800"}).rows == ()
