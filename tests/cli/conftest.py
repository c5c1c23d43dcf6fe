"""What questions about the past are asked of."""

from __future__ import annotations

import pytest

from govops.app.demo import DemoRepository, build
from govops.app.example import example_company


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRepository:
    """The example company's year, which nobody changes."""
    return build(tmp_path_factory.mktemp("demo") / "repository", example_company())
