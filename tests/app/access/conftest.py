"""A company, and a store beside its repository: a file, or a database of the PostgreSQL of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from govops.app.governance import Site
from govops.index.durable import store, upgrade
from govops.index.engines import forget
from tests.support.postgres import Postgresql
from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Adopted, and nothing else."""
    return World(tmp_path / "world")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def either(request: pytest.FixtureRequest, world: World, tmp_path: Path) -> Iterator[Site]:
    """The site with its store in either database."""
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    url = server.new() if isinstance(server, Postgresql) else f"sqlite:///{tmp_path}/store.db"
    upgrade(url)
    yield Site(world.path, store=url)
    forget(store.database(url))


@pytest.fixture
def site(world: World, tmp_path: Path) -> Iterator[Site]:
    """The site with its store in a file."""
    url = f"sqlite:///{tmp_path}/store.db"
    upgrade(url)
    yield Site(world.path, store=url)
    forget(store.database(url))
