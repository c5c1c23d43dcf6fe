"""Repositories for the tests of the git package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from govops.git import CleanRoom
from govops.history import Step
from tests.git.loose import Loose

SETTINGS = "policies/govops.yaml"


@pytest.fixture
def loose(tmp_path: Path) -> Loose:
    """An empty bare SHA-1 repository."""
    return Loose(tmp_path / "audited.git")


@pytest.fixture
def steps_of() -> Callable[[Path], list[Step]]:
    """Every step of what HEAD names in a repository."""

    def read(path: Path) -> list[Step]:
        with CleanRoom.open(path) as room:
            return list(room.steps(room.chain(room.resolve("HEAD")), settings_path=SETTINGS))

    return read
