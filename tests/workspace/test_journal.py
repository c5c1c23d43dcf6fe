"""The evidence branch grows and never shrinks, whoever writes, whatever fails."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from govops.errors import UndecidableError
from govops.evidence.records import Approval, Checkpoint, signed_bytes
from govops.git import CleanRoom
from govops.render import render
from govops.workspace.evidence import EvidenceBranch, read_evidence
from govops.workspace.journal import Journal, Signed, Write
from tests.support.audit import verdict
from tests.support.cast import RECORDER, signed
from tests.support.facts import oid
from tests.support.files import model
from tests.support.git import git
from tests.support.world import World

BRANCH = "govops/evidence"
REF = f"refs/heads/{BRANCH}"


def checkpoint(repository: Path, number: int = 0, recorder: str = RECORDER) -> Write:
    """Writes one more link of the recorder's chain, as it stands in this repository."""

    def write() -> Iterator[Signed]:
        own = [one for one in _chained(repository) if one[0] == recorder]
        _, sequence, last = max(own, default=("", -1, None))
        record = Checkpoint(
            type="govops/checkpoint/v1",
            recorder=recorder,
            sequence=sequence + 1,
            previous=last,
            recorded_at="2026-01-05T10:00:00Z",
            repository="local:acme/ai-governance",
            branch="main",
            tip=oid(f"tip {number}"),
            report="0" * 64,
        )
        yield Signed(record, signed(recorder, signed_bytes(record)))

    return write


def _chained(repository: Path) -> list[tuple[str, int, str]]:
    records = [(record.payload, record.id) for record in evidence(repository).book.records]
    return [(link.recorder, link.sequence, name) for link, name in records if isinstance(link, Checkpoint)]


def approval(number: int) -> Write:
    """Writes somebody's approval."""
    record = Approval.model_validate(
        {
            "type": "govops/approval/v1",
            "repository": "local:acme/ai-governance",
            "branch": "main",
            "person": "bob",
            "decision": "approve",
            "reason": str(number),
            "at": "2026-01-05T10:00:00Z",
            "merge_base": oid("base"),
            "head": oid("head"),
            "subjects": ({"path": "registry/x", "old": None, "new": {"mode": "100644", "oid": oid("a")}},),
        }
    )
    return lambda: [Signed(record, signed("bob", signed_bytes(record)))]


def evidence(repository: Path) -> EvidenceBranch:
    """What stands on the branch."""
    with CleanRoom.open(repository) as room:
        return read_evidence(room, room.ref(REF))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A bare repository that has no evidence branch yet."""
    subprocess.run(["git", "init", "-q", "--bare", tmp_path / "bare.git"], check=True)
    return tmp_path / "bare.git"


def clone(repository: Path, to: Path) -> Path:
    """A clone of it."""
    subprocess.run(["git", "clone", "-q", repository, to], check=True, stderr=subprocess.DEVNULL)
    return to


def test_each_record_follows_the_last_one_of_its_recorder(repository: Path) -> None:
    journal = Journal(repository, BRANCH)
    for number, recorder in enumerate([RECORDER, "other", RECORDER, RECORDER, "other"]):
        assert len(journal.append(checkpoint(repository, number, recorder)).ids) == 1
    found = evidence(repository)
    links = sorted((recorder, sequence) for recorder, sequence, _ in _chained(repository))
    assert links == [("other", 0), ("other", 1), (RECORDER, 0), (RECORDER, 1), (RECORDER, 2)]
    assert not found.junk
    assert not found.book.tampering


_SIX = """
import sys
from pathlib import Path
from tests.workspace.test_journal import BRANCH, approval, checkpoint
from govops.workspace.journal import Journal
journal = Journal(Path(sys.argv[1]), BRANCH, sys.argv[3] if len(sys.argv) > 3 else None)
for number in range(5):
    name = int(sys.argv[2]) * 100 + number
    write = approval(name) if journal.remote else checkpoint(journal.repository, name)
    print(*journal.append(write).ids, flush=True)
"""


def writer(repository: Path, number: int, *remote: str) -> subprocess.Popen[str]:
    """A process that writes five records of the same recorder and tells their ids."""
    command = [sys.executable, "-c", _SIX, str(repository), str(number), *remote]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@pytest.mark.slow
@pytest.mark.threat("J01", "J11")
def test_six_writers_lose_nothing(repository: Path) -> None:
    """Every id that a writer was told stands on the branch, in one unbroken chain."""
    told = [line for process in [writer(repository, n) for n in range(6)] for line in process.communicate()[0].split()]
    found = evidence(repository)
    assert len(told) == 30
    assert sorted(told) == sorted(record.id for record in found.book.records)
    assert sorted(r.payload.sequence for r in found.book.records if isinstance(r.payload, Checkpoint)) == [*range(30)]
    git(repository, "fsck", "--strict")


@pytest.mark.slow
@pytest.mark.threat("J01", "J07", "J11")
def test_writers_in_clones_of_one_remote_lose_nothing(repository: Path, tmp_path: Path) -> None:
    clones = [clone(repository, tmp_path / f"clone{number}") for number in range(3)]
    processes = [writer(place, number, "origin") for number, place in enumerate(clones)]
    told = [line for process in processes for line in process.communicate()[0].split()]
    assert sorted(told) == sorted(record.id for record in evidence(repository).book.records)
    assert len(told) == 15


@pytest.mark.threat("J07")
def test_what_cannot_be_pushed_is_kept_and_goes_along_later(repository: Path, tmp_path: Path) -> None:
    here = clone(repository, tmp_path / "here")
    Journal(here, BRANCH, "origin").append(approval(0))
    (away := tmp_path / "away.git").parent.mkdir(exist_ok=True)
    repository.rename(away)
    alone = Journal(here, BRANCH, "origin").append(approval(1))
    assert not alone.is_pushed
    away.rename(repository)
    there = clone(repository, tmp_path / "there")
    Journal(there, BRANCH, "origin").append(approval(2))
    assert Journal(here, BRANCH, "origin").append(approval(3)).is_pushed
    reasons = sorted(r.payload.reason for r in evidence(repository).book.records if isinstance(r.payload, Approval))
    assert reasons == ["0", "1", "2", "3"]


@pytest.mark.threat("J02", "J04", "J05")
def test_a_writer_killed_at_any_moment_leaves_a_whole_branch(repository: Path) -> None:
    """Every record that was acknowledged is there; nothing half written is."""
    told: list[str] = []
    for number in range(6):
        process = writer(repository, number)
        time.sleep(0.35 + 0.05 * number)
        process.send_signal(signal.SIGKILL)
        told += process.communicate()[0].split()
    for lock in (repository / "refs/heads/govops").glob("*.lock"):  # what a killed git may leave, and people remove
        lock.unlink()
    Journal(repository, BRANCH).append(checkpoint(repository, 999))
    found = evidence(repository)
    assert {*told} <= {record.id for record in found.book.records}
    assert not found.junk
    git(repository, "fsck", "--strict")


@pytest.mark.threat("J03")
def test_a_stale_lock_is_told_and_left_alone(repository: Path) -> None:
    Journal(repository, BRANCH).append(approval(0))
    lock = repository / "refs/heads/govops/evidence.lock"
    lock.touch()
    with pytest.raises(UndecidableError, match=r"evidence\.lock") as told:
        Journal(repository, BRANCH).append(approval(1))
    assert "remove the lock file" in told.value.hint
    assert lock.exists()


@pytest.mark.threat("B02", "J08")
def test_no_hook_of_the_repository_runs(tmp_path: Path) -> None:
    world = World(tmp_path)
    canary = tmp_path / "canary"
    for name in ("reference-transaction", "post-update", "pre-receive", "update"):
        hook = world.git_dir / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {canary}\n")
        hook.chmod(0o755)
    Journal(tmp_path, BRANCH).append(checkpoint(tmp_path))
    assert not canary.exists()


@pytest.mark.threat("J05")
def test_what_is_acknowledged_has_been_synced(repository: Path) -> None:
    """Git is told to sync objects and refs before it says that they are there."""
    from govops.git.store import Store

    with Store.open(repository) as store, CleanRoom.open(repository) as room:
        for one in (store, Store.beside(room)):
            assert "core.fsync=committed,reference" in one._writing.prefix
            assert "core.fsync=committed,reference" in one._refs.prefix


@pytest.mark.threat("J09")
@pytest.mark.parametrize("years", [-10, 10])
def test_a_clock_that_jumps_changes_neither_order_nor_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, years: int
) -> None:
    """Order is the chain's, and what the records tell is what was told; the machine's clock is only written down."""
    world = World(tmp_path)
    world.propose("alice", "Register", model("fraud")).approve("bob").merge()
    before = render(verdict(world), "json")
    monkeypatch.setattr("govops.workspace.journal.now", lambda: f"{2026 + years}-01-05T10:00:00Z")
    Journal(tmp_path, BRANCH).append(approval(0))
    Journal(tmp_path, BRANCH).append(approval(1))
    monkeypatch.setattr("govops.workspace.journal.now", lambda: f"{2026 - years}-01-05T10:00:00Z")
    Journal(tmp_path, BRANCH).append(approval(2))
    after = render(verdict(world), "json")
    assert json.loads(before)["changes"] == json.loads(after)["changes"]
    assert json.loads(before)["findings"] == json.loads(after)["findings"]
    assert len(evidence(tmp_path).book.records) == 4
