"""A fake forge of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.fake_forge import FakeForge


@pytest.fixture(params=["github", "gitlab"])
def fake(request: pytest.FixtureRequest) -> Iterator[FakeForge]:
    """Once as GitHub, once as GitLab."""
    with FakeForge(request.param) as forge:
        yield forge


@pytest.fixture
def github() -> Iterator[FakeForge]:
    """As GitHub only."""
    with FakeForge("github") as forge:
        yield forge


@pytest.fixture
def gitlab() -> Iterator[FakeForge]:
    """As GitLab only."""
    with FakeForge("gitlab") as forge:
        yield forge
