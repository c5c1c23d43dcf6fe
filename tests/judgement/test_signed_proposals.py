"""Without a forge, whoever opens a proposal signs it; what a forge cannot tell neither counts nor speaks against."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from tests.support.audit import change_of, judge, verdict
from tests.support.cast import public_line
from tests.support.files import model
from tests.support.world import World

SIGNATURES = {"evidence": {"mode": "signature", "accept": ["signature"]}}


@pytest.fixture
def signing(tmp_path: Path) -> World:
    """A company that has no forge: approvals are signed, and nobody writes receipts."""
    return World(tmp_path, settings=SIGNATURES)


@pytest.mark.threat("D04")
@pytest.mark.parametrize("method", ["merge", "squash", "fast-forward"])
def test_a_signed_proposal_attests_who_made_the_change(signing: World, method: Any) -> None:
    change = signing.propose("alice", "Register", model("fraud"))
    signing.propose_signed("alice", change)
    signing.approve_signed("bob", change)
    judge(change.merge(method, record=False), None)


@pytest.mark.threat("D04", rule="contributors-not-attested")
def test_names_in_commits_alone_attest_nobody(signing: World) -> None:
    change = signing.propose("alice", "Register", model("fraud"))
    signing.approve_signed("bob", change)
    judge(change.merge("merge", record=False), "contributors-not-attested", ExitCode.UNDECIDABLE)


@pytest.mark.threat("D04", rule="approver-is-contributor")
def test_whoever_signed_the_proposal_does_not_approve_it(signing: World) -> None:
    change = signing.propose("bob", "Register", model("fraud"), author="alice")
    signing.propose_signed("bob", change)
    signing.approve_signed("bob", change)
    judge(change.merge("merge", record=False), "approver-is-contributor")


SPOILT = {
    "by nobody": {"signer": None},
    "by a key that is nobody's": {"signer": "stranger"},
    "in the name of another": {"signer": "mallory"},
    "for another branch": {"edit": lambda told: told.update(branch="develop")},
    "for another repository": {"edit": lambda told: told.update(repository="local:acme/other")},
    "of another commit": {"edit": lambda told: told.update(head=told["merge_base"])},
}


@pytest.mark.threat("D04", rule="contributors-not-attested")
@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
def test_a_proposal_that_is_signed_otherwise_attests_nobody(signing: World, spoilt: dict[str, Any]) -> None:
    change = signing.propose("alice", "Register", model("fraud"))
    signing.propose_signed("alice", change, **spoilt)
    signing.approve_signed("bob", change)
    judge(change.merge("merge", record=False), "contributors-not-attested", ExitCode.UNDECIDABLE)


@pytest.mark.threat("C12", rule="coverage-unknown")
def test_an_approval_of_a_head_that_is_gone_is_undecidable_and_not_stale(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    landed = change.merge("squash", receipt_edit=lambda told: told["proposal"]["reviews"][0].update(subjects=None))
    judge(landed, "coverage-unknown", ExitCode.UNDECIDABLE)


@pytest.mark.threat("C12", rule="coverage-unknown")
def test_an_approval_of_which_nobody_tells_the_head_is_undecidable(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    unknown = {"head": None, "subjects": None}
    landed = change.merge("squash", receipt_edit=lambda told: told["proposal"]["reviews"][0].update(unknown))
    judge(landed, "coverage-unknown", ExitCode.UNDECIDABLE)


@pytest.mark.threat("C35", rule="approver-not-human")
def test_an_account_that_the_forge_calls_a_bot_does_not_approve_even_for_a_person(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    landed = change.merge(
        "squash", receipt_edit=lambda told: told["proposal"]["reviews"][0]["account"].update(type="bot")
    )
    judge(landed, "approver-not-human")


@pytest.mark.parametrize("method", ["merge", "squash"])
def test_a_forge_that_knows_people_by_their_keys_attests_them(world: World, method: Any) -> None:
    key = " ".join(public_line("alice").split()[:2])
    by_key = {"forge": "ssh", "id": key, "login": "alice", "type": "human"}
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    judge(change.merge(method, receipt_edit=lambda told: told["proposal"].update(opener=by_key)), None)


@pytest.mark.threat("D04")
def test_whoever_merges_a_signed_proposal_as_it_is_may_have_approved_it(signing: World) -> None:
    change = signing.propose("alice", "Register", model("fraud"))
    signing.propose_signed("alice", change)
    signing.approve_signed("bob", change)
    judge(change.merge("merge", by="bob", record=False), None)


ADDED = {
    "another file": model("slipped"),
    "the same file": model("fraud", title="Something else"),
}


@pytest.mark.threat("C05", "D04")
@pytest.mark.parametrize("added", ADDED.values(), ids=ADDED)
def test_whoever_adds_something_while_merging_is_a_contributor(signing: World, added: Any) -> None:
    change = signing.propose("alice", "Register", model("fraud"))
    signing.propose_signed("alice", change)
    signing.approve_signed("bob", change)
    landed = change.merge("merge", by="bob", amend=[added], record=False)
    assert "bob" in change_of(verdict(signing), landed).contributors


@pytest.mark.threat("D04", rule="approver-is-contributor")
def test_without_a_signed_proposal_whoever_commits_the_merge_is_a_contributor(signing: World) -> None:
    change = signing.propose("alice", "Register", model("fraud"), signed_by="alice")
    signing.approve_signed("bob", change)
    judge(change.merge("merge", by="bob", record=False), "approver-is-contributor")
