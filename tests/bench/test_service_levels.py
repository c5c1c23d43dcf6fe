"""What is measured of service levels is the same work on both sides."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench import service_levels
from tests.support import parts
from tests.support.lowest import ROOT


def told(job: str, folder: Path, *more: str) -> str:
    """What one of the jobs prints."""
    command = [sys.executable, "-m", service_levels.__name__, job, str(folder), *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=120).stdout


def test_both_sides_give_the_same_numbers(tmp_path: Path) -> None:
    """Of fifty services, each with requests, failures and both percentiles."""
    parts.package("duckdb", extra="analytics")
    folder = tmp_path / "requests"
    told("make", folder, "20000")
    assert len([*folder.glob("*.parquet")]) == 50
    bare = told("bare", folder)
    assert told("govops", folder) == bare
    assert bare.count(", 400, ") == 50
