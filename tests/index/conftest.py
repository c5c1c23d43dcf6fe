"""Where an index may be made, in either database, and a company with a past."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from govops.app.governance import Site
from govops.index import engines
from govops.index.engines import Database
from tests.support.files import escalation, incident, model, sla, usecase, version, violation, waiver
from tests.support.past import deployed
from tests.support.postgres import Postgresql
from tests.support.world import World


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where an index may be made."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'index.db'}"
    else:
        server: Postgresql = request.getfixturevalue("postgresql")
        url = server.new()
    yield url
    for read_only in (True, False):
        engines.forget(Database(url, "the index", read_only=read_only))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two versions of which the first came back, a use case, an incident and a promise, one file that is broken."""
    world = World(tmp_path / "world", model("fraud"), version("fraud", "1.0", status="approved"))
    deployed(world, "1.0")
    world.propose("dave", "Register 1.1", version("fraud", "1.1")).approve("bob").merge("squash")
    world.propose("dave", "Approve 1.1", version("fraud", "1.1", status="approved")).approve("bob").merge("merge")
    deployed(world, "1.1")
    deployed(world, "1.0")
    link = {"model": "fraud", "versions": ">=1.0,<2"}
    world.propose("alice", "Claims", usecase("claims", models=[link])).approve("bob").merge("squash")
    world.push("mallory", incident("outage"), sla("answers"), violation("answers", "w1"))
    world.push("mallory", {"registry/models/broken/model.yaml": b"kind: [Model\n"})
    world.propose("carol", "Rules", escalation("late", (30, ["bob"])), waiver("gap")).approve("bob").merge("squash")
    return world


@pytest.fixture
def site(world: World, address: str) -> Site:
    """The company, and where its index is."""
    return Site(world.path, index=address)
