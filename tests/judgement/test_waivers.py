"""A waiver excuses what it names, for a while, from the change after it on, and never those who let it in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import change_of, only, verdict
from tests.support.exceptions import ENDS, EXACT, PATH, WAIVER, at, excused, fails, register, waive
from tests.support.files import delegation, delete, kind, model, version, waiver
from tests.support.world import World

# ---- what it excuses


@pytest.mark.parametrize("text", [WAIVER, EXACT], ids=["by pattern", "by name"])
def test_an_approved_waiver_excuses_the_changes_after_it(world: World, text: tuple[str, bytes]) -> None:
    world.propose("alice", "Register fraud", model("fraud")).approve("bob").merge("squash")
    waive(world, text)
    found = excused(world.propose("alice", "Edit", model("fraud", title="Other")).merge("squash"))
    assert found.rule == "not-approved"
    assert found.hint == f"excused until {ENDS}: Nobody is there to review"


def test_what_is_excused_is_no_approval(world: World) -> None:
    """Requirements stay unmet, and deeds count as not approved."""
    waive(world)
    landed = register(world)
    (requirement,) = change_of(verdict(world), landed).requirements
    assert requirement.status is Status.FAIL


def test_a_waiver_that_stood_at_the_adoption_excuses(tmp_path: Path) -> None:
    world = World(tmp_path, WAIVER)
    world.push("alice", ("README.txt", b"x"))  # tells a time
    excused(register(world))


Scoped = tuple[dict[str, Any], str, bool]
SCOPES: dict[str, Scoped] = {
    "every model": ({"path": "registry/models/**"}, PATH, True),
    "one folder": ({"path": "registry/models/*/model.yaml"}, PATH, True),
    "another folder": ({"path": "registry/models/churn/**"}, PATH, False),
    "this model": ({"resource": "Model/fraud"}, PATH, True),
    "another model": ({"resource": "Model/churn"}, PATH, False),
    "a model is not its versions": ({"resource": "Model/fraud"}, version("fraud", "1.0.0")[0], False),
    "a version": ({"resource": "ModelVersion/fraud/1.0.0"}, version("fraud", "1.0.0")[0], True),
    "both hold": ({"resource": "Model/fraud", "path": "registry/models/f*/*"}, PATH, True),
    "one of both holds": ({"resource": "Model/fraud", "path": "registry/models/c*/*"}, PATH, False),
}


@pytest.mark.threat("A09", rule="not-approved")
@pytest.mark.parametrize(("scope", "path", "covered"), SCOPES.values(), ids=SCOPES)
def test_a_waiver_covers_its_scope_and_nothing_else(
    world: World, scope: dict[str, Any], path: str, *, covered: bool
) -> None:
    files = (model("fraud"), version("fraud", "1.0.0"), model("churn"))
    world.propose("alice", "Register", *files).approve("bob").merge("squash")
    waive(world, waiver("models", scope=scope))
    edited = model("fraud", title="Other") if path == PATH else version("fraud", "1.0.0", description="Other")
    landed = world.propose("alice", "Edit", edited).merge("squash")
    if covered:
        excused(landed)
    else:
        fails(landed)


def test_a_waiver_of_something_else_does_not_stand_in_the_way(world: World) -> None:
    """Whichever of the two has the first name."""
    for name, covered in (("a", "registry/use-cases/**"), ("m", PATH), ("z", "registry/users/**")):
        change = world.propose("erin", f"Waive {name}", waiver(name, scope={"path": covered}))
        change.approve("carol").merge("squash")
    excused(register(world), by=waiver("m")[0])


def test_a_custom_kind_is_named_like_any_other(tmp_path: Path) -> None:
    scope = {"resource": "Sheet/one"}
    text = waiver("models", rules=["no-policy-matches"], scope=scope)
    world = World(tmp_path, kind("Sheet", "sheets"), ("sheets/one.yaml", b"status: new\n"), text)
    other = world.propose("alice", "Add", ("sheets/two.yaml", b"status: new\n")).merge("squash")
    landed = world.propose("alice", "Edit", ("sheets/one.yaml", b"status: old\n")).merge("squash")
    report = verdict(world)
    assert [found.status for found in at(report, other)] == [Status.FAIL]
    assert [found.status for found in at(report, landed)] == [Status.WAIVED]


@pytest.mark.threat("A09", rule="not-approved")
def test_a_finding_on_two_files_is_excused_only_if_both_are_in_scope(world: World) -> None:
    waive(world, EXACT)
    landed = world.propose("alice", "Register two", model("fraud"), model("churn")).merge("squash")
    fails(landed)


def test_a_change_is_waived_only_if_every_violation_is(world: World) -> None:
    """The second rule that it breaks is not named by the waiver."""
    waive(world, waiver("models", rules=["illegal-transition"]))
    landed = world.propose("alice", "Skip", model("fraud"), version("fraud", "1.0.0", status="approved")).merge(
        "squash"
    )
    report = verdict(world)
    assert {found.rule: found.status for found in at(report, landed)} == {
        "not-approved": Status.FAIL,
        "illegal-transition": Status.WAIVED,
    }
    assert change_of(report, landed).status is Status.FAIL
    assert (report.counts.violating, report.counts.waived) == (1, 0)


def test_a_warning_that_is_excused_makes_no_exception_of_an_approved_change(world: World) -> None:
    waive(world, waiver("models", rules=["executable-file"]))
    text = model("fraud")[1]
    landed = world.propose("alice", "Register", (PATH, ("100755", text))).approve("bob").merge("squash")
    report = verdict(world)
    assert [(f.rule, f.status) for f in at(report, landed)] == [("executable-file", Status.WAIVED)]
    assert change_of(report, landed).status is Status.PASS
    assert (report.counts.approved, report.counts.waived) == (2, 0)


# ---- whom it never excuses


@pytest.mark.threat("A09", rule="not-approved")
@pytest.mark.parametrize("waived", [WAIVER, EXACT], ids=["every model", "this model"])
@pytest.mark.parametrize(
    ("approvers", "expected"),
    [
        ([], [("not-approved", WAIVER[0])]),  # both files, told as one
        (["carol"], []),
        (["erin"], [("approver-lacks-role", PATH)]),
    ],
    ids=["approved by nobody", "approved as a model and as a policy", "approved as a policy only"],
)
def test_a_waiver_in_the_change_itself_is_not_honoured(
    world: World, waived: tuple[str, bytes], approvers: list[str], expected: list[tuple[str, str]]
) -> None:
    """Erin may approve a waiver and no model; a change that brings both needs both approvals all the same."""
    change = world.propose("alice", "Register fraud, and waive", model("fraud"), waived)
    for person in approvers:
        change.approve(person)
    landed = change.merge("squash")
    report = verdict(world)
    assert [(found.rule, found.path) for found in at(report, landed)] == expected
    assert change_of(report, landed).status is (Status.FAIL if expected else Status.PASS)


@pytest.mark.threat("A09", rule="approver-lacks-role")
@pytest.mark.parametrize("scope", [{"path": "registry/models/**"}, {"resource": "Model/fraud"}], ids=str)
def test_a_waiver_of_the_very_rule_in_the_change_itself_is_told_of(world: World, scope: dict[str, str]) -> None:
    text = waiver("models", rules=["approver-lacks-role"], scope=scope)
    landed = world.propose("alice", "Register fraud, and waive", model("fraud"), text).approve("erin").merge("squash")
    fails(landed, f"; {WAIVER[0]} does not count: it lands with this very change", "approver-lacks-role")


@pytest.mark.threat("A09", rule="not-approved")
def test_a_rebase_of_the_waiver_and_then_the_violation_is_one_change(world: World) -> None:
    change = world.propose("alice", "Waive and use", WAIVER).push("alice", model("fraud")).approve("erin")
    landed = change.merge("rebase")
    fails(landed, rule="approver-lacks-role")


@pytest.mark.threat("A09", rule="approver-is-contributor")
def test_nobody_waives_for_themselves(world: World) -> None:
    landed = world.propose("carol", "Waive", WAIVER).approve("carol").merge("squash", by="erin")
    report = verdict(world)
    assert {found.path for found in at(report, landed)} == {WAIVER[0]}
    assert change_of(report, landed).status is Status.FAIL


@pytest.mark.threat("A09", rule="approver-is-beneficiary")
@pytest.mark.parametrize("account", [None, "id-carol-2"], ids=["as usual", "through a second account"])
def test_the_owner_of_a_waiver_does_not_approve_it(world: World, account: str | None) -> None:
    """Erin proposes it for her; her approval is the only one."""
    text = waiver("models", owner="carol")
    landed = world.propose("erin", "Waive", text).approve("carol", account=account).merge("squash")
    (found,) = only(verdict(world), "approver-is-beneficiary", landed)
    assert "being the owner of the waiver" in found.message
    later = register(world)
    fails(later, f"commit {landed.commit[:12]} left it without approval")


@pytest.mark.threat("A09", rule="approver-is-beneficiary")
def test_whoever_hands_a_waiver_on_does_not_approve_that(world: World) -> None:
    waive(world, waiver("models", owner="carol"), by="alice", approver="erin")
    landed = world.propose("erin", "Hand on", WAIVER).approve("carol").merge("squash")
    only(verdict(world), "approver-is-beneficiary", landed)


def test_the_owner_of_a_waiver_may_approve_that_it_goes(world: World) -> None:
    waive(world, waiver("models", owner="carol"), by="alice", approver="erin")
    landed = world.propose("erin", "Waive no more", delete(WAIVER[0])).approve("carol").merge("squash")
    assert change_of(verdict(world), landed).status is Status.PASS


@pytest.mark.threat("A09", rule="not-approved")
@pytest.mark.parametrize("account", [None, "id-carol-2"], ids=["as usual", "through a second account"])
def test_a_waiver_does_not_count_for_a_change_of_whoever_approved_it(world: World, account: str | None) -> None:
    waive(world)
    landed = register(world, "carol", account=account)
    fails(landed, f"{WAIVER[0]} does not count: carol approved it, and took part in this change")


@pytest.mark.threat("A09", rule="not-approved")
def test_nor_for_a_change_to_which_they_only_pushed(world: World) -> None:
    waive(world)
    change = world.propose("alice", "Register fraud", model("fraud")).push("carol", model("fraud", title="Better"))
    fails(change.merge("squash"), "carol approved it")


@pytest.mark.threat("A09", "C41", rule="not-approved")
@pytest.mark.parametrize("user", ["carol", "mallory"])
def test_nor_for_those_in_whose_seat_it_was_approved(tmp_path: Path, user: str) -> None:
    """Mallory approves as Carol's delegate; it serves neither of them."""
    world = World(tmp_path, delegation("summer", "carol", "mallory", ["admin"]))
    landed = waive(world, approver="mallory")
    assert change_of(verdict(world), landed).status is Status.PASS
    fails(register(world, user), f"{user} approved it")


@pytest.mark.threat("A09", rule="not-approved")
def test_an_early_approver_is_not_forgotten_when_another_approves_an_edit(world: World) -> None:
    """Carol lets it in; Erin approves a word of it later. It still does not count for Carol."""
    waive(world)
    edited = waiver("models", reason="Still nobody is there to review")
    world.propose("carol", "Reword", edited).approve("erin").merge("squash")
    fails(register(world, "carol"), "carol approved it")


@pytest.mark.threat("A09", rule="not-approved")
@pytest.mark.parametrize("user", ["carol", "erin"])
def test_whoever_approved_it_though_nobody_waited_for_that_is_an_approver_too(world: World, user: str) -> None:
    """One approval is needed for the waiver, and two are given, one of them needed elsewhere: it serves neither."""
    change = world.propose("alice", "Waive", WAIVER, model("churn")).approve("carol").approve("erin")
    landed = change.merge("squash")
    assert change_of(verdict(world), landed).status is Status.PASS
    fails(register(world, user), f"{user} approved it")


@pytest.mark.threat("A09", rule="approver-lacks-role")
def test_a_waiver_does_not_count_for_what_is_found_against_its_approver(world: World) -> None:
    """Erin may approve waivers and no models: she cannot make her approvals of models good by a waiver."""
    waive(world, waiver("models", rules=["approver-lacks-role"]), by="carol", approver="erin")
    landed = world.propose("alice", "Register", model("fraud")).approve("erin").merge("squash")
    fails(landed, "erin approved it, and this was found against them", "approver-lacks-role")


# ---- when it is in force


@pytest.mark.threat("A09", rule="not-approved")
def test_a_waiver_excuses_nothing_that_landed_before_it(world: World) -> None:
    landed = register(world)
    waive(world)
    fails(landed)


@pytest.mark.threat("A09", rule="not-approved")
def test_a_waiver_that_nobody_approved_excuses_nothing(world: World) -> None:
    pushed = world.push("mallory", WAIVER)
    fails(register(world), f"commit {pushed.commit[:12]} left it without approval")


@pytest.mark.threat("A09", rule="not-approved")
def test_a_waiver_that_was_widened_without_approval_excuses_what_it_did_before(world: World) -> None:
    """Widened, used, restored: neither use counts, and what was lawful before it does."""
    waive(world, EXACT)
    world.push("mallory", WAIVER)
    wide = world.propose("alice", "Register churn", model("churn")).merge("squash")
    narrow = register(world)
    world.push("mallory", EXACT)
    report = verdict(world)
    assert [found.status for found in at(report, wide)] == [Status.FAIL]
    assert [found.status for found in at(report, narrow)] == [Status.WAIVED]


@pytest.mark.threat("A09")
def test_a_waiver_that_was_taken_away_without_approval_still_excuses(world: World) -> None:
    waive(world)
    world.push("mallory", delete(WAIVER[0]))
    landed = register(world)
    report = verdict(world)
    assert [found.status for found in at(report, landed)] == [Status.WAIVED]
    assert [item.status for item in report.waivers] == ["in force: it was taken away without approval"]


def test_a_waiver_that_was_taken_away_with_approval_excuses_no_more(world: World) -> None:
    waive(world)
    first = register(world)
    world.propose("erin", "Waive no more", delete(WAIVER[0])).approve("carol").merge("squash")
    second = world.propose("alice", "Edit", model("fraud", title="Other")).merge("squash")
    report = verdict(world)
    assert [found.status for landed in (first, second) for found in at(report, landed)] == [Status.WAIVED, Status.FAIL]
    (item,) = report.waivers
    assert (item.status, dict(item.facts)["findings waived"]) == ("not in force: it is gone", "1")


def test_an_unreadable_waiver_counts_as_it_was_last(world: World) -> None:
    waive(world)
    world.propose("erin", "Break it", (WAIVER[0], b"kind: Waiver\n")).approve("carol").merge("squash")
    landed = register(world)
    assert [found.status for found in at(verdict(world), landed)] == [Status.WAIVED]


@pytest.mark.threat("D14", rule="not-approved")
@pytest.mark.parametrize(
    ("landed_at", "status"),
    [
        ("2026-03-30T23:59:59Z", Status.WAIVED),
        ("2026-03-31T00:00:00Z", Status.FAIL),
        ("2026-04-01T00:00:00Z", Status.FAIL),
    ],
)
def test_a_waiver_ends_by_attested_time_whatever_commits_say(world: World, landed_at: str, status: Status) -> None:
    """The commit itself is dated back to a time when the waiver was in force."""
    waive(world)
    landed = world.push("alice", model("fraud"), at="2026-01-06T00:00:00Z", recording={"landed_at": landed_at})
    (found,) = at(verdict(world), landed)
    assert found.status is status
    assert status is Status.WAIVED or f"it ended at {ENDS}" in found.hint


@pytest.mark.threat("D14", rule="not-approved")
def test_time_that_was_attested_once_does_not_go_back(world: World) -> None:
    waive(world)
    world.push("alice", ("README.txt", b"x"), recording={"landed_at": "2026-05-01T00:00:00Z"})
    fails(register(world), f"it ended at {ENDS}")


@pytest.mark.threat("D14", rule="not-approved")
def test_without_any_attested_time_nobody_can_tell_whether_a_waiver_was_in_force(tmp_path: Path) -> None:
    """Trailers tell no time: what the waiver may have excused is open, and never passes."""
    trailers = {"keys": ["Reviewed-by"], "only_review_server": True}
    evidence = {"mode": "trailer", "accept": ["trailer"], "trailers": trailers, "contributors": "claimed"}
    world = World(tmp_path, WAIVER, settings={"evidence": evidence})
    landed = world.push("alice", model("fraud"), record=False)
    report = verdict(world)
    (found,) = only(report, "not-approved", landed)
    assert found.status is Status.UNVERIFIABLE
    assert "nobody attests when this change landed" in found.hint
    assert (report.counts.undecidable, report.counts.problem) == (1, "")
    assert report.exit_code() is ExitCode.UNDECIDABLE
    assert [item.status for item in report.waivers] == ["not in force: nobody attests a time"]


@pytest.mark.threat("A09", "D14", rule="waiver-too-long")
@pytest.mark.parametrize(("days", "too_long"), [(90, False), (91, True)])
def test_a_waiver_lasts_no_longer_than_settings_allow(world: World, days: int, *, too_long: bool) -> None:
    """By default 90 days, from the attested time of its landing."""
    change = world.propose("erin", "Waive", waiver("models", expires=f"2026-04-0{days - 83}T00:00:00Z"))
    landed = change.approve("carol").merge("squash", landed_at="2026-01-07T00:00:00Z")
    report = verdict(world)
    if too_long:
        (found,) = only(report, "waiver-too-long", landed, path=WAIVER[0])
        assert "waiver models" in found.message
        assert "2026-04-08T00:00:00Z, and it landed at 2026-01-07T00:00:00Z" in found.message
        fails(register(world), "left it without approval")
    else:
        assert change_of(report, landed).status is Status.PASS
        excused(register(world))


def test_settings_say_how_long_a_waiver_may_last(tmp_path: Path) -> None:
    world = World(tmp_path, settings={"limits": {"waiver_days": 7}})
    landed = waive(world)
    (found,) = only(verdict(world), "waiver-too-long", landed)
    assert "more than 7 days" in found.message


@pytest.mark.threat("A09", rule="not-approved")
def test_a_long_waiver_that_stood_at_the_adoption_counts_only_near_its_end(tmp_path: Path) -> None:
    """Nobody judged it when it came; it is held to the same limit."""
    world = World(tmp_path, waiver("models", expires="2028-01-01T00:00:00Z"))
    fails(register(world), "it lasts longer than 90 days")
