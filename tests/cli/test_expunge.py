"""Two people sign that a history had to be rewritten, each with their own key, and the audit believes them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from govops.errors import ExitCode
from tests.support.audit import rules, verdict
from tests.support.cli import govops
from tests.support.files import model, user
from tests.support.newcomer import write_key
from tests.support.rewriting import Rewrite, rewritten
from tests.support.world import World

SECRET, CLEAN = model("fraud", purpose="Scores Jane Doe of 12 Elm Street"), model("fraud", purpose="Scores somebody")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world")


@pytest.fixture
def old(world: World, tmp_path: Path) -> Path:
    """A clone of the history before it was rewritten."""
    world.propose("alice", "Register fraud", SECRET).approve("bob").merge("squash")
    copy = tmp_path / "old"
    shutil.copytree(world.path, copy)
    return copy


def commit_map(folder: Path, rewrite: Rewrite, *more: str) -> Path:
    """As git filter-repo writes it."""
    file = folder / "commit-map"
    lines = ["old new", *(f"{old} {new}" for old, new in rewrite.commits.items()), *more]
    file.write_text("".join(f"{line}\n" for line in lines), encoding="ascii")
    return file


def fetched(old: Path, world: World) -> Path:
    """The old clone with the new history beside its own."""
    command = ["git", "-C", old, "fetch", "-q", world.git_dir, "+refs/heads/main:refs/heads/new"]
    subprocess.run(list(map(str, command)), check=True, capture_output=True)
    return old


def expunge(world: World, person: str, old: Path, commits: Path) -> tuple[int, str]:
    key = write_key(commits.parent / person, person)
    places = ["--repository", world.path, "--no-remote", "--before", old, "--commit-map", commits, "--key", key]
    done = govops("evidence", "expunge", *places, "--reason", "A court ordered it")
    return done.code, done.out + done.err


@pytest.mark.threat("C39")
def test_what_was_replaced_is_found_by_comparing(world: World, old: Path, tmp_path: Path) -> None:
    commits = commit_map(tmp_path, rewritten(world, *CLEAN), f"{'1' * 40} {'0' * 40}")
    for person in ("carol", "erin"):
        code, said = expunge(world, person, fetched(old, world), commits)
        assert (code, said) == (ExitCode.OK, f"{person} signed for 1 rewritten commits and 1 paths\n")
    assert rules(verdict(world)) == {"history-expunged"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("old new\n", "names no commit that has another id now"),
        ("old new\nnonsense\n", "commit-map:2:1: 'nonsense' is no pair of commit ids"),
        ("\xff\n", "cannot be read as a commit map"),
    ],
)
def test_a_map_that_is_none_is_refused(world: World, old: Path, tmp_path: Path, text: str, said: str) -> None:
    commits = tmp_path / "commit-map"
    commits.write_text(text, encoding="latin-1")
    code, output = expunge(world, "carol", old, commits)
    assert code == ExitCode.USAGE
    assert said in output
    assert "filter-repo" in output


def test_who_may_sign_is_not_for_a_tombstone_to_change(world: World, old: Path, tmp_path: Path) -> None:
    commits = commit_map(tmp_path, rewritten(world, *user("dave", roles=["admin"])))
    code, output = expunge(world, "carol", fetched(old, world), commits)
    assert code == ExitCode.USAGE
    assert "registry/users/dave.yaml differs between" in output
