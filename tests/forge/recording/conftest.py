"""A company on each forge, whose changes are recorded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.forge.hub import Hub, company


@pytest.fixture(params=["github", "gitlab"])
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hub]:
    """On either forge."""
    with company(tmp_path, request.param) as found:
        yield found


@pytest.fixture
def github(tmp_path: Path) -> Iterator[Hub]:
    """On GitHub."""
    with company(tmp_path) as found:
        yield found
