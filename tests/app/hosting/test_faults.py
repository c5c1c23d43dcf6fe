"""Servers that are killed, locks that are left, disks that are full, clocks that jump."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from govops.app.governance import BusyError
from govops.app.hosting import open_ones, settle, submitted
from govops.errors import ExitCode
from govops.workspace.hosted import HOSTED
from tests.support.files import model
from tests.support.git import git
from tests.support.hosting import Server, environment, said, server, writer


def kill(process: subprocess.Popen[str], *, with_git: bool) -> None:
    """SIGKILL, also to whatever git it runs."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    gits = children.read_text().split() if with_git and children.is_file() else []
    process.kill()
    for pid in gits:
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)


def unlock(here: Server) -> None:
    """What the how-to says to do with locks of processes that are gone."""
    for lock in here.git_dir.rglob("*.lock"):
        if lock.name != "govops-hosted.lock":
            lock.unlink()


@pytest.mark.slow
@pytest.mark.threat("J02", "J04", "J08", "I07")
def test_a_server_killed_at_any_moment_has_done_what_it_said(tmp_path: Path, *, whole_sweeps: bool) -> None:
    """What was acknowledged is there, what was not is there wholly or not at all, and the next server goes on."""
    here = server(tmp_path)
    chance = random.Random(7)
    for number in range(1000 if whole_sweeps else 4):
        process = writer(here, "alice", f"k{number}", 100)
        time.sleep(chance.uniform(0.05, 0.6))
        kill(process, with_git=number % 2 == 1)
        unlock(here)
        assert settle(here.site).is_recorded
        done = said(process)
        assert {*done.values()} - {""} <= {*here.log("main", "%H")}
        assert done.keys() <= _known(here, f"k{number}")
        _again(here, number)
    assert here.verdict() is ExitCode.OK
    git(here.git_dir, "fsck", "--strict")
    assert len([*here.git_dir.glob("objects/*/tmp_*")]) <= 10


def _known(here: Server, name: str) -> set[str]:
    own = {kept.id for kept in open_ones(here.site) if kept.id.startswith(f"{name}-")}
    landed = [line.split()[2].rstrip(":") for line in here.log("main", "%s")[:-1]]
    return own | {id_ for id_ in landed if id_.startswith(f"{name}-")}


def _again(here: Server, number: int) -> None:
    """Whoever heard no answer asks again with the same key, and there is one proposal."""
    for kept in open_ones(here.site):
        told = here.open("alice", kept.id, model(kept.id))
        assert (told.is_new, told.head) == (False, kept.head)
        here.approve("bob", kept.id)
    titles = here.log("main", "%s")
    assert len(titles) == len(set(titles)), f"something landed twice after kill {number}"


@pytest.mark.threat("J08", "J02")
def test_a_landing_that_was_stopped_in_the_middle_is_taken_up_again(tmp_path: Path) -> None:
    """The document says merged, and the branch has not moved: the approvals are kept, and it lands anew."""
    here = server(tmp_path)
    here.open("alice", "aa01", model("churn"))
    here.approve("bob", "aa01")
    here.open("dave", "aa02", model("fraud"))
    before, evidence = here.ref("main"), here.ref("govops/evidence")
    landed = here.approve("bob", "aa02").commit
    git(here.git_dir, "update-ref", "refs/heads/main", before)
    git(here.git_dir, "update-ref", "refs/heads/govops/evidence", evidence)
    assert submitted(here.site, "aa02").commit == landed
    assert settle(here.site).landed == ("aa02",)
    assert submitted(here.site, "aa02").commit == here.ref("main")
    assert here.verdict() is ExitCode.OK


def test_what_somebody_takes_from_the_branch_again_does_not_come_back(tmp_path: Path) -> None:
    """Its receipt says that it had landed: nobody who rewrites the history on purpose has to fight the server."""
    here = server(tmp_path)
    here.open("alice", "aa01", model("churn"))
    before = here.ref("main")
    here.approve("bob", "aa01")
    git(here.git_dir, "update-ref", "refs/heads/main", before)
    assert settle(here.site).landed == ()
    assert here.ref("main") == before


@pytest.mark.threat("J02")
def test_a_landing_without_its_receipt_gets_it_from_the_next_start(tmp_path: Path) -> None:
    here = server(tmp_path)
    here.open("alice", "aa01", model("churn"))
    here.approve("bob", "aa01")
    before = here.ref("govops/evidence")
    here.open("alice", "aa02", model("fraud"))
    here.approve("bob", "aa02")
    git(here.git_dir, "update-ref", "refs/heads/govops/evidence", before)
    assert here.verdict() is ExitCode.UNDECIDABLE
    assert settle(here.site).is_recorded
    assert here.verdict() is ExitCode.OK


@pytest.mark.threat("J03")
@pytest.mark.parametrize("lock", ["refs/heads/main.lock", f"refs/heads/{HOSTED}.lock", "HEAD.lock", "packed-refs.lock"])
def test_a_lock_that_was_left_is_named_with_its_age_and_left_alone(tmp_path: Path, lock: str) -> None:
    here = server(tmp_path)
    here.open("alice", "aa01", model("churn"))
    (here.git_dir / lock).touch()
    os.utime(here.git_dir / lock, (1_700_000_000, 1_700_000_000))
    before = here.refs()
    with pytest.raises(BusyError, match="2023-11-14T22:13:20") as told:
        here.approve("bob", "aa01")
    assert lock in told.value.message
    assert "remove the lock file" in told.value.hint
    assert told.value.retry_after > 0
    assert here.refs() == before
    assert (here.git_dir / lock).exists()
    (here.git_dir / lock).unlink()
    assert here.approve("bob", "aa01").state == "merged"
    assert here.verdict() is ExitCode.OK


LIMITED = """
import resource, sys
from pathlib import Path
from govops.app.governance import Site
from govops.errors import StorageError
from tests.support.files import model
from tests.support.hosting import Server, recorder_key

here = Server(Site(Path(sys.argv[1]), key=recorder_key()))
here.open("alice", "aa02", model("warm"))
before = here.refs()
for name, size in (word.split("=") for word in sys.argv[2:]):
    limit = getattr(resource, name)
    usual = resource.getrlimit(limit)
    resource.setrlimit(limit, (int(size), usual[1]))
    try:
        here.approve("bob", "aa01")
    except StorageError as error:
        told = error.hint
    resource.setrlimit(limit, usual)
    print(name, size, told, here.refs() == before)
"""
LIMITS = [f"RLIMIT_FSIZE={size}" for size in (0, 30, 100, 180, 300)] + ["RLIMIT_NOFILE=8"]


@pytest.mark.threat("J06")
def test_a_disk_that_is_full_is_told_and_changes_nothing(tmp_path: Path) -> None:
    """Bytes that a file may have, or files that may be open: the same succeeds as soon as there is room."""
    here = server(tmp_path)
    here.open("alice", "aa01", model("churn"))
    command = [sys.executable, "-c", LIMITED, str(here.git_dir), *LIMITS]
    ran = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False, timeout=120)
    assert ran.stderr == ""
    lines = ran.stdout.splitlines()
    assert [line.split(" make room")[0] for line in lines] == [limit.replace("=", " ") for limit in LIMITS]
    assert all(line.endswith("nothing was changed True") for line in lines)
    git(here.git_dir, "fsck", "--strict")
    assert here.approve("bob", "aa01").state == "merged"
    assert here.verdict() is ExitCode.OK


@pytest.mark.threat("J09")
def test_a_clock_that_jumps_back_and_forth_makes_no_approval_too_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is said after something else is never said to have been before it."""
    here = server(tmp_path)
    for number, years in enumerate([10, 0, -10]):
        at = f"{2026 + years}-11-05T10:00:00Z"
        monkeypatch.setattr("govops.app.hosting.scene.now", lambda at=at: at)
        here.open("alice", f"aa{number}", model(f"m{number}"))
        monkeypatch.setattr("govops.app.hosting.scene.now", lambda: "2026-01-06T10:00:00Z")
        assert here.approve("bob", f"aa{number}").state == "merged"
    assert here.verdict() is ExitCode.OK


@pytest.mark.threat("J04")
def test_what_killed_writers_left_is_swept_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = server(tmp_path)
    rooms = tmp_path / "rooms"
    (rooms / "govops-old" / "repository.git").mkdir(parents=True)
    (rooms / "govops-mine").mkdir()
    (rooms / "govops-new" / "repository.git").mkdir(parents=True)
    half = here.git_dir / "objects/pack/tmp_pack_Ab1"
    fresh = here.git_dir / "objects/pack/tmp_pack_Cd2"
    half.write_bytes(b"x")
    fresh.write_bytes(b"x")
    for path in (rooms / "govops-old", rooms / "govops-mine", half):
        os.utime(path, (1_700_000_000, 1_700_000_000))
    monkeypatch.setattr("tempfile.tempdir", str(rooms))
    assert settle(here.site).swept == 2
    assert {path.name for path in rooms.iterdir()} == {"govops-mine", "govops-new"}
    assert (half.exists(), fresh.exists()) == (False, True)
    git(here.git_dir, "fsck", "--strict")
