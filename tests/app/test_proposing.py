"""Propose, approve, merge: three people, three keys, and a bare repository that all of them can reach."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from govops.app.audit import audit
from govops.app.proposing import Open, approve, merge, propose, sit_down
from govops.app.proposing.approving import who
from govops.app.proposing.desk import find, open_proposals
from govops.app.record import record
from govops.errors import ExitCode, GovopsError, RefusedError, UsageError
from govops.git.authoring import configured
from govops.workspace import Opened
from govops.workspace.keys import key_from_file
from tests.support.cast import RECORDER
from tests.support.files import model
from tests.support.git import git
from tests.support.newcomer import write_key
from tests.support.seats import Seat, Team, seats
from tests.support.seats import git as _git
from tests.support.world import World

FORMATS = ("sha1", "sha256")
SIGNED = {"evidence": {"mode": "signature", "accept": ["signature"]}}
PATH = "registry/models/fraud/model.yaml"


@pytest.fixture
def remote(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A bare repository whose adoption has the whole cast in it; indirectly parametrised by its object format."""
    world = World(tmp_path / "world", settings=SIGNED, object_format=getattr(request, "param", "sha1"))
    subprocess.run(["git", "clone", "-q", "--bare", world.path, tmp_path / "shared.git"], check=True)
    return tmp_path / "shared.git"


@pytest.fixture
def team(remote: Path, tmp_path: Path) -> Team:
    """A seat for anybody."""
    return seats(remote, tmp_path)


def verdict(remote: Path) -> ExitCode:
    """What an auditor finds who has a clone of the shared repository."""
    return audit(Opened(remote)).exit_code()


@pytest.mark.slow
@pytest.mark.threat("B21", "C03", "D04")
@pytest.mark.parametrize("remote", FORMATS, indirect=True)
def test_three_people_get_a_change_through_and_the_audit_agrees(team: Team, remote: Path) -> None:
    alice, bob, carol = team("alice"), team("bob"), team("carol")
    alice.branch("fraud", *model("fraud"))
    assert alice.propose() == "fraud"
    with pytest.raises(RefusedError, match="approver-is-contributor"):
        alice.approve()
    with pytest.raises(RefusedError, match="not-approved"):
        carol.merge()
    bob.approve()
    alice.branch("fraud", *model("fraud", title="Another title"))
    alice.propose()
    with pytest.raises(RefusedError, match="stale-approval"):
        carol.merge()
    bob.approve()
    landed = carol.merge()
    assert git(remote, "rev-parse", "main").decode().strip() == landed
    alice.desk.refresh()
    assert open_proposals(alice.desk) == ()
    assert verdict(remote) is ExitCode.OK


def test_whoever_approved_may_merge(team: Team, remote: Path) -> None:
    alice, bob = team("alice"), team("bob")
    alice.branch("fraud", *model("fraud"))
    alice.propose()
    bob.approve()
    bob.merge(audited=True)
    assert verdict(remote) is ExitCode.OK


@pytest.mark.threat("C04")
def test_proposals_that_do_not_meet_are_merged_one_after_the_other(team: Team, remote: Path) -> None:
    alice, bob, dave = team("alice"), team("bob"), team("dave")
    alice.branch("fraud", *model("fraud"))
    alice.propose()
    dave.branch("churn", *model("churn"))
    dave.propose()
    bob.approve("fraud")
    bob.approve("churn")
    bob.merge("churn")
    alice.merge("fraud")
    assert verdict(remote) is ExitCode.OK


@pytest.mark.threat("C03", "C05", "J01")
def test_a_branch_that_moves_while_somebody_merges_is_judged_again(team: Team, remote: Path) -> None:
    """The lock of the protected branch is its old commit: whoever comes second merges on top of the first."""
    alice, bob, carol = team("alice"), team("bob"), team("carol")
    alice.branch("fraud", *model("fraud"))
    alice.propose()
    bob.approve()
    carol.desk.refresh()
    found = find(carol.desk, None)
    alice.branch("churn", *model("churn"))
    alice.propose()
    bob.approve("churn")
    bob.merge("churn")
    merge(carol.desk, found)
    assert verdict(remote) is ExitCode.OK


@pytest.mark.threat("C20", rule="blocked-by-rejection")
def test_a_rejection_blocks_until_it_is_taken_back(team: Team, remote: Path) -> None:
    alice, bob, carol = team("alice"), team("bob"), team("carol")
    alice.branch("fraud", *model("fraud"))
    alice.propose()
    carol.approve(reject=True)
    bob.approve()
    with pytest.raises(RefusedError, match="blocked-by-rejection"):
        bob.merge()
    carol.approve()
    bob.merge()
    assert verdict(remote) is ExitCode.OK


@pytest.mark.threat("C22", "D07")
def test_a_key_that_the_proposal_itself_would_bring_is_nobodys(team: Team, tmp_path: Path) -> None:
    alice = team("alice")
    alice.branch("fraud", *model("fraud"))
    alice.propose()
    stranger = Seat(alice.desk, key_from_file(write_key(tmp_path / "keys" / "stranger", "stranger")))
    with pytest.raises(UsageError, match="belongs to no User"):
        stranger.approve()


def test_what_changes_nothing_governed_is_no_proposal(team: Team) -> None:
    alice = team("alice")
    alice.branch("tidy", "src/train.py", b"pass\n")
    with pytest.raises(UsageError, match="nothing that is governed"):
        alice.propose()


def test_the_protected_branch_is_no_proposal(team: Team) -> None:
    with pytest.raises(UsageError, match='you are on "main" itself'):
        team("alice").propose()


@pytest.mark.threat("B17")
@pytest.mark.parametrize("name", ["--force", "a b", "x..y", "@{-1}", "a\nb", ""])
def test_a_name_that_git_would_take_otherwise_is_refused(team: Team, name: str) -> None:
    alice = team("alice")
    alice.branch("fraud", *model("fraud"))
    with pytest.raises(UsageError):
        propose(alice.desk, alice.key, name=name or "/")


def test_a_proposal_is_named_or_the_only_one(team: Team) -> None:
    alice = team("alice")
    with pytest.raises(UsageError, match="no proposal is open"):
        find(alice.desk, None)
    for name in ("one", "two"):
        alice.branch(name, *model(name))
        alice.propose()
    with pytest.raises(UsageError, match="name a proposal") as told:
        find(alice.desk, None)
    assert "one, two" in told.value.hint
    assert find(alice.desk, "two").name == "two"


def test_a_conflict_is_solved_in_the_proposal(team: Team, remote: Path) -> None:
    alice, bob, dave = team("alice"), team("bob"), team("dave")
    alice.branch("fraud", *model("fraud", title="One"))
    alice.propose()
    dave.branch("other", *model("fraud", title="Two"))
    dave.propose()
    bob.approve("fraud")
    bob.merge("fraud")
    with pytest.raises(RefusedError, match="merge-conflict"):
        bob.merge("other")
    _git(dave.place, "fetch", "-q", "origin")
    subprocess.run(["git", "-C", dave.place, "merge", "-q", "origin/main"], check=False, capture_output=True)
    dave.place.joinpath(PATH).write_bytes(model("fraud", title="Both")[1])
    _git(dave.place, "add", PATH)
    _git(dave.place, "commit", "-q", "-m", "Merge main")
    dave.propose()
    bob.approve("other")
    bob.merge("other")
    assert verdict(remote) is ExitCode.OK


@pytest.mark.threat("J07")
def test_an_approval_without_the_remote_is_kept_and_goes_along_later(team: Team, remote: Path) -> None:
    alice, bob = team("alice"), team("bob")
    alice.branch("fraud", *model("fraud"))
    alice.propose()
    bob.desk.refresh()
    found = find(bob.desk, None)
    person = who(bob.desk, found, bob.key)
    away = remote.rename(remote.with_name("away.git"))
    with pytest.raises(GovopsError, match="git fetch failed"):  # the record is written; a look at the remote fails
        approve(bob.desk, found, person)
    away.rename(remote)
    bob.desk.journal.append(list)
    bob.merge()
    assert verdict(remote) is ExitCode.OK


@pytest.mark.parametrize("method", ["merge", "push"])
def test_a_recorder_without_a_forge_tells_what_was_signed(tmp_path: Path, method: str) -> None:
    """Where receipts are asked for, the opener is whoever signed the proposal, and a push is a push."""
    world = World(tmp_path / "world", settings={"evidence": {"mode": "receipt", "accept": ["receipt", "signature"]}})
    keys = {name: key_from_file(write_key(tmp_path / "keys" / name, name)) for name in ("alice", "bob", RECORDER)}
    _git(world.path, "config", "user.name", "Bob")
    _git(world.path, "config", "user.email", "bob@acme.example")
    desk = sit_down(world.path)
    if method == "merge":
        propose(desk, keys["alice"], name="fraud", revision=world.propose("alice", "Register", model("fraud")).head)
        found = find(desk, None)
        approve(desk, found, who(desk, found, keys["bob"]))
        merge(desk, found)
    else:
        world.push("alice", model("fraud"), record=False)
    assert verdict(world.path) is ExitCode.UNDECIDABLE
    (written,) = record(world.path, keys[RECORDER], {}, push=False)
    assert written.method == ("merge" if method == "merge" else "")
    found_then = {finding.rule for finding in audit(Opened(world.path)).findings}
    assert found_then == (set() if method == "merge" else {"not-approved", "contributors-not-attested"})
    assert list(record(world.path, keys[RECORDER], {}, push=False)) == []


def test_one_repository_without_a_remote_works_alike(tmp_path: Path) -> None:
    world = World(tmp_path / "world", settings=SIGNED)
    desk = sit_down(world.path)
    assert desk.remote is None
    head = world.propose("alice", "Register", model("fraud")).head
    keys = {name: key_from_file(write_key(tmp_path / "keys" / name, name)) for name in ("alice", "bob")}
    _git(world.path, "config", "user.name", "Bob")
    _git(world.path, "config", "user.email", "bob@acme.example")
    assert configured(world.path, "user.name") == "Bob"
    propose(desk, keys["alice"], name="fraud", revision=head)
    found = find(desk, None)
    assert found == Open("fraud", head)
    approve(desk, found, who(desk, found, keys["bob"]))
    merge(desk, found)
    assert verdict(world.path) is ExitCode.OK
