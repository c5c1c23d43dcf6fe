"""What is promised about the package itself: its name, its bounds, and what the wheel carries."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

import govops
from tests.support import lowest
from tests.support.lowest import ROOT


@pytest.fixture(scope="module")
def project() -> Any:
    """``pyproject.toml`` as data."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.threat("L01")
def test_dependencies_are_few_and_every_bound_is_testable() -> None:
    """Each run-time dependency has a plain lower bound, which `make test-lowest` installs."""
    found = lowest.constraints((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert len(found) == len({line.split("==")[0].lower() for line in found})
    assert len(found) <= 23


def test_a_dependency_without_a_bound_is_refused() -> None:
    """Nothing can be added whose lowest version nobody tries."""
    with pytest.raises(ValueError, match="has no plain lower bound"):
        lowest.constraints('[project]\nname = "x"\ndependencies = ["click"]\noptional-dependencies = {}\n')


def test_the_wheel_carries_the_example_company(project: Any) -> None:
    """`govops demo` works without a checkout."""
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert shipped == {"registry": "govops/example/registry", "policies": "govops/example/policies"}
    assert (ROOT / "registry").is_dir()
    assert (ROOT / "policies").is_dir()


def test_the_changelog_knows_the_version() -> None:
    """A version is described before it is released."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert "## [Unreleased]" in text or f"## [{govops.__version__}]" in text
