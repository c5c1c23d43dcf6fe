"""What every test gets: no developer, no network, golden files, repeatable property tests."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.support import isolation, parts
from tests.support.golden import Golden
from tests.support.postgres import Postgresql, postgres

settings.register_profile("ci", derandomize=True, deadline=None, max_examples=60, database=None)
settings.register_profile("explore", deadline=None, max_examples=2_000, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile(
    "mutants", settings.get_profile("ci"), phases=[Phase.explicit, Phase.generate]
)  # no shrinking
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flags that refresh golden files and that take the time for whole sweeps."""
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing them")
    parser.addoption("--whole-sweeps", action="store_true", help="run the sweeps whole instead of a bounded part")


def pytest_collection_finish() -> None:
    """Thirteen thousand tests are no garbage: the collector need not look at them again and again."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _nobody() -> Iterator[None]:
    """The tests have a home of their own, and leave nothing in it."""
    with tempfile.TemporaryDirectory(prefix="govops-home-") as name:
        home = Path(name)
        isolation.isolate(home)
        yield
        assert not list(home.iterdir()), "a test wrote into the home directory"


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests reach nothing but this machine."""
    isolation.refuse_network(monkeypatch)


@pytest.fixture(scope="session")
def whole_sweeps(request: pytest.FixtureRequest) -> bool:
    """Whether a sweep tries everything; a bounded part of it otherwise."""
    return bool(request.config.getoption("--whole-sweeps"))


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A PostgreSQL server, started once; ``new()`` is the address of an empty database on it."""
    parts.package("psycopg", extra="postgres")
    with postgres() as address:
        yield Postgresql(address)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Compare text with a file under ``tests/golden/``, byte for byte."""
    return Golden(update=request.config.getoption("--update-golden"))
