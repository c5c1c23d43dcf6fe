"""Every seed, and a short search from there: nothing breaks. `make fuzz` searches for as long as one likes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.fuzz import TARGETS, check_of, seed_folders, seeds
from tests.fuzz.__main__ import command
from tests.support.lowest import ROOT
from tests.support.parts import package

RUNS = {"document": 300, "report": 1_500, "arguments": 1_200, "expression": 300}  # the others are faster
SEEDS = [(target, file) for target in TARGETS for file in seeds(target) if file.parent in seed_folders(target)[:1]]
LARGEST = 16_384  # bytes of a seed: what is committed stays small


def test_every_target_has_seeds_and_every_seed_a_target() -> None:
    folder = ROOT / "tests" / "fuzz" / "seeds"
    assert sorted(path.name for path in folder.iterdir()) == sorted(TARGETS)
    assert all(len(seeds(target)) >= 3 for target in TARGETS)
    assert [file for _, file in SEEDS if file.stat().st_size > LARGEST] == []


@pytest.mark.threat("E24")
@pytest.mark.parametrize(("target", "file"), SEEDS, ids=[f"{target}-{file.name}" for target, file in SEEDS])
def test_no_seed_breaks_its_target(target: str, file: Path) -> None:
    """What once broke one stays among them."""
    check_of(target)(file.read_bytes())


@pytest.mark.slow
@pytest.mark.threat("E24")
@pytest.mark.parametrize("target", TARGETS)
def test_a_short_search_finds_nothing(target: str, tmp_path: Path) -> None:
    """The same inputs each time: so many runs, from one number that chance begins with."""
    package("atheris", extra="fuzz")
    run = command(target, tmp_path, f"-runs={RUNS.get(target, 5_000)}", "-seed=1")
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=120, check=False)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-1000:]}"


BROKEN = """
import runpy
import sys
from govops.git import trees
sound = trees.parse_tree
def parse_tree(data, form):
    return sound(data, form) if data[:1] != b"Z" else 1 / 0
trees.parse_tree = parse_tree
sys.argv[0] = "engine"
runpy.run_module("tests.fuzz.engine", run_name="__main__")
"""


@pytest.mark.slow
def test_a_search_would_find_something(tmp_path: Path) -> None:
    """A reader that breaks on an input far from every seed is found to, and the input is kept."""
    package("atheris", extra="fuzz")
    search = command("tree", tmp_path, "-runs=100000", "-seed=1")
    run = [sys.executable, "-c", BROKEN, *search[3:]]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, errors="replace", timeout=120, check=False)
    assert done.returncode != 0
    assert "ZeroDivisionError" in done.stdout + done.stderr
    (kept,) = tmp_path.glob("broken-*")
    assert kept.read_bytes()[:1] == b"Z"
