"""Sites with an index and a store in files, closed again afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from govops.app.governance import Site
from govops.index.durable import store, upgrade
from govops.index.engines import Database, forget

Keep = Callable[[Site], Site]


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Keep]:
    """Gives a site an index and a store."""
    index, log = f"sqlite:///{tmp_path}/index.db", f"sqlite:///{tmp_path}/store.db"
    upgrade(log)
    yield lambda site: replace(site, index=index, store=log)
    for read_only in (True, False):
        forget(Database(index, "the index", read_only=read_only))
    forget(store.database(log))
