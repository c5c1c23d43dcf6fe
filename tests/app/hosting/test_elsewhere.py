"""A server beside GitHub or GitLab: it pushes the branch and opens the pull request, and reviews happen there."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from govops.app.governance import Actor, ConflictError, Draft, Site, StaleError, Submitted
from govops.app.hosting import decide, open_ones, open_proposal, settle, submitted, waiting
from govops.errors import UsageError
from govops.evidence.records import Account
from tests.forge.hub import Hub, company
from tests.support.fake_facts import Seen, User
from tests.support.fake_forge import Fault, Kind
from tests.support.files import model
from tests.support.git import git
from tests.support.hosting import SERVED, Server, recorder_key

BRANCH = "govops/proposals/aa01"


@pytest.fixture(params=get_args(Kind))
def hub(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hub]:
    """A company at a forge of each kind."""
    with company(tmp_path, request.param, **SERVED) as made:
        yield made


@pytest.fixture
def here(hub: Hub, tmp_path: Path) -> Server:
    """A server with a bare clone of it."""
    bare = tmp_path / "served.git"
    subprocess.run(["git", "clone", "-q", "--bare", hub.world.path, bare], check=True, capture_output=True)
    return Server(Site(bare, key=recorder_key(), environment=hub.fake.environment))


def alice(hub: Hub) -> Actor:
    known = hub.world.account("alice")
    return Actor("alice", Account(forge=known.forge, id=known.id, login="alice"))


def propose(hub: Hub, here: Server, title: str = "Register fraud", reason: str = "We need it") -> Submitted:
    return open_proposal(here.site, alice(hub), Draft(title, dict([model("fraud")]), reason=reason), id="aa01")


def at_the_forge(hub: Hub) -> str:
    found = git(hub.world.git_dir, "rev-parse", "--verify", "--quiet", f"refs/heads/{BRANCH}", ok=(0, 1))
    return found.decode().strip()


def test_a_proposal_is_pushed_and_opened_at_the_forge_and_reviewed_there(hub: Hub, here: Server) -> None:
    main = here.ref("main")
    told = propose(hub, here, reason="We need it\n<!-- @everybody -->")
    assert (told.state, told.is_new, told.is_pushed, told.commit) == ("open", True, True, None)
    assert told.outlook is not None
    assert told.outlook.missing
    (pull,) = hub.fake.pulls.values()
    kept = open_ones(here.site)[0]
    assert (kept.number, kept.url, kept.head) == ("1", submitted(here.site, "aa01").url, at_the_forge(hub))
    assert (pull.branch, pull.target, pull.title) == (BRANCH, "main", "Register fraud")
    assert pull.body.startswith("We need it\n\n")
    assert "<!--" not in pull.body
    assert "alice" in pull.body
    assert submitted(here.site, "aa01").is_pushed
    with pytest.raises(ConflictError, match="reviews happen at https://"):
        decide(here.site, alice(hub), "aa01", decision="approve")
    assert here.ref("main") == main


@pytest.mark.threat("I07")
def test_the_same_again_is_the_same_pull_request(hub: Hub, here: Server) -> None:
    propose(hub, here)
    propose(hub, here)
    assert len(hub.fake.pulls) == 1
    with pytest.raises(ConflictError, match="aa01 changes"):
        open_proposal(here.site, alice(hub), Draft("Other", dict([model("fraud")])), id="aa02")


@pytest.mark.threat("J07")
def test_what_the_remote_rejects_is_kept_and_tried_again(hub: Hub, here: Server, tmp_path: Path) -> None:
    """Three times it says no, then the forge's own API is away once, and in the end it is there as it was proposed."""
    hook = hub.world.git_dir / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f'#!/bin/sh\necho x >>{tmp_path}/tries\n[ "$(wc -l <{tmp_path}/tries)" -gt 3 ]\n')
    hook.chmod(0o755)
    hub.fake.faults.append(Fault("POST", "status", times=1, status=422))
    propose(hub, here)
    head = submitted(here.site, "aa01").head
    for _ in range(2):
        assert not submitted(here.site, "aa01").is_pushed
        done = settle(here.site)
        assert done.pending == ("aa01",)
        assert done.warnings == ("proposal aa01 is kept here, and the forge has not got it yet",)
    assert (at_the_forge(hub), len(hub.fake.pulls)) == ("", 0)
    assert settle(here.site).pending == ("aa01",)
    assert (at_the_forge(hub), len(hub.fake.pulls)) == (head, 0)
    assert (settle(here.site).warnings, settle(here.site).pending) == ((), ())
    assert (submitted(here.site, "aa01").is_pushed, len(hub.fake.pulls)) == (True, 1)


@pytest.mark.threat("J07")
def test_a_remote_that_is_away_loses_nothing(hub: Hub, here: Server, tmp_path: Path) -> None:
    hub.world.path.rename(tmp_path / "away")
    propose(hub, here)
    assert settle(here.site).pending == ("aa01",)
    (tmp_path / "away").rename(hub.world.path)
    assert settle(here.site).pending == ()
    assert at_the_forge(hub) == submitted(here.site, "aa01").head


@pytest.mark.threat("J07")
def test_a_branch_of_somebody_else_at_the_forge_is_not_overwritten(hub: Hub, here: Server) -> None:
    git(hub.world.git_dir, "branch", BRANCH, "main")
    propose(hub, here)
    assert settle(here.site).pending == ("aa01",)
    assert at_the_forge(hub) == here.ref("main")


@pytest.mark.parametrize("how", ["merged", "closed"])
def test_what_the_forge_closes_is_closed_here(hub: Hub, here: Server, how: str) -> None:
    propose(hub, here)
    (pull,) = hub.fake.pulls.values()
    kept = open_ones(here.site)[0]
    pull.head = kept.head
    if how == "merged":
        pull.merged_at, pull.merge_commit, pull.method = "2026-03-02T12:00:00Z", kept.head, "merge"
        git(hub.world.git_dir, "update-ref", "refs/heads/main", kept.head)
    else:
        pull.closed = True
    assert settle(here.site).landed == (("aa01",) if how == "merged" else ())
    told = submitted(here.site, "aa01")
    assert (told.state, told.commit) == (("merged", kept.head) if how == "merged" else ("rejected", None))
    assert here.ref(BRANCH) == ""
    assert here.ref("main") == git(hub.world.git_dir, "rev-parse", "main").decode().strip()


@pytest.mark.threat("I06")
def test_what_moved_at_the_forge_is_seen_before_anything_is_proposed(hub: Hub, here: Server) -> None:
    hub.push("carol", model("fraud"))
    path, content = model("fraud", title="Mine")
    draft = Draft("Mine", {path: content}, expected={path: None})
    with pytest.raises(StaleError, match="by now"):
        open_proposal(here.site, alice(hub), draft, id="aa01")


def test_a_work_tree_is_not_served(hub: Hub) -> None:
    """Its branches are those of whoever works there."""
    site = Site(hub.clone, key=recorder_key(), environment=hub.fake.environment)
    with pytest.raises(UsageError, match="checked out"):
        settle(site)


def test_what_it_still_needs_is_what_the_forge_knows(hub: Hub, here: Server) -> None:
    """Bob approves at the forge; while the forge is away, nobody is said to have approved."""
    propose(hub, here)
    (pull,) = hub.fake.pulls.values()
    kept = open_ones(here.site)[0]
    bob = hub.world.account("bob")
    pull.head, pull.versions = kept.head, [(kept.head, "2026-03-02T09:00:00Z")]
    pull.reviews = [Seen(1, User(int(bob.id), "bob"), "approve", "2026-03-02T09:30:00Z", kept.head)]
    hub.fake.people[int(bob.id)] = User(int(bob.id), "bob")
    told = submitted(here.site, "aa01").outlook
    assert told is not None
    assert [(one.person, bool(one.counted)) for one in told.change.approvals] == [("bob", True)]
    assert told.missing == ()
    (alone,) = waiting(here.site, 9)
    hub.fake.faults.append(Fault("GET", "status", status=404))
    away = submitted(here.site, "aa01").outlook
    for one in (away, alone.outlook):
        assert one is not None
        assert (one.change.approvals, [missing.count for missing in one.missing]) == ((), [1])
