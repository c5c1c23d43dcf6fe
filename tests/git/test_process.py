"""Running git: whatever it does, the answer comes, or an error does."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from govops.errors import LimitError, UsageError
from govops.git import CleanRoom, process
from govops.git.process import Git, clean_environment
from tests.git.loose import Loose


@pytest.fixture
def pretend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A program named git that comes first on PATH; the test writes it."""
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return program


def script(program: Path, text: str) -> Git:
    program.write_text(f"#!/bin/sh\n{text}\n")
    return Git(program.parent, clean_environment(program.parent))


@pytest.mark.threat("B24")
@pytest.mark.parametrize(
    ("said", "message"),
    [("git version 2.17.1", "too old"), ("git version 1.9", "too old"), ("nonsense", "does not tell")],
)
def test_a_git_that_is_too_old_is_refused_at_the_start(loose: Loose, pretend: Path, said: str, message: str) -> None:
    script(pretend, f"echo '{said}'")
    with pytest.raises(UsageError, match=message):
        CleanRoom.open(loose.path)


def test_no_git_at_all_is_a_usage_error(loose: Loose, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not on PATH"):
        CleanRoom.open(loose.path)


@pytest.mark.threat("B25")
def test_a_git_that_says_nothing_is_killed_with_its_children(pretend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "SILENCE", 0.3)
    git = script(pretend, "sleep 60 & echo $! >child; wait")
    with pytest.raises(LimitError, match="kept silent"):
        git.run("anything")
    child = int((pretend.parent / "child").read_text())
    assert dies(child)


def dies(pid: int) -> bool:
    """A killed process is gone as soon as the system has got round to it."""
    patience = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < patience:
        time.sleep(0.01)
    return not is_alive(pid)


def is_alive(pid: int) -> bool:
    status = Path("/proc") / str(pid) / "stat"
    return status.exists() and status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.threat("B25")
def test_a_git_that_never_stops_talking_is_killed(pretend: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "ANSWER", 1 << 20)
    with pytest.raises(LimitError, match="more than"):
        script(pretend, "exec yes").run("anything")
    talk = script(pretend, "exec tr '\\0' x </dev/zero").converse("anything")
    with pytest.raises(LimitError, match="a line of more than"):
        talk.line()
    talk.close()


def test_only_the_beginning_of_what_git_complains_about_is_kept(pretend: Path) -> None:
    answer = script(pretend, "yes | head -c 1000000 >&2; echo out; exit 3").run("anything")
    assert (answer.code, answer.out) == (3, b"out\n")
    assert len(answer.err) <= process.STDERR_KEPT


def test_any_amount_goes_in_and_out_at_once(pretend: Path) -> None:
    data = os.urandom(3_000_000)
    assert script(pretend, "exec cat").run("anything", send=data).out == data


def test_a_git_that_reads_nothing_is_no_obstacle(pretend: Path) -> None:
    answer = script(pretend, "exec <&-; echo done").run("anything", send=b"x" * 3_000_000)
    assert answer.out == b"done\n"


def test_exactly_as_many_bytes_are_read_as_asked_for(pretend: Path) -> None:
    talk = script(pretend, "printf 'one\\ntwo\\nthree'; head -c 400000 /dev/zero; printf 'end\\nmore'").converse(
        "anything"
    )
    assert (talk.line(), talk.read(3), talk.read(6)) == (b"one", b"two", b"\nthree")
    assert talk.read(399_999) == b"\0" * 399_999
    assert (talk.line(), talk.read(1), talk.some()) == (b"\0end", b"m", b"ore")
    with pytest.raises(EOFError):
        talk.read(1)
    with pytest.raises(EOFError):
        talk.line()
    assert talk.wait() == 0
    talk.close()
    talk.close()


@pytest.mark.threat("B15")
def test_a_tree_of_a_thousand_million_paths_is_a_limit(loose: Loose, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten objects, each naming the one below ten times: git gives up for want of memory, and so do we, soon."""
    monkeypatch.setattr("govops.git.differ._MEMORY", 1 << 27)
    monkeypatch.setattr("govops.git.rewrite.MAX_PATHS", 20_000)
    monkeypatch.setattr("govops.git.trees.MAX_PATHS", 20_000)
    oid, mode = loose.blob(b"x"), b"100644"
    for _ in range(9):
        oid, mode = loose.raw_tree(*[(mode, b"%d" % number, oid) for number in range(10)]), b"40000"
    tip = loose.commit(oid)
    with CleanRoom.open(loose.path) as room:
        with pytest.raises(LimitError, match="more than 20000 paths"):
            list(room.steps(room.chain(tip), settings_path="x"))
        with pytest.raises(LimitError, match="more than 20000 paths"):
            room.tree(tip)
