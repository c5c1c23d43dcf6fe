"""Every object of a small repository, damaged in every way: the same verdict or none, never another one."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from govops.errors import ExitCode, UndecidableError
from govops.finding import Report, Status
from govops.render import render
from tests.hostile.story import told
from tests.support.audit import verdict
from tests.support.hostile import damage
from tests.support.world import World

DAMAGES = ("deleted", "emptied", "cut", "flipped", "swapped", "inflated")
PART = 7  # of the pairs (object, damage) are tried unless all are asked for; no factor of the number of damages


@pytest.mark.slow
@pytest.mark.threat("B10", "B11", "B13", "B14")
@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_damaged_object_never_gives_another_verdict(
    tmp_path: Path, object_format: str, *, whole_sweeps: bool
) -> None:
    world = told(tmp_path, object_format)
    truth = verdict(world)
    assert {change.status for change in truth.changes} == {Status.PASS, Status.FAIL, Status.UNVERIFIABLE}
    other = world.objects.file(world.adoption).read_bytes()
    tried = 0
    for file, how in itertools.islice(_pairs(world), 0, None, 1 if whole_sweeps else PART):
        with _damaged(file, how, other) as label:
            _agrees(world, truth, label)
            tried += 1
    assert tried > 80
    assert render(verdict(world), "json") == render(truth, "json"), "everything was put back"


def _agrees(world: World, truth: Report, label: str) -> None:
    """The same report, or one that says less and is undecidable."""
    try:
        report = verdict(world)
    except UndecidableError:
        return
    if report == truth:
        return
    assert report.exit_code() is ExitCode.UNDECIDABLE, label
    known = {change.id: change.status for change in truth.changes}
    for change in report.changes:
        assert change.status in {known[change.id], Status.UNVERIFIABLE}, (label, change.id)


@contextmanager
def _damaged(file: Path, how: str, other: bytes) -> Iterator[str]:
    """An object's file in a damaged state for a while."""
    kept = file.read_bytes()
    file.chmod(0o600)
    data = damage(kept, how, other)
    if data is None:
        file.unlink()
    else:
        file.write_bytes(data)
    yield f"{file.parent.name}{file.name} {how}"
    file.write_bytes(kept)


def _pairs(world: World) -> Iterator[tuple[Path, str]]:
    files = sorted((world.git_dir / "objects").glob("??/*"))
    return itertools.product(files, DAMAGES)
