"""The example company behind the API: founded once, and copied for tests that change it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.api_server import Company, company

_SECRET = "no secret at all, but long enough for one"


@pytest.fixture(autouse=True)
def _cache_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Audits keep what they judged under a key of their own, which nobody looks for at home."""
    monkeypatch.setenv("GOVOPS_CACHE_KEY", _SECRET)


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Company]:
    """The company, of which nothing is changed."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOVOPS_CACHE_KEY", _SECRET)
        made = company(tmp_path_factory.mktemp("company"))
    yield made
    made.close()


@pytest.fixture
def own(founded: Company, tmp_path: Path) -> Iterator[Company]:
    """A copy of the company that a test may change and break."""
    folder = tmp_path / "company"
    shutil.copytree(founded.folder, folder)
    config = folder / "serve.yaml"
    config.write_text(config.read_text(encoding="utf-8").replace(str(founded.folder), str(folder)), encoding="utf-8")
    made = Company(folder)
    yield made
    made.close()
