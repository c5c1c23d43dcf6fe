"""The workflows that this repository runs on other people's code give that code nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.lowest import ROOT

WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
PINNED = re.compile(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")


@pytest.mark.threat("H01")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_can_read_and_nothing_else(path: Path) -> None:
    """No write permission, no secret, no trigger that runs with the rights of the target branch."""
    workflow = _read(path)
    assert workflow["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in workflow["jobs"].values())
    assert set(workflow[True]) <= {"push", "pull_request"}  # YAML 1.1 reads the key `on` as true
    assert "secrets." not in path.read_text(encoding="utf-8")


@pytest.mark.threat("H01")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned_by_commit(path: Path) -> None:
    """A moved tag runs nothing here; the comment says which release the commit is."""
    used = [line for line in path.read_text(encoding="utf-8").splitlines() if "uses:" in line]
    assert [line for line in used if not PINNED.search(line)] == []


@pytest.mark.threat("H04")
@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_checkout_has_the_whole_history_and_no_token(path: Path) -> None:
    """govops judges history, and a token in `.git/config` would be readable for the code under test."""
    for step in _steps(path):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"] == {"fetch-depth": 0, "persist-credentials": False}


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_shell_step_takes_an_expression(path: Path) -> None:
    """Text that a stranger can choose (a title, a branch) never becomes part of a command."""
    assert [step["run"] for step in _steps(path) if "${{" in step.get("run", "")] == []


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))  # noqa: TID251 -- workflows are not our strict subset


def _steps(path: Path) -> Iterator[Any]:
    for job in _read(path)["jobs"].values():
        yield from job["steps"]
