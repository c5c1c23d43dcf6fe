"""An emergency lands before it is approved, where a policy lets it, and stays marked as one for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Report, Status
from govops.render import FORMATS, render
from tests.support.audit import assert_clean, change_of, findings, judge, only, verdict
from tests.support.change import Change, Landed
from tests.support.cli import govops
from tests.support.files import File, delegation, delete, model, policy, role, user
from tests.support.newcomer import write_key
from tests.support.world import World

FRAUD = model("fraud")[0]
EMERGENCY = {"within": "24h", "author": {"role": "operator"}, "reason": "It does harm as it is."}


def urgent(**more: Any) -> File:
    """The company's policy on models, with an emergency part."""
    return policy("models", actions=["model.*"], emergency=EMERGENCY, **more)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A company whose operators may change models in an emergency."""
    return World(tmp_path, urgent())


def rush(world: World, person: str = "alice", *edits: File) -> Change:
    """A proposal that lands before anybody looked at it; nothing records it yet."""
    change = world.propose(person, "Rush", *(edits or (model("fraud"),)))
    change.merge("squash", record=False)
    return change


def landed(change: Change) -> Landed:
    """The landing of a proposal that landed, recorded now."""
    assert change.landed is not None
    change.landed.record()
    return change.landed


def labelled(report: Report, at: Landed) -> bool:
    """Whether the change is allowed, and marked with a warning of its own; nothing else was found."""
    told = change_of(report, at)
    (finding,) = only(report, "emergency-change", at, path=FRAUD)
    assert (finding.status, report.exit_code(), report.counts.approved) == (Status.WARN, ExitCode.OK, 1)
    return (told.status, told.labels) == (Status.PASS, ("emergency",))


@pytest.mark.threat("C41", rule="emergency-unapproved")
def test_an_emergency_that_nobody_approves_is_a_violation_from_its_first_minute(world: World) -> None:
    report = judge(landed(rush(world)), "emergency-unapproved")
    assert report.changes[0].labels == ("emergency",)


LATER = {
    "a second later": (1, None),
    "in the last second": (24 * 3600, None),
    "a second too late": (24 * 3600 + 1, "emergency-unapproved"),
    "a year too late": (365 * 86_400, "emergency-unapproved"),
}


@pytest.mark.threat("C41", rule="emergency-unapproved")
@pytest.mark.parametrize("sign", [True, False], ids=["signed", "on the forge"])
@pytest.mark.parametrize(("seconds", "rule"), LATER.values(), ids=LATER)
def test_it_may_be_approved_until_its_time_is_over(world: World, seconds: int, rule: str | None, *, sign: bool) -> None:
    change = rush(world)
    moment = datetime.fromisoformat(landed_of(change).at) + timedelta(seconds=seconds)
    at = f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    if sign:
        world.approve_signed("bob", change, at=at)
    else:
        change.approve("bob", at=at)
    report = verdict(world_of(landed(change)))
    if rule is None:
        assert labelled(report, landed_of(change))
    else:
        (finding,) = only(report, rule)
        assert "bob approved too late" in finding.message


Late = tuple[int, dict[str, str], str]
TOLD: dict[str, Late] = {
    "nobody": (1, {}, "1 approval by role approver within 24h of the landing and has none"),
    "one of two": (
        2,
        {"bob": "2026-01-05T14:00:00Z"},
        "2 approvals by role approver within 24h of the landing and has 1",
    ),
    "two too late": (
        1,
        {"bob": "2026-03-05T14:00:00Z", "carol": "2026-03-06T14:00:00Z"},
        "1 approval by role approver within 24h of the landing and has none; bob, carol approved too late",
    ),
}


@pytest.mark.threat("C41", rule="emergency-unapproved")
@pytest.mark.parametrize(("count", "approvals", "told"), TOLD.values(), ids=TOLD)
def test_what_was_missing_by_when_is_told(tmp_path: Path, count: int, approvals: dict[str, str], told: str) -> None:
    change = rush(World(tmp_path, urgent(approvals=[{"count": count, "role": "approver"}])))
    for person, at in approvals.items():
        change.approve(person, at=at)
    (finding,) = only(verdict(world_of(landed(change))), "emergency-unapproved")
    assert finding.message == f"landed as an emergency: {FRAUD}; it takes {told}"


def world_of(at: Landed) -> World:
    return at.world


def landed_of(change: Change) -> Landed:
    assert change.landed is not None
    return change.landed


Rush = Callable[[World], Change]
ALLOWED: dict[str, Rush] = {
    "by another approver as well": lambda w: approved(approved(rush(w), "bob"), "carol"),
    "after a comment": lambda w: approved(rush(w).comment("carol"), "bob"),
    "by somebody who had rejected it before": lambda w: approved(rejected_before(w, "bob"), "bob"),
    "after a rejection was dismissed": lambda w: approved(rush(w).reject("carol").dismiss("carol"), "bob"),
    "with a rejection that came too late": lambda w: late_rejection(approved(rush(w), "bob")),
}


def approved(change: Change, person: str) -> Change:
    """Signed after the landing."""
    change.world.approve_signed(person, change)
    return change


def rejected_before(world: World, person: str) -> Change:
    change = world.propose("alice", "Rush", model("fraud")).reject(person)
    change.merge("squash", record=False)
    return change


def late_rejection(change: Change) -> Change:
    change.world.clock.pass_by(days=2)
    return change.reject("carol")


@pytest.mark.threat("C41", rule="emergency-change")
@pytest.mark.parametrize("story", ALLOWED.values(), ids=ALLOWED)
def test_an_emergency_approved_in_time_is_allowed_and_marked(world: World, story: Rush) -> None:
    change = story(world)
    assert labelled(verdict(world_of(landed(change))), landed_of(change))


REFUSED: dict[str, tuple[Rush, str]] = {
    "by whoever made it": (lambda w: approved(rush(w), "alice"), "emergency-unapproved"),
    "by somebody without the role": (lambda w: approved(rush(w), "mallory"), "emergency-unapproved"),
    "by a bot": (lambda w: rush(w).approve("robo"), "emergency-unapproved"),
    "and rejected afterwards": (lambda w: approved(rush(w), "bob").reject("carol"), "blocked-by-rejection"),
    "and rejected by the same person": (lambda w: rush(w).approve("bob").reject("bob"), "emergency-unapproved"),
    "although rejected before": (lambda w: approved(rejected_before(w, "carol"), "bob"), "blocked-by-rejection"),
    "and dismissed in time": (lambda w: rush(w).approve("bob").dismiss("bob"), "emergency-unapproved"),
    "made by somebody who is not entitled": (lambda w: rush(w, "mallory").approve("bob"), "approval-after-landing"),
    "made by a bot": (lambda w: rush(w, "robo").approve("bob"), "approval-after-landing"),
    "with an author who is not entitled": (
        lambda w: with_author(w, "mallory").approve("bob"),
        "approval-after-landing",
    ),
}


def with_author(world: World, author: str) -> Change:
    change = world.propose("alice", "Rush", model("fraud"), author=author)
    change.merge("squash", record=False)
    return change


@pytest.mark.threat("C41", rule="emergency-unapproved")
@pytest.mark.parametrize(("story", "rule"), REFUSED.values(), ids=REFUSED)
def test_an_emergency_is_approved_by_those_who_could_have_done_so_before(world: World, story: Rush, rule: str) -> None:
    change = story(world)
    report = verdict(world_of(landed(change)))
    assert rule in {finding.rule for finding in report.findings if finding.status is Status.FAIL}, findings(report)
    assert change_of(report, landed_of(change)).status is Status.FAIL


@pytest.mark.threat("C41", "C22", rule="emergency-unapproved")
def test_a_role_that_is_granted_after_the_landing_approves_nothing_that_landed(world: World) -> None:
    change = rush(world)
    at = landed(change)
    world.propose("carol", "Promote", user("mallory", roles=["approver"])).approve("erin").merge("squash")
    world.approve_signed("mallory", change)
    only(verdict(world), "emergency-unapproved", at)


@pytest.mark.threat("C41", "C32")
def test_rules_people_and_control_files_are_no_emergency(tmp_path: Path) -> None:
    """Whatever a policy says of everything."""
    world = World(tmp_path, policy("all", actions=["*"], emergency=EMERGENCY | {"author": {"role": "admin"}}))
    edits = [urgent(), user("mallory", roles=["approver"]), role("analyst", permissions=["*"]), (".mailmap", b"x\n")]
    for edit in edits:
        change = world.propose("carol", "Rush", edit)
        change.merge("squash", record=False)
        world.approve_signed("erin", change)
        world.approve_signed("bob", change)
        landed(change)
    report = verdict(world)
    assert [told.status for told in report.changes] == [Status.FAIL] * 4
    assert not any(told.labels for told in report.changes if "built-in" not in {r.source for r in told.requirements})
    assert "approval-after-landing" in {finding.rule for finding in report.findings}


@pytest.mark.threat("C41", rule="rests-on-unapproved-rule")
def test_an_emergency_part_that_nobody_approved_lets_nothing_through(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.push("alice", urgent())
    at = landed(approved(rush(world), "bob"))
    report = verdict(world)
    assert "rests-on-unapproved-rule" in {f.rule for f in report.findings if f.commit == at.commit}
    assert change_of(report, at).status is Status.FAIL


@pytest.mark.threat("C41", rule="not-approved")
def test_a_policy_beside_it_that_knows_no_emergency_is_not_met_afterwards(tmp_path: Path) -> None:
    strict = policy("strict", actions=["model.register"], approvals=[{"count": 1, "role": "admin"}])
    world = World(tmp_path, urgent(), strict)
    change = rush(world)
    world.approve_signed("bob", change)
    world.approve_signed("erin", change)
    report = verdict(world_of(landed(change)))
    told = change_of(report, landed_of(change))
    assert told.status is Status.FAIL
    assert [(r.source.rpartition("/")[2], r.status) for r in told.requirements] == [
        ("models.yaml", Status.PASS),
        ("strict.yaml", Status.FAIL),
    ]


@pytest.mark.threat("C16", "C41", rule="evidence-spent")
def test_an_approval_that_came_afterwards_is_spent_on_what_it_came_for(world: World) -> None:
    """Reverted and landed again, the same content takes another approval."""
    at = landed(approved(rush(world), "bob"))
    world.propose("alice", "Revert", delete(FRAUD)).approve("bob").merge("squash")
    world.clock.pass_by(days=3)
    again = world.push("alice", model("fraud"))
    report = verdict(world)
    assert [change_of(report, one).status for one in (at, again)] == [Status.PASS, Status.FAIL]
    assert [reason for reason, _ in change_of(report, again).approvals[0].reasons] == ["evidence-spent"]


@pytest.mark.threat("C41")
def test_what_was_approved_before_it_landed_is_no_emergency(world: World) -> None:
    change = world.propose("alice", "Calm", model("fraud")).approve("bob")
    report = judge(change.merge("squash"), None)
    assert report.changes[0].labels == ()


@pytest.mark.threat("C41", rule="residual-content")
def test_content_that_nobody_reviewed_is_no_emergency_of_the_proposal(world: World) -> None:
    change = world.propose("alice", "Rush", model("fraud"))
    change.merge("squash", amend=[model("churn")], record=False)
    world.approve_signed("bob", change)
    report = verdict(world_of(landed(change)))
    assert "residual-content" in {finding.rule for finding in report.findings}
    assert change_of(report, landed_of(change)).status is Status.FAIL


@pytest.mark.threat("C41")
def test_a_direct_push_is_approved_by_what_it_changed(world: World) -> None:
    at = world.push("alice", model("fraud"))
    world.approve_landed("bob", at)
    assert labelled(verdict(world), at)


@pytest.mark.threat("C41")
@pytest.mark.parametrize("as_of", ["2026-01-05T12:00:00Z", "2031-01-01T00:00:00Z"])
def test_when_the_report_is_made_changes_nothing(world: World, as_of: str) -> None:
    at = world.push("alice", model("fraud"))
    assert [f.rule for f in verdict(world, as_of=as_of).findings] == ["emergency-unapproved"]
    world.approve_landed("bob", at)
    assert labelled(verdict(world, as_of=as_of), at)


@pytest.mark.threat("C41")
def test_where_nothing_records_the_landing_there_is_no_afterwards(tmp_path: Path) -> None:
    """Nobody tells when it landed: signed approvals count as always, and without one it is simply not approved."""
    world = World(tmp_path, urgent(), settings={"evidence": {"mode": "signature", "accept": ["signature"]}})
    change = world.propose("alice", "Rush", model("fraud"), signed_by="alice")
    change.merge("fast-forward", record=False)
    only(verdict(world), "not-approved", change.landed)
    world.approve_signed("bob", change)
    assert_clean(verdict(world))


@pytest.mark.threat("C41")
def test_a_delegate_may_make_an_emergency_and_may_approve_one(tmp_path: Path) -> None:
    lent = [delegation("a", "dave", "frank", ["operator"]), delegation("b", "bob", "mallory", ["approver"])]
    world = World(tmp_path, urgent(), user("frank", roles=[]), *lent)
    change = rush(world, "frank")
    world.approve_signed("mallory", change)
    report = verdict(world_of(landed(change)))
    assert labelled(report, landed_of(change))
    (given,) = report.changes[0].approvals
    assert (given.roles, given.delegate_of) == (("approver",), ("bob",))


@pytest.mark.threat("C41")
@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("approver", ["bob", None])
def test_every_format_tells_of_it(world: World, format: str, approver: str | None) -> None:
    change = rush(world)
    if approver:
        world.approve_signed(approver, change)
    shown = render(verdict(world_of(landed(change))), format)
    assert "landed as an emergency" in shown
    assert f"emergency-{'change' if approver else 'unapproved'}" in shown


@pytest.mark.threat("C41")
def test_a_landed_emergency_is_approved_on_the_command_line_by_whoever_could_have_before(tmp_path: Path) -> None:
    world = World(tmp_path / "world", policy("models", actions=["model.*"], emergency=EMERGENCY | {"within": "9000d"}))
    at = world.push("alice", model("fraud"))
    where = ["--repository", str(world.path), "--no-remote", "--yes", "--landed", at.commit]
    keys = {name: write_key(tmp_path / "keys" / name, name) for name in ("alice", "bob", "mallory")}
    refused = {name: govops("approve", *where, "--key", str(keys[name])) for name in ("alice", "mallory")}
    assert [(ran.code, "would not count" in ran.err) for ran in refused.values()] == [(ExitCode.VIOLATION, True)] * 2
    assert govops("approve", *where, "--key", str(keys["bob"])).code == ExitCode.OK
    assert labelled(verdict(world), at)


def test_only_what_landed_can_be_approved_as_landed(tmp_path: Path) -> None:
    world = World(tmp_path / "world", urgent())
    change = world.propose("alice", "Open", model("fraud"))
    key = write_key(tmp_path / "keys" / "bob", "bob")
    where = ["--repository", str(world.path), "--no-remote", "--yes", "--key", str(key)]
    ran = govops("approve", *where, "--landed", change.head)
    assert (ran.code, "is no change of main" in ran.err) == (ExitCode.USAGE, True)
    ran = govops("approve", *where, "--landed", change.head, "open")
    assert ran.code == ExitCode.USAGE
