"""Every story starts in a company that has just adopted govops."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The default company: one approval by an approver for everything but policies, roles and people."""
    return World(tmp_path)
