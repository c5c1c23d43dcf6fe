"""What is asked under one key happens once: twice at a time, after a crash and after a restart."""

from __future__ import annotations

import os
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

from govops.app.access import Once, asked_for, in_force, logged
from govops.app.governance import Actor, ConflictError, ReusedKeyError, Site
from govops.errors import UndecidableError, UsageError
from govops.evidence.records import Account
from govops.git import Store
from govops.index.durable import store
from govops.index.durable.log import Entry
from govops.index.engines import forget
from tests.support.git import git
from tests.support.world import World

ALICE = Actor("alice", Account(forge="local", id="id-alice"))
BOB = Actor("bob", Account(forge="local", id="id-bob"))
BODY = {"name": "fraud", "owner": "alice"}
DONE = Entry(event="result", action="models/register", status=202, commit="c0ffee")


def attempt(site: Site, *, key: str = "k-1", body: object = BODY, actor: Actor = ALICE, log: list[str]) -> object:
    """One request; ``log`` tells what was really done."""
    with Once(site, actor, key, asked_for("models/register", body)) as once:
        if once.answer is None:
            log.append(f"{actor.name} {key}")
            once.keep({"proposal": f"p-{len(log)}"}, DONE)
        return once.answer


@pytest.mark.threat("I07", "K06")
def test_the_same_again_gets_the_same_answer(either: Site) -> None:
    """Whoever restarted the server in between, and in whatever order the names of the body come."""
    log: list[str] = []
    first = attempt(either, log=log)
    forget(store.database(either.store))
    assert attempt(either, body=dict(reversed(BODY.items())), log=log) == first
    assert log == ["alice k-1"]
    (row,) = logged(either).items
    assert (row["person"], row["key"], row["status"], row["commit"]) == ("alice", "k-1", 202, "c0ffee")


@pytest.mark.threat("I07")
def test_a_key_is_of_one_person_and_one_request(either: Site) -> None:
    log: list[str] = []
    attempt(either, log=log)
    with pytest.raises(ReusedKeyError, match="used for something else"):
        attempt(either, body={**BODY, "owner": "mallory"}, log=log)
    with (
        pytest.raises(ReusedKeyError),
        Once(either, ALICE, "k-1", asked_for("usecases", BODY)),
    ):
        pass
    attempt(either, actor=BOB, log=log)
    attempt(either, key="k-2", log=log)
    assert log == ["alice k-1", "bob k-1", "alice k-2"]


@pytest.mark.threat("I07")
def test_what_is_under_way_is_not_begun_again(either: Site) -> None:
    """Nobody waits: whoever comes second is told, and another key is free."""
    log: list[str] = []
    with Once(either, ALICE, "k-1", asked_for("models/register", BODY)) as once:
        with pytest.raises(ConflictError, match="right now"):
            attempt(either, log=log)
        attempt(either, key="k-2", log=log)
        once.keep({"proposal": "p-0"}, DONE)
    assert attempt(either, log=log) == {"proposal": "p-0"}
    assert log == ["alice k-2"]


def test_what_was_refused_leaves_its_key_free(site: Site) -> None:
    """A mistake may be mended under the same key; where nobody knows what happened, only the same may be asked."""
    for error, is_free in ((UsageError("no owner"), True), (UndecidableError("the disk went away"), False)):
        key = f"k-{is_free}"
        with pytest.raises(type(error)), Once(site, ALICE, key, asked_for("models/register", {})):
            raise error
        if is_free:
            assert attempt(site, key=key, log=[]) == {"proposal": "p-1"}
        else:
            with pytest.raises(ReusedKeyError):
                attempt(site, key=key, log=[])
            assert attempt(site, key=key, body={}, log=[]) == {"proposal": "p-1"}


def test_what_was_refused_the_second_time_may_have_been_done_the_first(site: Site) -> None:
    """So the key stays with what was asked."""
    digest = asked_for("models/register", BODY)
    for error in (UndecidableError("gone"), UsageError("there is one already")):
        with pytest.raises(type(error)), Once(site, ALICE, "k-1", digest):
            raise error
    with pytest.raises(ReusedKeyError):
        attempt(site, body={}, log=[])


@pytest.mark.parametrize("key", ["", "a b", "ä", "x" * 256, "a\n"])
def test_what_is_no_key(site: Site, key: str) -> None:
    with pytest.raises(UsageError, match="Idempotency-Key"):
        attempt(site, key=key, log=[])


def test_without_a_store_nothing_is_promised(world: World) -> None:
    with pytest.raises(UsageError, match="no store was named"):
        attempt(Site(world.path), log=[])


def test_a_file_by_another_name_is_the_same(site: Site, tmp_path: Path) -> None:
    """Two servers that reach the store by different paths do not do the same at once."""
    (tmp_path / "link.db").symlink_to(tmp_path / "store.db")
    linked = Site(site.repository, store=f"sqlite:///{tmp_path}/link.db")
    with Once(site, ALICE, "k-1", asked_for("models/register", BODY)), pytest.raises(ConflictError):
        attempt(linked, log=[])
    forget(store.database(linked.store))


# ---- processes that die


def worker(site: Site, steps: str, key: str = "k-1") -> Popen[bytes]:
    """Another process that makes one attempt, stops where it is told to, and says so first."""
    code = f"""\
import sys, time
sys.path[:0] = {sys.path!r}
from tests.app.access.test_once import propose
from govops.app.governance import Site
from pathlib import Path
propose(Site(Path({str(site.repository)!r}), store={site.store!r}), {key!r}, stop={steps!r})
"""
    return Popen([sys.executable, "-c", code], stdout=PIPE)


def propose(site: Site, key: str = "k-1", stop: str = "") -> object:
    """What a creation does: one branch, whose name follows from the key, and an answer."""

    def here(step: str) -> None:
        if step == stop:
            print(step, flush=True)  # noqa: T201  the parent waits for it
            signal.pause()

    with Once(site, ALICE, key, asked_for("models/register", BODY)) as once:
        here("claimed")
        if once.answer is None:
            with Store.open(site.repository) as opened:
                opened.swap({f"refs/heads/govops/proposals/{key}": (None, in_force(site.repository).commit)})
            here("committed")
            once.keep({"proposal": key}, DONE)
            here("answered")
        return once.answer


@pytest.mark.slow
@pytest.mark.threat("I07", "I19", "J02")
@pytest.mark.parametrize("stop", ["claimed", "committed", "answered"])
def test_a_retry_after_a_kill_finishes_what_was_begun(either: Site, stop: str) -> None:
    """Killed before, between and after: one proposal, one answer, one line in the log, and nobody waits for a lease."""
    with worker(either, stop) as child:
        assert child.stdout is not None
        ready, _, _ = select.select([child.stdout], [], [], 30)
        assert ready
        assert child.stdout.readline() == f"{stop}\n".encode()
        with pytest.raises(ConflictError, match="right now"):
            propose(either)
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert eventually(lambda: propose(either)) == {"proposal": "k-1"}
    assert propose(either) == {"proposal": "k-1"}
    branches = git(either.repository / ".git", "for-each-ref", "--format=%(refname)", "refs/heads/govops/proposals/")
    assert branches.split() == [b"refs/heads/govops/proposals/k-1"]
    assert [row["key"] for row in logged(either).items] == ["k-1"]


def eventually(ask: Callable[[], object]) -> object:
    """A server notices a moment later that its client is gone."""
    for _ in range(200):
        try:
            return ask()
        except ConflictError:
            select.select([], [], [], 0.02)
    raise AssertionError("the claim of a process that died was never lifted")


def test_a_child_has_no_part_in_what_its_parent_does(site: Site, tmp_path: Path) -> None:
    """Neither its lock nor its end."""
    with Once(site, ALICE, "k-1", asked_for("models/register", BODY)) as once:
        child = os.fork()
        if child == 0:
            try:
                attempt(site, log=[])
            except ConflictError:
                os._exit(0)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        with pytest.raises(ConflictError):
            attempt(site, log=[])
        once.keep({"proposal": "p-0"}, DONE)
    assert list(tmp_path.glob("*.claims"))
