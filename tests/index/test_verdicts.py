"""No verdict is computed from a database."""

from __future__ import annotations

import ast
import sqlite3
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from govops.app.governance import Site
from govops.app.indexing import build, index_of
from govops.index.copies import distrust
from tests.support.cli import govops
from tests.support.lowest import ROOT
from tests.support.world import World

DATABASES = {"sqlalchemy", "alembic", "govops.index"}


@pytest.mark.threat("K01")
def test_what_decides_is_kept_away_from_databases() -> None:
    """By contracts that `make imports` enforces, indirect imports too: over the core, the workspace and its verbs."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    kept = [one for one in contracts if set(one.get("forbidden_modules", ())) >= DATABASES]
    sources = {source for one in kept for source in one["source_modules"]}
    assert not any(one.get("allow_indirect_imports") for one in kept)
    deciding = ("engine", "decision", "rules", "evidence", "lifecycle", "workspace")
    verbs = ("audit", "gate", "hosting", "record", "verify_report")
    assert {*(f"govops.{name}" for name in deciding), *(f"govops.app.{name}" for name in verbs)} <= sources


@pytest.mark.threat("K01")
def test_an_audit_loads_no_database_driver(world: World) -> None:
    command = "import sys; from govops.cli import cli; cli(['audit', sys.argv[1], '--quiet'], standalone_mode=False)"
    told = f"{command}; print(sorted(name for name in sys.modules if name in {sorted(DATABASES)} or name == 'sqlite3'))"
    done = subprocess.run(
        [sys.executable, "-c", told, world.path], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    assert ast.literal_eval(done.stdout.splitlines()[-1]) == []


@pytest.mark.threat("K01")
def test_an_index_that_lies_changes_no_verdict(world: World, tmp_path: Path) -> None:
    site = Site(world.path, index=f"sqlite:///{tmp_path / 'index.db'}")
    before = govops("audit", world.path, "--output", "json")
    build(site)
    file = index_of(site).file
    assert file is not None
    with sqlite3.connect(file) as connection:
        connection.execute("UPDATE changes SET status = 'pass'")
        connection.execute("DELETE FROM findings")
    distrust(file)
    assert govops("audit", world.path, "--output", "json") == before
    assert before.code == 1
