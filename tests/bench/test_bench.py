"""The benchmark measures what it says: an allowed history of the size asked for, audited whole."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from govops.app.audit import audit
from govops.errors import ExitCode
from govops.workspace import Opened
from tests.bench.cost import Cost, run
from tests.bench.sizes import SIZES, USUAL, Mode, Size
from tests.bench.table import Row, table
from tests.bench.writing import repository


def commits(path: Path, *options: str) -> int:
    """What git counts on the protected branch."""
    told = subprocess.run(["git", "rev-list", "--count", *options, "main"], cwd=path, check=True, capture_output=True)
    return int(told.stdout)


@pytest.mark.parametrize("mode", ["trailer", "receipt"])
def test_every_change_of_a_generated_repository_is_judged_and_allowed(mode: Mode, tmp_path: Path) -> None:
    """So that the audit which is measured does all of its work, and skips none of it after a failure."""
    size = Size("tiny", resources=120, commits=240, mode=mode)
    path = repository(size, tmp_path)
    report = audit(Opened(path))
    counts = report.counts
    assert commits(path) == pytest.approx(size.commits, abs=2)
    assert counts.commits == counts.chain == commits(path, "--first-parent")
    assert (counts.no_claim, counts.undecidable, counts.violating, counts.pending) == (1, 0, 0, 0)
    assert counts.approved == counts.governed == len(report.changes)
    assert counts.governed > 0.9 * counts.chain
    assert report.exit_code() is ExitCode.OK
    stands = [*path.rglob("*.yaml")]
    assert len(stands) > 0.7 * size.resources


def test_a_repository_is_written_once_and_is_the_same_wherever_it_is_written(tmp_path: Path) -> None:
    """Ratios of two days are ratios of the same work."""
    size = Size("tiny", resources=40, commits=60)
    first, other = repository(size, tmp_path / "one"), repository(size, tmp_path / "two")
    tips = {(path / ".git/refs/heads/main").read_text() for path in (first, other)}
    assert len(tips) == 1
    (first / "kept").touch()
    assert repository(size, tmp_path / "one") == first
    assert (first / "kept").exists()


def test_a_repository_that_was_not_finished_is_begun_again(tmp_path: Path) -> None:
    """And one of another size, whose name begins the same, is left alone."""
    (tmp_path / "tiny-unfinished").mkdir()
    (tmp_path / "tiny-unfinished" / "half").touch()
    other = repository(Size("tiny-receipts", resources=40, commits=60, mode="receipt"), tmp_path)
    path = repository(Size("tiny", resources=40, commits=60), tmp_path)
    assert not (path / "half").exists()
    assert other.is_dir()


def test_the_peak_of_a_program_is_its_own_and_not_that_of_whoever_measures_it(tmp_path: Path) -> None:
    """Linux counts what stood in the process before `exec`, and the generator holds more than the checker."""
    held = bytearray(b"x") * (200 << 20)
    cost = run((sys.executable, "-c", "pass"), cwd=tmp_path)
    assert 1 < cost.memory < 100, len(held)
    cost = run((sys.executable, "-c", "bytearray(b'x') * (150 << 20)"), cwd=tmp_path)
    assert cost.memory > 150


def test_a_program_that_fails_is_no_measurement(tmp_path: Path) -> None:
    """Unless the caller says that it may."""
    fails = (sys.executable, "-c", "raise SystemExit(3)")
    with pytest.raises(RuntimeError, match="ended with 3"):
        run(fails, cwd=tmp_path)
    assert run(fails, cwd=tmp_path, ok=False).wall > 0


def test_the_table_has_the_ratios_and_lines_up() -> None:
    """Processor and wall time each against the same of what is compared."""
    text = table([Row("small", "floor", Cost(0.5, 1.0, 10.0)), Row("small", "audit", Cost(2.0, 3.0), Cost(0.5, 1.0))])
    head, rule, floor, audited = text.splitlines()
    assert audited.split() == ["small", "audit", "2.0", "s", "3.0", "s", "4.00", "3.00"]
    assert "10 MiB" in floor
    assert rule.startswith("-----  -----")
    assert head.split()[0] == "size"


def test_what_is_measured_by_default_is_not_the_largest() -> None:
    """`make bench` is over in a few minutes; `python -m tests.bench large` takes its time."""
    assert set(USUAL) < {size.name for size in SIZES}
    assert "large" not in USUAL
