"""Reviews change: the latest decision as of the merge counts, one for each person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from tests.support.audit import judge, rules, verdict
from tests.support.change import Change
from tests.support.files import model, policy
from tests.support.world import World

Step = Callable[[Change], object]
BEFORE: dict[str, tuple[Step, str | None]] = {
    "approve": (lambda c: c.approve("bob"), None),
    "approve, comment": (lambda c: c.approve("bob").comment("bob"), None),
    "comment only": (lambda c: c.comment("bob"), "not-approved"),
    "reject, approve": (lambda c: c.reject("bob").approve("bob"), None),
    "approve, reject": (lambda c: c.approve("bob").reject("bob"), "blocked-by-rejection"),
    "approve, reject, comment": (lambda c: c.approve("bob").reject("bob").comment("bob"), "blocked-by-rejection"),
    "approve, reject, dismiss the rejection": (lambda c: c.approve("bob").reject("bob").dismiss("bob"), "not-approved"),
    "approve, dismiss the approval": (lambda c: c.approve("bob").dismiss("bob"), "approval-dismissed"),
    "approve, dismiss, approve": (lambda c: c.approve("bob").dismiss("bob").approve("bob"), None),
    "one approves, another rejects": (lambda c: c.approve("bob").reject("carol"), "blocked-by-rejection"),
    "the other rejection is dismissed": (lambda c: c.approve("bob").reject("carol").dismiss("carol"), None),
    "the other rejection is resolved": (lambda c: c.approve("bob").reject("carol").approve("carol"), None),
    "a rejection from a second account": (
        lambda c: c.approve("bob").reject("bob", account="id-bob-2"),
        "blocked-by-rejection",
    ),
}


@pytest.mark.threat("C19", "C20", rule="blocked-by-rejection")
@pytest.mark.parametrize(("reviews", "rule"), BEFORE.values(), ids=BEFORE)
def test_the_latest_decision_of_each_person_counts(world: World, reviews: Step, rule: str | None) -> None:
    change = world.propose("alice", "Register", model("fraud"))
    reviews(change)
    report = verdict(change.merge("squash").world)
    blocked = {"not-approved"} if rule == "blocked-by-rejection" else set()  # nobody's approval may be left either
    assert rules(report) - blocked == ({rule} if rule else set())
    assert report.exit_code() is (ExitCode.VIOLATION if rule else ExitCode.OK)


AFTER: dict[str, tuple[Step, str | None]] = {
    "an approval": (lambda c: c.approve("bob"), "approval-after-landing"),
    "a rejection": (lambda c: c.reject("bob"), None),
    "a dismissal": (lambda c: c.dismiss("carol"), None),
}


@pytest.mark.threat("C19", rule="approval-after-landing")
@pytest.mark.parametrize(("reviews", "rule"), AFTER.values(), ids=AFTER)
def test_nothing_after_the_merge_counts(world: World, reviews: Step, rule: str | None) -> None:
    change = world.propose("alice", "Register", model("fraud"))
    if rule is None:
        change.approve("carol")
    landed = change.merge("squash", record=False)
    reviews(change)
    landed.record()
    judge(landed, rule)


@pytest.mark.threat("C19", rule="approval-dismissed")
def test_a_dismissal_of_unknown_time_leaves_the_question_open(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob").dismiss("bob", at=None)
    judge(change.merge("squash"), "approval-dismissed", ExitCode.UNDECIDABLE)


@pytest.mark.threat("C19")
def test_a_dismissal_of_unknown_time_does_not_matter_where_another_approval_stands(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob").dismiss("bob", at=None)
    judge(change.approve("carol").merge("squash"), None)


NAMED: dict[str, dict[str, Any]] = {
    "as the author": {"author": "carol"},
    "as the committer": {"committer": "carol"},
    "as a co-author": {"co_authors": ["carol"]},
}


@pytest.mark.threat("C20", "D04", rule="blocked-by-rejection")
@pytest.mark.parametrize("named", NAMED.values(), ids=NAMED)
def test_whoever_objects_is_not_silenced_by_being_named_in_a_commit(world: World, named: dict[str, Any]) -> None:
    """A name that git claims keeps Carol from approving; typing it must not take her veto away."""
    change = world.propose("alice", "Register", model("fraud"), **named).reject("carol").approve("bob")
    judge(change.merge("squash"), "blocked-by-rejection")


@pytest.mark.threat("C20")
def test_whoever_opened_a_proposal_has_no_veto_over_it(world: World) -> None:
    change = world.propose("carol", "Register", model("fraud")).reject("carol").approve("bob")
    judge(change.merge("squash"), None)


TWO = policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])
VOTES: dict[str, tuple[Step, str | None]] = {
    "two people": (lambda c: c.approve("bob").approve("carol"), None),
    "one person": (lambda c: c.approve("bob"), "not-approved"),
    "one person, twice": (lambda c: c.approve("bob").approve("bob"), "not-approved"),
    "one person, two accounts": (lambda c: c.approve("bob").approve("bob", account="id-bob-2"), "not-approved"),
    "one person, forge and key": (lambda c: c.world.approve_signed("bob", c.approve("bob")), "not-approved"),
    "two people, forge and key": (lambda c: c.world.approve_signed("carol", c.approve("bob")), None),
}


@pytest.mark.threat("C21", rule="not-approved")
@pytest.mark.parametrize(("votes", "rule"), VOTES.values(), ids=VOTES)
def test_one_person_has_one_vote(tmp_path: Path, votes: Step, rule: str | None) -> None:
    change = World(tmp_path, TWO).propose("alice", "Register", model("fraud"))
    votes(change)
    judge(change.merge("squash"), rule)
