"""A change is judged by the rules that stood before it, and only by rules that were approved."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from govops.errors import ExitCode
from govops.finding import Event, Status
from tests.support.audit import change_of, judge, only, refused, rules, verdict
from tests.support.change import Change
from tests.support.files import File, delete, incident, model, policy, role, rule, settings, user
from tests.support.world import World

FRAUD = model("fraud")[0]
MODELS = "policies/approvals/models.yaml"
TWO = policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])
ONE = policy("models", actions=["model.*"])
PROMOTED = user("mallory", roles=["admin", "approver"])


@pytest.mark.threat("C22", rule="role-granted-in-same-change")
@pytest.mark.parametrize(("approver", "rule"), [("mallory", "role-granted-in-same-change"), ("carol", None)])
def test_a_change_cannot_grant_itself_an_approver(world: World, approver: str, rule: str | None) -> None:
    change = world.propose("alice", "Promote and register", PROMOTED, model("fraud")).approve(approver)
    judge(change.merge("squash"), rule)


@pytest.mark.threat("C22", rule="role-granted-in-same-change")
@pytest.mark.parametrize(("approver", "rule"), [("dave", "role-granted-in-same-change"), ("carol", None)])
def test_a_change_cannot_widen_the_role_of_its_own_approver(world: World, approver: str, rule: str | None) -> None:
    change = world.propose("alice", "Widen", role("operator", permissions=["role:manage"])).approve(approver)
    judge(change.merge("squash"), rule)


@pytest.mark.threat("C22")
def test_a_role_granted_before_may_be_used(world: World) -> None:
    world.propose("carol", "Promote", PROMOTED).approve("erin").merge("squash")
    judge(world.propose("alice", "Register", model("fraud")).approve("mallory").merge("squash"), None)


@pytest.mark.threat("C23", rule="not-approved")
def test_a_policy_cannot_be_weakened_by_the_change_that_needs_it(tmp_path: Path) -> None:
    world = World(tmp_path, TWO)
    landed = world.propose("alice", "Weaken and register", ONE, model("fraud")).approve("carol").merge("squash")
    only(verdict(world), "not-approved", landed, path=FRAUD)


@pytest.mark.threat("C23")
@pytest.mark.parametrize("series", [["carol"], ["carol", "bob"]], ids=["weakened before", "enough approvals"])
def test_a_policy_may_be_weakened_first_or_met_in_full(tmp_path: Path, series: list[str]) -> None:
    world = World(tmp_path, TWO)
    if len(series) == 1:
        world.propose("erin", "Weaken", ONE).approve("carol").merge("squash")
        change = world.propose("alice", "Register", model("fraud"))
    else:
        change = world.propose("alice", "Weaken and register", ONE, model("fraud"))
    for person in series:
        change.approve(person)
    judge(change.merge("squash"), None)


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
@pytest.mark.parametrize(
    ("record", "status"), [(True, Status.FAIL), (False, Status.UNVERIFIABLE)], ids=["unapproved", "unrecorded"]
)
def test_an_unapproved_role_never_becomes_law(world: World, *, record: bool, status: Status) -> None:
    world.push("mallory", user("mallory", roles=["approver"]), record=record)
    for number in range(3):
        world.propose("dave", f"Register {number}", model(f"m{number}")).approve("bob").merge("squash")
    landed = world.propose("alice", "Register", model("fraud")).approve("mallory").merge("squash")
    report = verdict(world)
    assert {(f.rule, f.status) for f in report.findings if f.commit == landed.commit} == {
        ("rests-on-unapproved-rule", status)
    }
    assert [change.status for change in report.changes].count(Status.PASS) == 3


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
@pytest.mark.parametrize(("others", "found"), [((), {"rests-on-unapproved-rule"}), (("bob",), set())])
def test_a_verdict_rests_on_an_unapproved_role_of_an_approver_only_if_the_others_are_not_enough(
    tmp_path: Path, others: tuple[str, ...], found: set[str]
) -> None:
    """Whoever comes first in the alphabet."""
    world = World(tmp_path, user("alice", roles=["analyst", "approver"]))
    world.push("mallory", role("analyst", permissions=["model:register"]))
    change = world.propose("mallory", "Register", model("fraud")).approve("alice")
    for person in others:
        change.approve(person)
    landed = change.merge("squash")
    assert {finding.rule for finding in verdict(world).findings if finding.commit == landed.commit} == found


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
def test_a_policy_weakened_by_a_push_and_restored_leaves_its_mark(tmp_path: Path) -> None:
    world = World(tmp_path, TWO)
    world.push("mallory", ONE)
    landed = world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    world.propose("erin", "Restore", TWO).approve("carol").merge("squash")
    after = world.propose("alice", "Register", model("churn")).approve("bob").approve("carol").merge("squash")
    report = verdict(world)
    assert change_of(report, landed).status is Status.FAIL
    assert change_of(report, after).status is Status.PASS
    assert "rests-on-unapproved-rule" in {f.rule for f in report.findings if f.commit == landed.commit}


@pytest.mark.threat("C24")
@pytest.mark.parametrize("restorer", ["mallory", "carol"])
def test_rules_that_are_again_what_they_lawfully_were_are_law_again_whoever_restored_them(
    tmp_path: Path, restorer: str
) -> None:
    """The pushes stay violations; what was approved before them is judged by the rules that everybody approved."""
    world = World(tmp_path, TWO)
    pushes = [world.push("mallory", ONE), world.push(restorer, TWO)]
    before = world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    after = world.propose("alice", "Register", model("churn")).approve("bob").approve("carol").merge("squash")
    report = verdict(world)
    assert [change_of(report, landed).status for landed in (*pushes, before, after)] == [
        Status.FAIL,
        Status.FAIL,
        Status.FAIL,
        Status.PASS,
    ]
    assert {f.rule for f in report.findings if f.commit == before.commit} == {"not-approved"}


@pytest.mark.threat("C24")
@pytest.mark.parametrize(("record", "status"), [(True, Status.FAIL), (False, Status.UNVERIFIABLE)])
def test_a_comment_that_nobody_approved_is_found_and_leaves_the_rules_as_they_are(
    tmp_path: Path, *, record: bool, status: Status
) -> None:
    """Nothing that comes later rests on it: neither on settings nor on a rule that is broken, once and for sure."""
    owned = rule("owned", "resource.spec.owner != 'mallory'")
    world = World(tmp_path, owned)
    edits = [(path, text + b"# who wrote this?\n") for path, text in (settings(), owned)]
    pushed = world.push("mallory", *edits, record=record)
    kept = world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    broken = world.propose("alice", "Take over", model("churn", owner="mallory")).approve("bob").merge("squash")
    report = verdict(world)
    assert [change_of(report, landed).status for landed in (pushed, kept, broken)] == [status, Status.PASS, Status.FAIL]
    assert [(f.rule, f.status) for f in report.findings if f.commit == broken.commit] == [("owned", Status.FAIL)]


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
def test_rules_that_come_near_what_they_were_are_not_law_again(tmp_path: Path) -> None:
    world = World(tmp_path, TWO)
    world.push("mallory", ONE)
    world.push("carol", policy("models", actions=["model.*"], approvals=[{"count": 2, "role": "admin"}]))
    landed = world.propose("alice", "Register", model("fraud")).approve("erin").approve("carol").merge("squash")
    report = verdict(world)
    assert {f.rule for f in report.findings if f.commit == landed.commit} == {"rests-on-unapproved-rule"}


@pytest.mark.threat("C24", "C26")
@pytest.mark.parametrize("record", [True, False])
def test_an_unapproved_policy_does_not_become_law_by_being_broken_afterwards(tmp_path: Path, *, record: bool) -> None:
    world = World(tmp_path, TWO)
    world.push("mallory", ONE)
    broken = world.push("mallory", (MODELS, ONE[1] + b"approvals: [\n"), record=record)
    landed = world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    report = verdict(world)
    assert change_of(report, broken).status is Status.FAIL
    assert change_of(report, landed).status is Status.FAIL


@pytest.mark.threat("C24", rule="not-approved")
def test_weakening_use_and_restoring_within_one_rebase_merge_is_one_change(tmp_path: Path) -> None:
    world = World(tmp_path, TWO)
    change = world.propose("alice", "Weaken", ONE).push("alice", model("fraud")).push("alice", TWO)
    landed = change.approve("carol").merge("rebase")
    report = verdict(world)
    assert rules(report) == {"not-approved", "transient-state"}
    assert len(report.changes) == 1
    refused(report, landed)


@pytest.mark.threat("C25", rule="approver-lacks-role")
def test_a_role_taken_away_before_the_merge_does_not_count(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    world.propose("carol", "Revoke", user("bob", roles=[])).approve("erin").merge("squash")
    judge(change.merge("squash"), "approver-lacks-role")


@pytest.mark.threat("C25", rule="approver-inactive")
def test_a_person_who_left_before_the_merge_does_not_count(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    world.propose("carol", "Leave", user("bob", active=False)).approve("erin").merge("squash")
    judge(change.merge("squash"), "approver-inactive")


@pytest.mark.threat("C25", rule="approver-lacks-role")
@pytest.mark.parametrize(("held", "rule"), [(False, None), (True, "approver-lacks-role")])
def test_a_role_granted_meanwhile_counts_unless_it_had_to_be_held(
    tmp_path: Path, *, held: bool, rule: str | None
) -> None:
    world = World(tmp_path, policy("models", actions=["model.*"], held_since_base=held))
    change = world.propose("alice", "Register", model("fraud")).approve("mallory")
    world.propose("carol", "Promote", PROMOTED).approve("erin").merge("squash")
    judge(change.merge("squash"), rule)


@pytest.mark.threat("C25", rule="not-approved")
@pytest.mark.parametrize(("held", "rule"), [(False, None), (True, "not-approved")])
def test_a_role_granted_meanwhile_does_not_count_beside_one_that_was_held(
    tmp_path: Path, *, held: bool, rule: str | None
) -> None:
    """Bob was an approver all the time; that he is an admin came while the proposal was open."""
    both = policy(
        "models", actions=["model.*"], approvals=[{"role": "approver"}, {"role": "admin"}], held_since_base=held
    )
    world = World(tmp_path, both, user("carol", roles=["approver"]))
    change = world.propose("alice", "Register", model("fraud")).approve("bob").approve("carol")
    promoted = user("bob", roles=["approver", "admin"])
    world.propose("dave", "Promote", promoted).approve("erin").merge("squash")
    judge(change.merge("squash"), rule)


BROKEN: dict[str, tuple[bytes, set[str]]] = {
    "a field that does not exist": (b"aprovals", {"invalid-resource", "policy-invalid"}),
    "no YAML": (b"approvals: [", {"unreadable-file", "policy-invalid"}),
    "a duplicate key": (b'description: "twice"\n  approvals', {"duplicate-key", "policy-invalid"}),
}


@pytest.mark.threat("C26", rule="policy-invalid")
@pytest.mark.parametrize(("typo", "expected"), BROKEN.values(), ids=BROKEN)
@pytest.mark.parametrize(("approvers", "status"), [(["bob"], Status.PASS), ([], Status.FAIL)])
def test_a_broken_policy_is_found_and_its_last_valid_version_holds(
    world: World, typo: bytes, expected: set[str], approvers: list[str], status: Status
) -> None:
    path, text = ONE
    broken = world.propose("erin", "Break", (path, text.replace(b"approvals", typo))).approve("carol").merge("squash")
    change = world.propose("alice", "Register", model("fraud"))
    for person in approvers:
        change.approve(person)
    landed = change.merge("squash")
    report = verdict(world)
    found = {f.rule for f in report.findings if f.commit == broken.commit}
    assert found
    assert found <= expected
    assert {f.path for f in report.findings if f.commit == broken.commit} == {MODELS}
    assert change_of(report, landed).status is status


@pytest.mark.threat("C24", "C26")
def test_a_policy_that_was_broken_by_a_push_counts_as_it_was_approved(tmp_path: Path) -> None:
    world = World(tmp_path, TWO)
    broken = world.push("mallory", (MODELS, TWO[1] + b"approvals: [\n"))
    enough = world.propose("alice", "Register", model("fraud")).approve("bob").approve("carol").merge("squash")
    fewer = world.propose("alice", "Register", model("churn")).approve("bob").merge("squash")
    report = verdict(world)
    assert change_of(report, enough).status is Status.PASS
    assert [change_of(report, landed).status for landed in (broken, fewer)] == [Status.FAIL, Status.FAIL]


def test_a_policy_that_was_adopted_broken_demands_nothing_and_is_told_until_it_is_mended(tmp_path: Path) -> None:
    """It binds nobody whom it did not bind before."""
    stricter = policy("more", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])
    path, text = stricter
    world = World(tmp_path, ONE, (path, text.replace(b"approvals", b"aprovals")))
    before = world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    report = verdict(world)
    assert [(f.rule, f.status, f.path) for f in report.findings] == [("policy-never-readable", Status.WARN, path)]
    assert (change_of(report, before).status, report.exit_code()) == (Status.PASS, ExitCode.OK)
    world.propose("erin", "Mend", stricter).approve("carol").merge("squash")
    after = world.propose("alice", "Register", model("churn")).approve("bob").merge("squash")
    report = verdict(world)
    assert [(f.rule, f.commit) for f in report.findings] == [("not-approved", after.commit)]
    assert change_of(report, before).status is Status.PASS


def test_what_passes_over_a_policy_that_was_adopted_broken_does_not_answer_for_it(tmp_path: Path) -> None:
    """Mended on the way and broken again in the end, as it was."""
    path, text = policy("more", actions=["model.*"], approvals=[{"count": 2, "role": "approver"}])
    broken = (path, text.replace(b"approvals", b"aprovals"))
    world = World(tmp_path, ONE, broken)
    change = world.propose("erin", "Mend", (path, text)).push("erin", broken, model("fraud"))
    change.approve("bob").merge("rebase")
    assert rules(verdict(world)) == {"transient-state", "policy-never-readable"}


@pytest.mark.threat("C24", "C26", rule="rests-on-unapproved-rule")
def test_a_person_whose_file_was_broken_by_a_push_does_not_lose_their_veto_unseen(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("carol").reject("bob")
    world.push("mallory", ("registry/users/bob.yaml", b"spec: [\n"))
    landed = change.merge("squash")
    report = verdict(world)
    assert change_of(report, landed).status is Status.FAIL
    assert "rests-on-unapproved-rule" in {f.rule for f in report.findings if f.commit == landed.commit}


@pytest.mark.threat("C26", rule="policy-invalid")
def test_a_role_that_does_not_exist_is_held_by_nobody(world: World) -> None:
    typo = policy("models", actions=["model.*"], approvals=[{"count": 1, "role": "aprover"}])
    broken = world.propose("erin", "Break", typo).approve("carol").merge("squash")
    landed = world.propose("alice", "Register", model("fraud")).merge("squash")
    report = verdict(world)
    found = {f.rule for f in report.findings if (f.commit, f.path) == (broken.commit, MODELS)}
    assert found & {"policy-invalid", "dangling-reference"}
    assert change_of(report, landed).status is Status.FAIL


@pytest.mark.threat("C26")
def test_a_policy_that_nobody_can_meet_is_warned_about(world: World) -> None:
    steep = policy("models", actions=["model.*"], approvals=[{"count": 9, "role": "approver"}])
    world.propose("erin", "Raise", steep).approve("carol").merge("squash")
    report = verdict(world)
    assert [(f.status, f.path) for f in report.findings] == [(Status.WARN, MODELS)]
    assert report.exit_code() is ExitCode.OK


@pytest.mark.threat("C27", rule="no-policy-matches")
def test_what_no_policy_names_is_not_approved(tmp_path: Path) -> None:
    world = World(tmp_path, delete("policies/approvals/incidents.yaml"), model("fraud"))
    judge(world.propose("dave", "Report", incident("drift")).approve("bob").merge("squash"), "no-policy-matches")


@pytest.mark.threat("C27")
def test_what_a_policy_names_is_judged_by_it(tmp_path: Path) -> None:
    world = World(tmp_path, model("fraud"))
    judge(world.propose("dave", "Report", incident("drift")).approve("bob").merge("squash"), None)


RAISED: dict[str, tuple[File, Callable[[Change], Change], str | None]] = {
    "raised and met": (
        policy("people", actions=["user.*", "role.*"], approvals=[{"count": 2, "role": "admin"}]),
        lambda change: change.approve("erin").approve("carol"),
        None,
    ),
    "raised and not met": (
        policy("people", actions=["user.*", "role.*"], approvals=[{"count": 2, "role": "admin"}]),
        lambda change: change.approve("erin"),
        "not-approved",
    ),
}


@pytest.mark.parametrize(("extra", "reviews", "rule"), RAISED.values(), ids=RAISED)
def test_policy_can_raise_what_is_built_in(
    tmp_path: Path, extra: File, reviews: Callable[[Change], Change], rule: str | None
) -> None:
    world = World(tmp_path, extra)
    judge(reviews(world.propose("alice", "Hire", user("frank", roles=["analyst"]))).merge("squash"), rule)


@pytest.mark.parametrize("approved", [True, False], ids=["approved", "pushed"])
def test_every_change_of_a_policy_is_told_with_its_people_and_its_time(tmp_path: Path, *, approved: bool) -> None:
    """In the order of the history; what people and roles change is told elsewhere."""
    world = World(tmp_path)
    edits = [TWO, user("bob", display_name="Bob B."), model("fraud")]
    change = world.propose("erin", "Ask for two", *edits)
    landed = change.approve("carol").merge("squash") if approved else world.push("erin", *edits)
    removed = world.propose("erin", "Ask for one", delete(MODELS)).approve("carol").merge("squash")
    assert verdict(world).policy_changes == (
        Event(MODELS, "changed", landed.commit, landed.at, people=("erin",)),
        Event(MODELS, "removed", removed.commit, removed.at, people=("erin",)),
    )
