"""Commits that cannot be read: what they did is not known, and neither lost nor believed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from govops.engine import Moment, look, run
from govops.errors import ExitCode
from govops.finding import Report, Status
from govops.history import Step
from govops.rules import RULES
from tests.engine.walk import Tamper, opened
from tests.support.audit import assert_clean, change_of, verdict
from tests.support.change import Landed
from tests.support.files import company, deployment, model, policy, user, version
from tests.support.world import World

FRAUD, _ = model("fraud")
PROMOTED = user("mallory", roles=["approver"])
REASON = "object 1234 is missing"


def without(*lost: Landed) -> Tamper:
    """The stream in which these changes could not be read."""
    gone = {change.commit for change in lost}

    def tamper(steps: list[Step]) -> list[Step]:
        return [replace(s, diffs=None, unreadable=REASON) if s.commit.oid in gone else s for s in steps]

    return tamper


def judged(world: World, *lost: Landed) -> Report:
    with opened(world, without(*lost)) as facts:
        return run(RULES, facts)


def registers(world: World, name: str, *, by: str = "bob") -> Landed:
    return world.propose("alice", f"Register {name}", model(name)).approve(by).merge("squash")


@pytest.mark.threat("B10", rule="unreadable-history")
def test_an_unreadable_change_is_undecidable_with_the_reason_and_in_no_other_bin(world: World) -> None:
    lost = registers(world, "fraud")
    report = judged(world, lost)
    (found,) = report.findings
    assert (found.rule, found.status, found.commit) == ("unreadable-history", Status.UNVERIFIABLE, lost.commit)
    assert REASON in found.message
    assert (report.counts.undecidable, report.counts.approved, report.counts.problem) == (1, 0, "")
    assert report.exit_code() is ExitCode.UNDECIDABLE
    told = change_of(report, lost)
    assert (told.time, told.evidence, told.contributors) == (None, "", ()), "a receipt may speak of something else"


def test_what_unreadable_changes_left_is_taken_up_before_the_next_one(world: World) -> None:
    """Added, changed and removed: the change after it is judged on what really stands."""
    kept, gone = registers(world, "kept"), registers(world, "gone")
    lost = [
        registers(world, "fraud"),
        world.propose("alice", "Tidy", {model("gone")[0]: None}, model("kept", risk_tier="low"))
        .approve("bob")
        .merge("squash"),
    ]
    after = (
        world.propose("alice", "Go on", model("fraud", risk_tier="low"), model("kept"), model("gone"))
        .approve("bob")
        .merge("squash")
    )
    report = judged(world, *lost)
    assert {found.rule for found in report.findings if found.commit not in {change.commit for change in lost}} == set()
    done = {action.path: action.name for action in change_of(report, after).actions}
    assert done == {FRAUD: "model.update", model("kept")[0]: "model.update", model("gone")[0]: "model.register"}
    assert [change_of(report, change).status for change in (kept, gone, after)] == [Status.PASS] * 3


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
def test_a_rule_that_an_unreadable_change_left_is_nobodys_word(world: World) -> None:
    """The role that it gave is of use to nobody for certain; what it left alone is as lawful as before."""
    lost = world.propose("carol", "Promote", PROMOTED).approve("erin").merge("squash")
    good, doubtful = registers(world, "fraud"), registers(world, "churn", by="mallory")
    report = judged(world, lost)
    assert_clean(verdict(world))
    assert change_of(report, good).status is Status.PASS
    assert change_of(report, doubtful).status is Status.UNVERIFIABLE
    assert {found.rule for found in report.findings if found.commit == doubtful.commit} == {"rests-on-unapproved-rule"}


@pytest.mark.threat("C24")
@pytest.mark.parametrize("restored", [True, False], ids=["restored by a push", "left as it was"])
def test_a_rule_that_is_again_what_it_was_before_the_unreadable_change_is_lawful(
    tmp_path: Path, *, restored: bool
) -> None:
    """Whoever restored it: what it says had been approved."""
    strict, weak = (
        policy("models", actions=["model.*"], approvals=[{"count": count, "role": "approver"}]) for count in (2, 1)
    )
    world = World(tmp_path, strict)
    lost = world.propose("carol", "Weaken", weak).approve("erin").merge("squash")
    if restored:
        world.push("mallory", strict)
    after = world.propose("alice", "Register", model("fraud")).approve("bob").approve("carol").merge("squash")
    assert change_of(judged(world, lost), after).status is (Status.PASS if restored else Status.UNVERIFIABLE)


def test_a_rule_is_believed_again_once_an_approved_change_lands_it(world: World) -> None:
    lost = world.propose("carol", "Promote", PROMOTED).approve("erin").merge("squash")
    again = user("mallory", roles=["approver"], display_name="M. Moore")
    mended = world.propose("carol", "Say so again", again).approve("erin").merge("squash")
    later = registers(world, "fraud", by="mallory")
    report = judged(world, lost)
    assert [change_of(report, change).status for change in (mended, later)] == [Status.PASS, Status.PASS]


def test_a_deployment_that_nobody_could_read_is_known_to_have_stood(tmp_path: Path) -> None:
    """So that a return to the version before it is a rollback."""
    world = World(tmp_path, model("fraud"), *(version("fraud", n, status="approved") for n in ("1.0", "1.1")))
    first = world.propose("dave", "1.0", deployment("production", "fraud", "1.0")).approve("bob").merge("squash")
    lost = world.propose("dave", "1.1", deployment("production", "fraud", "1.1")).approve("bob").merge("squash")
    back = deployment("production", "fraud", "1.0", rollback={"reason": "slow"})
    last = world.propose("dave", "Back", back).approve("bob").merge("squash")
    report = judged(world, lost)
    assert [event.what for event in report.deployments] == ["nothing to 1.0", "1.0 to 1.1", "1.1 back to 1.0"]
    assert [event.commit for event in report.deployments] == [first.commit, lost.commit, last.commit]
    assert [event.time for event in report.deployments] == [first.at, first.at, last.at], (
        "of the second nobody told one"
    )
    assert [event.people for event in report.deployments] == [("dave",), (), ("dave",)]


def test_a_moment_is_unknown_until_what_stands_is_read_for_the_next_change(world: World) -> None:
    registers(world, "fraud")
    lost, next_one = registers(world, "churn"), registers(world, "debt")
    after = registers(world, "claims")

    def stood(landed: Landed) -> Moment:
        with opened(world, without(lost, next_one), back_to=landed.commit) as facts:
            return look(RULES, facts)[1]

    unknown, known = stood(lost), stood(after)
    assert (unknown.commit, unknown.is_known) == (lost.commit, False)
    assert (known.commit, known.is_known) == (after.commit, True)
    assert known.touched[model("churn")[0]] == (next_one.commit,), "the last of those that may have done it"
    assert known.told[lost.commit].attested is None


def test_of_a_series_the_first_commit_that_could_not_be_read_gives_the_reason(world: World) -> None:
    change = (
        world.propose("alice", "Register", model("fraud")).push("alice", model("churn")).push("alice", model("debt"))
    )
    landed = change.approve("bob").merge("rebase")

    def tamper(steps: list[Step]) -> list[Step]:
        reasons = dict(zip(landed.commits[1:], ("the first", "the second"), strict=True))
        return [
            replace(s, diffs=None, unreadable=reasons[s.commit.oid]) if s.commit.oid in reasons else s for s in steps
        ]

    with opened(world, tamper) as facts:
        report = run(RULES, facts)
    (found,) = report.findings
    assert "the first" in found.message
    assert (report.counts.undecidable, report.counts.commits) == (1, 4)


def test_unreadable_commits_before_the_adoption_are_told(tmp_path: Path) -> None:
    """The earliest Settings may have stood in one of them."""
    world = World(tmp_path, adopt=False)
    early = world.commit_raw(("README.md", b"1"), author="carol")
    world.commit_raw(company(), author="carol")
    report = judged(world, early)
    assert [(found.rule, found.commit) for found in report.findings] == [("unreadable-history", early.commit)]
    assert REASON in report.findings[0].message
    assert report.exit_code() is ExitCode.UNDECIDABLE
