"""A repository that plants programs and lies: nothing runs, and the verdict is that of a clean copy."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.story import checked_out, told
from tests.support import warm
from tests.support.command import PROGRAM, govops
from tests.support.git import git
from tests.support.hostile import plant

pytestmark = pytest.mark.slow

_INIT = ("init", "../beside", "--name", "Ann", "--email", "ann@example.org")
COMMANDS: dict[str, tuple[str, ...]] = {
    "audit": ("audit", ".", "--output", "json"),
    "audit in markdown": ("audit", "--output", "markdown"),
    "audit of a clone's git directory": ("audit", ".git", "--output", "json"),
    "audit by its own rules from outside": ("audit", ".", "--policies", ".@main", "--output", "json"),
    "validate": ("validate", "--output", "json"),
    "validate one file": ("validate", "registry/models/fraud/model.yaml"),
    "validate a revision": ("validate", "--rev", "main", "--output", "json"),
    "show": ("show", "Model/fraud"),
    "list": ("list", "Model"),
    "history": ("history", "Model/fraud"),
    "evidence verify": ("evidence", "verify", ".", "--output", "json"),
    "doctor": ("doctor", ".", "--output", "json"),
    "codeowners": ("codeowners", "--forge", "github"),
    "codeowners of a revision": ("codeowners", "--forge", "github", "--rev", "main"),
    "user import": ("user", "import", "--history"),
    "init beside it": (*_INIT, "--evidence", "receipt", "--single-maintainer"),
    "rules": ("rules",),
    "explain": ("explain", "not-approved"),
    "schema": ("schema", "Model"),
}


@pytest.fixture(params=["sha1", "sha256"])
def object_format(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def places(tmp_path: Path, object_format: str) -> tuple[Path, Path, Path]:
    """A clean copy, the hostile one, and the trace that nobody may leave."""
    world = checked_out(told(tmp_path / "hostile", object_format))
    shutil.copytree(world.path, tmp_path / "clean")
    canary = tmp_path / "canary"
    plant(world, canary)
    told_to_git = git(world.git_dir, "-c", "core.multiPackIndex=false", "log", "--format=%an", "-1", "main")
    assert told_to_git == b"X\n", "the lies work on git itself"
    return tmp_path / "clean", world.path, canary


@pytest.mark.threat("B01", "B02", "B03", "B05", "B06", "B07", "B12", "B17", "B18", "B19", "B20", "B21", "B27")
@pytest.mark.threat("D17", "F08", "F09", "H03", "H08")
def test_every_command_runs_nothing_and_says_what_it_says_of_the_clean_copy(
    places: tuple[Path, Path, Path], object_format: str
) -> None:
    """The installed program; longer ids are of no concern to how it starts, so with them a fork will do."""
    clean, hostile, canary = places
    program = PROGRAM if object_format == "sha1" else warm.folder() / "govops"
    before = _files(hostile / ".git")
    for name, arguments in COMMANDS.items():
        shutil.rmtree(clean.parent / "beside", ignore_errors=True)
        expected = govops(*arguments, cwd=clean, program=warm.folder() / "govops")
        shutil.rmtree(clean.parent / "beside", ignore_errors=True)
        answer = govops(*arguments, cwd=hostile, program=program)
        assert not canary.exists(), name
        assert "Traceback" not in answer.stderr, name
        assert expected.returncode in {0, 1, 3}, (name, expected.stderr)
        assert answer.returncode == expected.returncode, (name, answer.stderr)
        assert _without_notes(answer.stdout) == _without_notes(expected.stdout), name
    assert _files(hostile / ".git") == before


@pytest.mark.threat("B06", "B07")
def test_what_was_seen_through_is_noted_in_the_report(places: tuple[Path, Path, Path]) -> None:
    report = json.loads(govops("audit", ".", "--output", "json", cwd=places[1]).stdout)
    notes = report["provenance"]["notes"]
    assert {"refs/replace is present and ignored", "info/grafts is present and ignored"} <= set(notes)


@pytest.mark.threat("B08")
def test_a_shallow_file_that_was_put_there_by_hand_is_undecidable(places: tuple[Path, Path, Path]) -> None:
    clean, _, _ = places
    tip = git(clean / ".git", "rev-parse", "main").decode()
    (clean / ".git" / "shallow").write_text(tip)
    answer = govops("audit", ".", cwd=clean)
    assert answer.returncode == 3
    assert "git -C" in answer.stderr
    assert "fetch --unshallow" in answer.stderr


@pytest.mark.threat("B03")
def test_a_repository_inside_the_tree_is_never_the_one(places: tuple[Path, Path, Path]) -> None:
    """From a directory that looks like a bare repository, the one around it is meant."""
    clean, hostile, canary = places
    inside = govops("audit", "--output", "json", cwd=hostile / "inner")
    assert _without_notes(inside.stdout) == _without_notes(govops("audit", "--output", "json", cwd=clean).stdout)
    assert not canary.exists()


def _files(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def _without_notes(text: str) -> Any:
    """What was ignored is the one thing that may differ."""
    if text.startswith("{"):
        report = json.loads(text)
        report.get("provenance", {}).pop("notes", None)
        return report
    return [line for line in text.split("\n") if not line.endswith(("and ignored", "and ignored |"))]
