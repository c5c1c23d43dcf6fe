"""Somebody who can push to the server's repository, or whose commits got there, against what the server keeps."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from govops.app.governance import ConflictError, NotFoundError
from govops.app.hosting import Settled, open_ones, settle, submitted
from govops.app.hosting.scene import look
from govops.errors import ExitCode, GovopsError, UndecidableError
from govops.evidence.records import canonical, enveloped
from govops.forge.hosted import HostedDecision, HostedProposal
from govops.git import Store
from govops.workspace.hosted import HOSTED, closed_path, document, open_path
from govops.workspace.hosting import Keeper
from govops.workspace.turns import in_turn
from tests.support.cast import signed
from tests.support.files import model, policy, settings
from tests.support.git import git
from tests.support.hosting import SERVED, Server, actor, recorder_key, server
from tests.support.lowest import ROOT

_UNSIGNED = "the server did not sign it"
TWO = policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])


@pytest.fixture
def here(tmp_path: Path) -> Server:
    """A served repository in which two people approve every change of a model; one has approved of Alice's."""
    made = server(tmp_path, TWO)
    made.open("alice", "aa01", model("churn"))
    made.approve("bob", "aa01")
    return made


def kept(here: Server, id_: str = "aa01") -> HostedProposal:
    with look(here.site) as scene:
        found = scene.branch.find(id_)
    assert found is not None
    return found


def decision(here: Server, person: str, **fields: Any) -> HostedDecision:
    who = actor(person)
    found = kept(here)
    known = {"id": "aa01-9", "decision": "approve", "at": found.latest, "head": found.head}
    return HostedDecision(account=who.account, person=person, **{**known, **fields})


def by(person: str, one: HostedProposal) -> bytes:
    """A document that somebody else signed with their own key."""
    text = canonical(one.model_dump(mode="json"))
    return enveloped(text, signed(person, text))


@pytest.mark.threat("I05", "J11")
@pytest.mark.parametrize("how", ["unsigned", "by herself", "edited", "another repository", "in another's place"])
def test_a_forged_document_counts_for_nothing_and_is_told(here: Server, how: str) -> None:
    """Carol's approval is put beside Bob's, in the server's own branch: the one in force is none that it signed."""
    mine = kept(here)
    forged = mine.model_copy(update={"decisions": (*mine.decisions, decision(here, "carol"))})
    real = json.loads(here.read(HOSTED, open_path("aa01")))
    contents = {
        "unsigned": enveloped(canonical(forged.model_dump(mode="json")), None),
        "by herself": by("mallory", forged),
        "edited": enveloped(canonical(forged.model_dump(mode="json")), real["signature"]),
        "another repository": document(mine.model_copy(update={"repository": "local:acme/other"}), recorder_key()),
        "in another's place": document(mine.model_copy(update={"id": "bb02"}), recorder_key()),
    }
    other = how == "in another's place"
    path = open_path("zz09" if other else "aa01")
    here.push((path, contents[how]), branch=HOSTED)
    with look(here.site) as scene:
        assert scene.branch.ignored == (path,)
    if other:
        done = settle(here.site)
        assert (done.ignored, done.warnings) == ((path,), (f"`{path}` on {HOSTED} counts for nothing: {_UNSIGNED}",))
        return
    with pytest.raises(UndecidableError, match="somebody else has rewritten") as told:
        settle(here.site)
    assert "git update-ref refs/heads/govops/hosted" in told.value.hint
    assert len(here.log("main", "%H")) == 1


@pytest.mark.threat("C02")
@pytest.mark.parametrize("what", ["another head", "a commit that is not there"])
def test_a_decision_about_another_head_is_none_about_this_one(here: Server, what: str) -> None:
    """Even in a document that the server's own key has signed: each covers what stood at its own head."""
    here.open("dave", "bb02", model("fraud"))
    head = kept(here, "bb02").head if what == "another head" else "1" * 40
    mine = kept(here)
    made = mine.model_copy(update={"decisions": (*mine.decisions, decision(here, "carol", head=head))})
    here.push((open_path("aa01"), document(made, recorder_key())), branch=HOSTED)
    assert settle(here.site) == Settled()
    told = submitted(here.site, "aa01")
    assert told.outlook is not None
    given = {one.person: [rule for rule, _ in one.reasons] for one in told.outlook.change.approvals}
    assert given == {"bob": [], "carol": ["stale-approval" if what == "another head" else "coverage-unknown"]}


@pytest.mark.threat("J11")
@pytest.mark.parametrize("how", ["on top", "rewound", "deleted"])
def test_an_old_document_that_is_put_back_does_not_undo_a_rejection(here: Server, how: str) -> None:
    """Each was really signed by the server once; what it remembers of its own commits is out of a pusher's reach."""
    old, tip = here.read(HOSTED, open_path("aa01")), here.ref(HOSTED)
    here.reject("carol", "aa01")
    closed = here.ref(HOSTED)
    if how == "on top":
        here.push((open_path("aa01"), old), (closed_path("aa01"), None), branch=HOSTED)
    elif how == "rewound":
        git(here.git_dir, "update-ref", f"refs/heads/{HOSTED}", tip)
    else:
        git(here.git_dir, "update-ref", "-d", f"refs/heads/{HOSTED}")
    with pytest.raises(UndecidableError, match="somebody else has rewritten") as told:
        here.approve("carol", "aa01")
    assert told.value.hint.endswith(closed)
    git(here.git_dir, *told.value.hint.partition(": git ")[2].split())
    with pytest.raises(ConflictError, match="rejected already"):
        here.approve("carol", "aa01")


def test_a_document_that_is_open_and_closed_is_closed(here: Server) -> None:
    old = here.read(HOSTED, open_path("aa01"))
    here.reject("carol", "aa01")
    here.push((open_path("aa01"), old), branch=HOSTED)
    assert submitted(here.site, "aa01").state == "rejected"
    assert open_ones(here.site) == ()


def test_a_server_that_continues_what_another_wrote_believes_it(here: Server) -> None:
    """Another machine's memory is older: what stands there now follows from what it remembers."""
    memory = here.git_dir / "govops-hosted.lock"
    before = memory.read_bytes()
    here.open("dave", "bb02", model("fraud"))
    here.approve("carol", "aa01")
    memory.write_bytes(before)
    here.approve("carol", "bb02")
    assert here.approve("bob", "bb02").state == "merged"
    memory.write_bytes(b"0" * 40 + b"\n")
    with pytest.raises(UndecidableError, match="rewritten"):
        settle(here.site)


def test_junk_beside_the_documents_is_left_alone(here: Server) -> None:
    here.push(("notes.txt", b"x"), (open_path("yy07"), b"[" * 100_000), branch=HOSTED)
    assert settle(here.site).ignored == (open_path("yy07"),)
    assert here.approve("carol", "aa01").state == "merged"
    assert here.read(HOSTED, "notes.txt") == b"x"
    assert here.verdict() is ExitCode.OK


@pytest.mark.threat("C03")
def test_a_branch_that_is_moved_changes_nothing_of_what_was_proposed(here: Server) -> None:
    """What lands is the head that the document names; the branch is put back."""
    head = kept(here).head
    here.push(model("churn", title="Worse"), branch="govops/proposals/aa01")
    settle(here.site)
    assert here.ref("govops/proposals/aa01") == head
    here.push(model("churn", title="Worse"), branch="govops/proposals/aa01")
    landed = here.approve("carol", "aa01")
    assert here.log("main", "%P")[0].split()[1] == head == landed.head
    assert here.ref("govops/proposals/aa01") == ""
    assert here.verdict() is ExitCode.OK


@pytest.mark.threat("I05")
def test_a_push_past_the_server_is_recorded_as_one_and_no_later_approval_covers_it(here: Server) -> None:
    """Mallory merges Alice's half-approved proposal by hand: it is closed as it stood, and the audit says so."""
    head = kept(here).head
    merge = here.push(model("churn"), parents=(head,))
    with pytest.raises(ConflictError, match="has landed already"):
        here.approve("carol", "aa01")
    done = settle(here.site)
    assert (done.found, done.is_recorded) == (("aa01",), True)
    assert (submitted(here.site, "aa01").state, submitted(here.site, "aa01").commit) == ("merged", merge)
    assert here.verdict() is ExitCode.VIOLATION


def test_a_key_that_settings_doubt_signs_nothing_here(tmp_path: Path) -> None:
    here = server(tmp_path, TWO)
    here.open("alice", "aa01", model("churn"))
    doubted = {"key": recorder_key().public, "since": here.ref("main"), "reason": "It was on a laptop that is gone"}
    spare = {"name": "spare", "key": recorder_key("spare").public}
    recorders = [{"name": "recorder", "key": recorder_key().public}, spare]
    here.push(settings(**SERVED, recorders=recorders, compromised=[doubted]))
    with look(here.site) as scene:
        assert (scene.branch.open, scene.branch.ignored) == ({}, (open_path("aa01"),))
    with pytest.raises(NotFoundError, match="no proposal"):
        submitted(here.site, "aa01")


# ---- the guard


@pytest.mark.threat("I05")
def test_the_protected_branch_moves_for_a_verdict_that_passed_for_just_that(here: Server) -> None:
    """Not for one that did not pass, and not for one about another head, another base or another branch."""
    before = here.ref("main")

    def attempt(turn: Any) -> bool:
        with look(here.site, turn) as scene:
            mine = scene.branch.open["aa01"]
            judged = scene.judge(mine)
            keeper = scene.keeper(Store.beside(scene.gate.room))
            with pytest.raises(GovopsError, match="did not pass"):
                keeper.merge(mine, judged.outlook, judged.files)
            _refuses(keeper, mine, judged.outlook)
        return True

    in_turn(here.git_dir, attempt)
    assert here.ref("main") == before


def _refuses(keeper: Keeper, mine: HostedProposal, outlook: Any) -> None:
    from dataclasses import replace

    passed = replace(outlook, findings=())
    assert keeper.merge(mine, passed, {}).base == outlook.base
    for other in (
        replace(passed, head="0" * 40),
        replace(passed, base="0" * 40),
        replace(passed, branch="elsewhere"),
    ):
        with pytest.raises(GovopsError, match="something else"):
            keeper.merge(mine, other, {})
    with pytest.raises(GovopsError, match="did not pass"):
        keeper.merge(mine, replace(passed, is_governed=False), {})


@pytest.mark.threat("I05")
def test_no_write_moves_any_ref_but_the_servers_own(tmp_path: Path) -> None:
    """A whole life of proposals, and every ref that was there before is where it was, but for what landed."""
    here = server(tmp_path)
    git(here.git_dir, "branch", "feature", "main")
    git(here.git_dir, "tag", "v1", "main")
    here.open("alice", "aa01", model("churn"))
    here.open("dave", "aa02", model("fraud"))
    here.reject("bob", "aa02")
    here.approve("bob", "aa01")
    settle(here.site)
    own = {f"refs/heads/{name}" for name in ("main", "govops/hosted", "govops/evidence")}
    assert here.refs().keys() == {*own, "refs/heads/feature", "refs/tags/v1"}
    assert here.refs()["refs/heads/feature"] == here.refs()["refs/tags/v1"] != here.refs()["refs/heads/main"]


@pytest.mark.threat("I05")
def test_as_documented_git_refuses_pushes_and_the_server_does_not_mind(here: Server, tmp_path: Path) -> None:
    """With the configuration of docs/explanation/the-server.md."""
    page = (ROOT / "docs/explanation/the-server.md").read_text(encoding="utf-8")
    commands = [line for line in page.splitlines() if "receive.hideRefs" in line]
    assert len(commands) == 2
    for line in commands:
        git(here.git_dir, *line.partition("governance.git ")[2].split())
    subprocess.run(["git", "clone", "-q", here.git_dir, tmp_path / "clone"], check=True, capture_output=True)
    there = tmp_path / "clone" / ".git"
    for ref in ("main", HOSTED, "govops/evidence", "govops/proposals/aa01"):
        with pytest.raises(AssertionError, match="hidden ref"):
            git(there, "push", "-q", "origin", f"+main:refs/heads/{ref}")
    git(there, "push", "-q", "origin", "main:refs/heads/feature")
    assert here.approve("carol", "aa01").state == "merged"
    assert here.verdict() is ExitCode.OK
