"""What lands is what was reviewed: identity, replay, and nothing besides."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import assert_clean, change_of, judge, only, rules, verdict
from tests.support.change import Change, Method
from tests.support.files import Content, Edit, delete, model, policy, user, version
from tests.support.world import World

FRAUD = model("fraud")[0]
CHURN = model("churn")[0]
THREE: tuple[Method, ...] = ("merge", "squash", "rebase")


def retitled_while_relicensed(world: World) -> Change:
    """Two people edit distant lines of one file; the other edit lands first."""
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    change = world.propose("alice", "Retitle", world.replace(FRAUD, "The fraud model", "Fraud")).approve("bob")
    world.propose("dave", "Relicense", world.replace(FRAUD, "proprietary", "MIT")).approve("bob").merge("squash")
    return change


@pytest.mark.threat("C04")
@pytest.mark.parametrize("method", THREE)
def test_a_clean_merge_with_what_moved_meanwhile_is_a_replay(world: World, method: Method) -> None:
    landed = retitled_while_relicensed(world).merge(method)
    assert change_of(judge(landed, None), landed).coverage == ((FRAUD, "replay"),)


@pytest.mark.threat("C04")
@pytest.mark.parametrize("step", [Change.rebase, Change.update_branch])
@pytest.mark.parametrize("method", THREE)
def test_an_approval_survives_a_branch_that_only_caught_up(
    world: World, method: Method, step: Callable[[Change], Change]
) -> None:
    judge(step(retitled_while_relicensed(world)).merge(method), None)


@pytest.mark.threat("C04")
def test_content_is_identical_when_only_other_files_moved(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    world.propose("dave", "Register", model("churn")).approve("bob").merge("squash")
    landed = change.merge("squash")
    assert change_of(judge(landed, None), landed).coverage == ((FRAUD, "identity"),)


@pytest.mark.threat("C04", rule="identity-needed")
def test_a_policy_may_demand_identity(tmp_path: Path) -> None:
    world = World(tmp_path, policy("models", actions=["model.*"], coverage="identity"))
    judge(retitled_while_relicensed(world).merge("squash"), "identity-needed")


@pytest.mark.threat("C04")
def test_a_review_of_the_updated_branch_makes_it_identity_again(tmp_path: Path) -> None:
    world = World(tmp_path, policy("models", actions=["model.*"], coverage="identity"))
    judge(retitled_while_relicensed(world).update_branch().approve("bob").merge("squash"), None)


TEXT = model("fraud")[1]
LOWERED = model("fraud", risk_tier="low")[1]
EXTRA: dict[str, Edit] = {
    "a file that nobody reviewed": model("churn"),
    "other content of the reviewed file": model("fraud", risk_tier="low"),
    "a policy": policy("models", actions=["model.*"], description="Anybody"),
    "a role for a friend": user("mallory", roles=["admin"]),
    "the reviewed bytes as a program": (FRAUD, ("100755", TEXT)),
}


@pytest.mark.threat("C05", "C06", rule="residual-content")
@pytest.mark.parametrize("method", THREE)
@pytest.mark.parametrize("extra", EXTRA.values(), ids=EXTRA)
def test_what_only_the_landing_brings_is_residual(world: World, method: Method, extra: Edit) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    report = verdict(change.merge(method, amend=[extra]).world)
    residual = {finding.path for finding in report.findings if finding.rule == "residual-content"}
    assert residual == {extra[0]}
    assert report.exit_code() is ExitCode.VIOLATION


@pytest.mark.threat("C05")
def test_what_nobody_governs_may_be_added_while_landing(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    judge(change.merge("merge", amend=[("src/train.py", b"pass\n")]), None)


@pytest.mark.threat("C07", rule="reviewed-change-not-landed")
@pytest.mark.parametrize(
    "how",
    [{"tree_override": "ours"}, {"amend": [delete(version("fraud", "1.0")[0])]}],
    ids=["all of it", "one file of it"],
)
def test_a_merge_that_drops_what_was_reviewed_is_found(world: World, how: dict[str, Any]) -> None:
    change = world.propose("alice", "Register", model("fraud"), version("fraud", "1.0")).approve("bob")
    report = verdict(change.merge("merge", **how).world)
    assert rules(report) - {"transient-state"} == {"reviewed-change-not-landed"}
    assert report.exit_code() is ExitCode.VIOLATION


@pytest.mark.threat("C07", rule="reviewed-change-not-landed")
def test_a_squash_that_lands_nothing_of_what_was_reviewed_is_found(world: World) -> None:
    """Not even a commit of the proposal is left to wonder about."""
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    judge(change.merge("squash", tree_override="ours"), "reviewed-change-not-landed")


def test_a_squash_that_lands_nothing_of_what_nobody_governs_is_left_alone(world: World) -> None:
    change = world.propose("alice", "Train", ("src/train.py", b"pass\n"))
    report = judge(change.merge("squash", tree_override="ours"), None)
    assert (report.counts.governed, report.counts.evaluated) == (0, 1)


@pytest.mark.threat("C08", rule="octopus-merge")
def test_a_merge_of_three_cannot_be_judged(world: World) -> None:
    other = world.propose("dave", "Register churn", model("churn")).approve("bob")
    change = world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    landed = change.merge("merge", extra_parents=[other.head], amend=[model("churn")])
    judge(landed, "octopus-merge", ExitCode.UNDECIDABLE)


@pytest.mark.threat("C08", "D14")
def test_a_record_that_cannot_be_used_tells_no_time_and_counts_no_approval(world: World) -> None:
    """It may speak of other content than what landed, so all that it says is who took part."""
    other = world.propose("dave", "Register churn", model("churn")).approve("bob")
    change = world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    landed = change.merge("merge", extra_parents=[other.head], amend=[model("churn")])
    report = verdict(world)
    told = change_of(report, landed)
    assert (told.time, told.approvals, told.opener, told.parent) == (None, (), "alice", world.adoption)
    assert report.provenance.as_of is None


@pytest.mark.threat("C08")
def test_a_merge_of_three_without_governed_content_is_left_alone(world: World) -> None:
    other = world.propose("dave", "Plot", ("src/plot.py", b"pass\n"))
    change = world.propose("alice", "Train", ("src/train.py", b"pass\n"))
    judge(change.merge("merge", extra_parents=[other.head], amend=[("src/plot.py", b"pass\n")]), None)


@pytest.mark.threat("C14", rule="transient-state")
@pytest.mark.parametrize(
    ("method", "expected"), [("merge", {"transient-state"}), ("rebase", {"transient-state"}), ("squash", set())]
)
def test_a_state_that_was_reverted_before_landing_is_told(world: World, method: Method, expected: set[str]) -> None:
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    change = world.propose("alice", "Lower", model("fraud", risk_tier="low"))
    change.push("alice", model("fraud"), version("fraud", "1.0")).approve("bob").merge(method)
    report = verdict(world)
    assert rules(report) == expected
    assert report.exit_code() is ExitCode.OK


@pytest.mark.threat("C14")
def test_a_proposal_that_takes_up_the_branch_passes_through_no_other_state(world: World) -> None:
    change = world.propose("alice", "Register fraud", model("fraud"))
    world.propose("alice", "Register churn", model("churn")).approve("bob").merge("squash")
    judge(change.update_branch().approve("bob").merge("merge"), None)


@pytest.mark.threat("C37", rule="residual-content")
def test_the_record_of_one_proposal_does_not_cover_another_that_carried_it(world: World) -> None:
    inner = world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    outer = world.propose("alice", "Register churn", model("churn"), base=inner.head)
    outer.merge("merge", receipt_edit=lambda payload: payload["proposal"].update(told_as(inner)))
    only(verdict(world), "residual-content", outer.landed, path=CHURN)


def told_as(change: Change) -> dict[str, Any]:
    """What a receipt would say of the change: its head, subjects and reviews."""
    review = change.reviews[-1].model_dump(mode="json")
    return {"id": str(change.number), "head": change.head, "subjects": review["subjects"], "reviews": [review]}


@pytest.mark.threat("C37", rule="not-approved")
def test_a_proposal_that_landed_inside_another_one_is_judged_there(world: World) -> None:
    inner = world.propose("alice", "Register fraud", model("fraud")).approve("bob")
    outer = world.propose("alice", "Register churn", model("churn"), base=inner.head)
    judge(outer.merge("merge"), "not-approved")


@pytest.mark.threat("C37")
def test_the_approval_of_the_outer_proposal_is_the_one_that_counts(world: World) -> None:
    inner = world.propose("alice", "Register fraud", model("fraud"))
    outer = world.propose("alice", "Register churn", model("churn"), base=inner.head)
    judge(outer.approve("bob").merge("merge"), None)


@pytest.mark.threat("C46", rule="residual-content")
@pytest.mark.parametrize(("stale", "rule"), [(True, "residual-content"), (False, None)])
def test_a_stale_tree_does_not_bring_a_revoked_role_back(tmp_path: Path, *, stale: bool, rule: str | None) -> None:
    world = World(tmp_path, user("dave", roles=["approver"]))
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    world.propose("carol", "Revoke", user("dave", roles=["analyst"])).approve("erin").merge("squash")
    report = judge(change.merge("squash", stale_tree=stale), rule)
    assert [finding.path for finding in report.findings] == (["registry/users/dave.yaml"] if stale else [])


OTHERWISE: dict[str, Content] = {
    "a symlink of the same bytes": ("120000", LOWERED),
    "a program of the same bytes": ("100755", LOWERED),
    "a deletion": None,
}


@pytest.mark.threat("C48", rule="residual-content")
@pytest.mark.parametrize("content", OTHERWISE.values(), ids=OTHERWISE)
def test_modes_and_absence_are_part_of_what_was_reviewed(world: World, content: Content) -> None:
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    change = world.propose("alice", "Lower", model("fraud", risk_tier="low")).approve("bob")
    landed = change.merge("squash", amend=[{FRAUD: content}])
    report = verdict(world)
    assert change_of(report, landed).status is Status.FAIL
    assert rules(report) >= {"residual-content"}
    assert {finding.path for finding in report.findings} == {FRAUD}


@pytest.mark.threat("C48")
def test_the_same_edit_landed_as_reviewed_is_approved(world: World) -> None:
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    world.propose("alice", "Lower", model("fraud", risk_tier="low")).approve("bob").merge("squash")
    world.propose("alice", "Forget", delete(FRAUD)).approve("bob").merge("squash")
    assert_clean(verdict(world))
