"""What start-up costs: the commands that people wait for import nothing that they do not use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.lowest import ROOT
from tests.support.newcomer import Newcomer

HEAVY = frozenset({"rich", "jinja2", "git", "gitdb", "sqlalchemy", "flask", "jsonschema", "cryptography", "ruamel"})
ONE_FILE = "registry/models/fraud-screen/model.yaml"


@pytest.mark.parametrize(
    "arguments",
    [("--help",), ("--version",), ("init", "--help"), ("validate", ONE_FILE), ("validate", "policies/govops.yaml")],
    ids=" ".join,
)
def test_a_quick_command_imports_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert imported(*arguments) & HEAVY == set()


def test_what_is_imported_is_seen(tmp_path: Path) -> None:
    """The check above can fail: setting up a repository is what GitPython is for."""
    ann = Newcomer(tmp_path / "home")
    found = imported("init", str(tmp_path / "gov"), "--key", str(ann.key), "--name", "Ann", "--email", "a@example.org")
    assert {"git", "click", "pydantic"} <= found


def imported(*arguments: str) -> set[str]:
    """Top-level modules that a command which ends well imports."""
    command = [sys.executable, "-X", "importtime", "-m", "govops", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=60, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr.decode()[-500:]
    lines = (line for line in done.stderr.decode().splitlines() if line.startswith("import time:"))
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in lines}
    assert "click" in names
    return names
