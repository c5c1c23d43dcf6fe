"""Kinds of the company's own: governed as they are defined, and defined only by what was approved."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import assert_clean, change_of, judge, rules, verdict
from tests.support.files import delete, kind, model, policy
from tests.support.world import World

REPORTS = kind("Report", "reports")
ALLOWED = policy("reports", actions=["report.*"])
PATH = "reports/one.yaml"
OPEN, SHUT = (PATH, b'status: "open"\n'), (PATH, b'status: "shut"\n')
STRICT = kind("Report", "reports", schema={"type": "object", "properties": {"status": {"enum": ["open"]}}})


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, REPORTS, ALLOWED)


@pytest.mark.parametrize(("approver", "rule"), [("bob", None), ("mallory", "approver-lacks-role")])
def test_files_of_such_a_kind_are_judged_like_any_other(world: World, approver: str, rule: str | None) -> None:
    judge(world.propose("alice", "Write", OPEN).approve(approver).merge("squash"), rule)


@pytest.mark.threat("C27", rule="no-policy-matches")
def test_a_kind_that_no_policy_names_is_denied(tmp_path: Path) -> None:
    change = World(tmp_path, REPORTS).propose("alice", "Write", OPEN).approve("bob")
    judge(change.merge("squash"), "no-policy-matches")


def test_files_are_governed_from_the_change_after_their_kind_on(tmp_path: Path) -> None:
    world = World(tmp_path, ALLOWED, OPEN)
    world.push("alice", SHUT)
    world.propose("erin", "Define", REPORTS).approve("carol").merge("squash")
    assert_clean(verdict(world))
    judge(world.push("alice", OPEN), "not-approved")


@pytest.mark.threat("E21")
def test_a_document_is_read_by_the_kind_as_it_was_defined_then(world: World) -> None:
    """The same bytes were legal, are not, and are again."""
    world.propose("alice", "Write", SHUT).approve("bob").merge("squash")
    world.propose("erin", "Tighten", STRICT).approve("carol").merge("squash")
    world.propose("alice", "Forget", delete(PATH)).approve("bob").merge("squash")
    refused = world.propose("alice", "Write again", SHUT).approve("bob").merge("squash")
    world.propose("erin", "Loosen", REPORTS).approve("carol").merge("squash")
    world.propose("alice", "Note", (PATH, SHUT[1] + b'note: "x"\n')).approve("bob").merge("squash")
    report = verdict(world)
    assert {(finding.rule, finding.commit) for finding in report.findings} == {("invalid-resource", refused.commit)}


UNLAWFUL = {
    "redefined": lambda world, record: world.push("mallory", STRICT, record=record),
    "moved elsewhere": lambda world, record: world.push("mallory", kind("Report", "elsewhere"), record=record),
    "removed": lambda world, record: world.push("mallory", delete(REPORTS[0]), record=record),
}


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
@pytest.mark.parametrize(("record", "status"), [(True, Status.FAIL), (False, Status.UNVERIFIABLE)])
@pytest.mark.parametrize("push", UNLAWFUL.values(), ids=UNLAWFUL)
def test_a_kind_that_was_pushed_past_the_rules_frees_none_of_its_files(
    world: World, push: object, status: Status, *, record: bool
) -> None:
    assert callable(push)
    push(world, record)
    landed = world.propose("alice", "Write", OPEN).approve("bob").merge("squash")
    other = world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    report = verdict(world)
    assert change_of(report, landed).status in (status, Status.FAIL)
    assert change_of(report, landed).status is not Status.PASS
    assert change_of(report, other).status is Status.PASS, "it rests on another rule"


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
def test_a_kind_that_was_never_approved_makes_no_file_approved(tmp_path: Path) -> None:
    world = World(tmp_path, ALLOWED)
    world.push("mallory", REPORTS)
    landed = world.propose("alice", "Write", OPEN).approve("bob").merge("squash")
    report = verdict(world)
    assert {f.rule for f in report.findings if f.commit == landed.commit} == {"rests-on-unapproved-rule"}


@pytest.mark.threat("C26", rule="invalid-resource")
def test_a_kind_whose_schema_is_none_is_a_finding_and_its_last_valid_version_holds(world: World) -> None:
    broken = kind("Report", "reports", schema={"type": "nothing"})
    world.push("mallory", broken)
    landed = world.propose("alice", "Write", OPEN).approve("bob").merge("squash")
    report = verdict(world)
    assert rules(report) == {"invalid-resource", "not-approved"}
    assert report.exit_code() is ExitCode.VIOLATION
    assert change_of(report, landed).status is Status.PASS
