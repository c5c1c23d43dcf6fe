"""Reviews and people, from the forge through a receipt to the verdict: whose decision counts, and as of when."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.forge.hub import Hub, company
from tests.support.audit import assert_clean, change_of
from tests.support.change import Decision
from tests.support.files import model, version


@pytest.mark.threat("C19")
@pytest.mark.parametrize(
    ("sequence", "rule"),
    [
        ("approve comment", None),
        ("approve reject", "rejection-unresolved"),
        ("approve reject approve", None),
        ("reject approve", None),
    ],
)
def test_the_latest_decision_counts(hub: Hub, sequence: str, rule: str | None) -> None:
    change = hub.world.propose("alice", "Register fraud", model("fraud"))
    for decision in sequence.split():
        change.review("bob", cast("Decision", decision))
    landed = hub.land(change)
    report = hub.judged()
    assert (rule is None) == (report.exit_code() is ExitCode.OK), report.findings
    assert change_of(report, landed).status is (Status.PASS if rule is None else Status.FAIL)


@pytest.mark.threat("C19")
@pytest.mark.parametrize(
    ("dismissed", "told", "status"),
    [
        ("approve", True, Status.FAIL),
        ("approve", False, Status.UNVERIFIABLE),
        ("approve reject", True, Status.FAIL),
    ],
)
def test_a_dismissal_counts_when_the_forge_tells_of_it(
    github: Hub, dismissed: str, status: Status, *, told: bool
) -> None:
    """A rejection that was dismissed brings no older approval back; a dismissal at an unknown time decides nothing."""
    change = github.world.propose("alice", "Register fraud", model("fraud"))
    for decision in dismissed.split():
        change.review("bob", cast("Decision", decision))
    change.dismiss("bob", at="now" if told else None)
    landed = github.land(change)
    assert change_of(github.judged(), landed).status is status


@pytest.mark.threat("C19")
def test_an_approval_after_the_merge_comes_too_late(github: Hub) -> None:
    change = github.world.propose("alice", "Register fraud", model("fraud"))
    landed = github.land(change)
    change.approve("bob")
    github.publish(change)
    assert change_of(github.judged(), landed).status is Status.FAIL


@pytest.mark.threat("C19")
def test_on_gitlab_an_approval_in_the_second_of_a_push_is_undecided(tmp_path: Path) -> None:
    with company(tmp_path, "gitlab") as hub:
        change = hub.world.propose("alice", "Register fraud", model("fraud")).approve("bob")
        landed = hub.land(change)
        pull = hub.fake.pulls[1]
        pull.versions = [(change.head, pull.reviews[0].at)]
        assert change_of(hub.judged(), landed).status is Status.UNVERIFIABLE


@pytest.mark.threat("C35")
def test_a_bot_approves_nothing(hub: Hub) -> None:
    """Whatever its role: the forge says that it is one."""
    change = hub.world.propose("alice", "Register fraud", model("fraud")).approve("robo")
    landed = hub.land(change)
    assert change_of(hub.judged(), landed).status is Status.FAIL
    proposal = hub.receipts()[0].proposal
    assert proposal is not None
    assert [review.account.type for review in proposal.reviews] == ["bot"]


@pytest.mark.threat("D04")
def test_whoever_pushed_to_a_proposal_cannot_approve_it(hub: Hub) -> None:
    """The commit bears alice's name; only the forge knows that bob pushed it."""
    change = hub.world.propose("alice", "Register fraud", model("fraud"))
    change.push("bob", version("fraud", "1.0"), author="alice").approve("bob")
    landed = hub.land(change)
    report = hub.judged()
    assert change_of(report, landed).status is Status.FAIL
    assert "approver-is-contributor" in {rule for a in change_of(report, landed).approvals for rule, _ in a.reasons}


@pytest.mark.threat("D04")
def test_whoever_approves_and_presses_the_button_made_nothing(github: Hub) -> None:
    change = github.world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    github.land(change, "squash", by="bob")
    assert_clean(github.judged())


@pytest.mark.threat("D05")
def test_a_squash_keeps_everybody_who_made_it(github: Hub) -> None:
    """Bob wrote the second commit; the squash bears alice's name only."""
    change = github.world.propose("alice", "Register fraud", model("fraud"))
    change.commit_as(version("fraud", "1.0"), author="bob").approve("bob")
    landed = github.land(change)
    assert change_of(github.judged(), landed).status is Status.FAIL


@pytest.mark.threat("D06")
def test_who_took_an_approvers_login_is_not_the_approver(hub: Hub) -> None:
    change = hub.world.propose("alice", "Register fraud", model("fraud"))
    change.review("mallory", "approve", login="bob")
    landed = hub.land(change)
    assert change_of(hub.judged(), landed).status is Status.FAIL


@pytest.mark.threat("D06")
def test_an_approver_who_changed_their_login_still_is_one(github: Hub) -> None:
    change = github.world.propose("alice", "Register fraud", model("fraud"))
    change.review("bob", "approve", login="robert")
    github.land(change)
    assert_clean(github.judged())
