"""A command that runs in a fork does what the installed program does."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.support import warm
from tests.support.command import PROGRAM, govops


@pytest.mark.parametrize(
    "arguments", [("--version",), ("audit", "."), ("show",), ("no-such",), ("explain", "not-approved")], ids=" ".join
)
def test_it_ends_and_speaks_alike(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """Exit code and both streams."""
    fork, start = (govops(*arguments, cwd=tmp_path, program=program) for program in (warm.folder() / "govops", PROGRAM))
    assert (fork.returncode, fork.stdout, fork.stderr) == (start.returncode, start.stdout, start.stderr)


def test_directory_and_environment_are_the_callers(tmp_path: Path) -> None:
    """Nothing of one command is there for the next."""
    for place, emails in (("ann@example.org", ""), ("bob@example.org", "hidden"), ("cleo@example.org", "")):
        (tmp_path / place).mkdir()
        answer = govops(
            "audit",
            f"../{place}",
            cwd=tmp_path / place,
            environment={"GOVOPS_EMAILS": emails},
            program=warm.folder() / "govops",
        )
        assert (f": ../{place}\n" in answer.stderr) is (emails == ""), answer.stderr


def test_many_run_at_once(tmp_path: Path) -> None:
    command = [str(warm.folder() / "govops"), "--version"]
    running = [subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) for _ in range(20)]
    assert {process.communicate()[0] for process in running} == {b"govops 0.1.0\n"}
