"""What no waiver excuses, and what is said of waivers at the end of a history."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from govops.errors import ExitCode
from govops.finding import InventoryItem, Report, Status
from govops.render import FORMATS, render
from tests.support.audit import change_of, only, verdict
from tests.support.change import Landed
from tests.support.exceptions import ENDS, WAIVER, at, register, waive
from tests.support.files import model, ratification, settings, user, waiver
from tests.support.world import World

# ---- what cannot be waived


NEVER = ["residual-content", "record-tampered", "unknown-contributor", "rests-on-unapproved-rule", "no-receipt"]


@pytest.mark.threat("A09", rule="rule-not-waivable")
@pytest.mark.parametrize("rule", [*NEVER, "no-such-rule"])
def test_a_waiver_of_what_cannot_be_waived_is_found(world: World, rule: str) -> None:
    landed = waive(world, waiver("models", rules=["not-approved", rule]))
    (found,) = only(verdict(world), "rule-not-waivable", landed)
    assert f"`{rule}` {'is no rule' if rule == 'no-such-rule' else 'cannot be waived'}" == found.message


@pytest.mark.threat("A09", rule=("unknown-contributor", "no-receipt"))
@pytest.mark.parametrize(
    ("rule", "story"),
    [
        ("unknown-contributor", lambda w: register(w, author="X <x@else.example>")),
        ("no-receipt", lambda w: w.push("alice", model("fraud"), record=False)),
        ("rests-on-unapproved-rule", lambda w: (w.push("mallory", user("bob")), register(w))[1]),
    ],
)
def test_what_cannot_be_waived_is_not(world: World, rule: str, story: Callable[[World], Landed]) -> None:
    waive(world, waiver("models", rules=[rule, "not-approved"]))
    report = verdict(story(world).world)
    assert [found.status for found in report.findings if found.rule == rule and found.status is Status.WAIVED] == []
    assert report.exit_code() > ExitCode.OK


@pytest.mark.threat("A09", "C32", rule="not-approved")
@pytest.mark.parametrize(
    "file",
    [user("dave", roles=["approver"]), WAIVER, settings(tools=["x@example.org"]), (".github/workflows/x.yml", b"x\n")],
    ids=lambda file: str(file[0]),
)
def test_rules_people_and_control_files_are_beyond_every_waiver(world: World, file: tuple[str, bytes]) -> None:
    waive(world, waiver("everything", scope={"path": "**"}))
    landed = world.propose("alice", "Edit", file).merge("squash")
    report = verdict(world)
    assert [found.status for found in at(report, landed) if found.rule == "not-approved"] == [Status.FAIL]


@pytest.mark.threat("A09", "C24", rule="rests-on-unapproved-rule")
def test_a_rule_file_in_a_change_that_needed_a_waiver_is_no_law(world: World) -> None:
    """The waiver lets the model in; the User beside it was approved, and still is not law: the change was not."""
    waive(world, waiver("models", rules=["approver-lacks-role"]))
    change = world.propose("alice", "Both", model("fraud"), user("dave", roles=["approver"]))
    landed = change.approve("erin").merge("squash")
    later = world.propose("alice", "Register churn", model("churn")).approve("dave").merge("squash")
    report = verdict(world)
    assert change_of(report, landed).status is Status.WAIVED
    assert [found.rule for found in at(report, later)] == ["rests-on-unapproved-rule"]


# ---- what is said of it at the end


def tips(report: Report) -> list[tuple[str, str | None]]:
    """What is said of exceptions at the tip."""
    return [(found.rule, found.path) for found in report.findings if found.rule.startswith("waiver-")]


@pytest.mark.threat("D14", rule=("waiver-expired", "waiver-ends-soon"))
@pytest.mark.parametrize(
    ("as_of", "rule"),
    [
        (None, None),
        ("2026-02-28T23:59:59Z", None),
        ("2026-03-01T00:00:00Z", "waiver-ends-soon"),
        ("2026-03-30T23:59:59Z", "waiver-ends-soon"),
        ("2026-03-31T00:00:00Z", "waiver-expired"),
        ("2030-01-01T00:00:00Z", "waiver-expired"),
    ],
)
def test_a_waiver_is_warned_of_before_and_after_its_end(world: World, as_of: str | None, rule: str | None) -> None:
    """As of the instant of the report, which changes no verdict; warnings alone are exit 0."""
    waive(world)
    landed = register(world)
    report = verdict(world, as_of=as_of)
    assert tips(report) == ([(rule, WAIVER[0])] if rule else [])
    assert [found.status for found in at(report, landed)] == [Status.WAIVED]
    assert report.exit_code() is ExitCode.OK
    (item,) = report.waivers
    assert item.status == ("ended" if rule == "waiver-expired" else "in force")


def test_a_waiver_that_was_not_needed_is_told_when_it_had_a_chance(world: World) -> None:
    waive(world)
    assert tips(verdict(world)) == []
    world.propose("erin", "Elsewhere", user("dave", roles=["analyst"])).approve("carol").merge("squash")
    assert tips(verdict(world)) == []
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    assert tips(verdict(world)) == [("waiver-unmatched", WAIVER[0])]
    world.propose("alice", "Edit", model("fraud", title="Other")).merge("squash")
    assert tips(verdict(world)) == []


@pytest.mark.threat("A09")
def test_every_waiver_is_listed_with_all_that_a_risk_officer_asks(world: World) -> None:
    """In every format: why, who answers for it, who let it in, until when, and how much it excused."""
    waive(world)
    register(world)
    world.propose("alice", "Edit", model("fraud", title="Other")).merge("squash")
    report = verdict(world)
    (item,) = report.waivers
    assert item == InventoryItem(
        "Waiver",
        "models",
        "Nobody is there to review",
        "in force",
        WAIVER[0],
        (
            ("rules", "not-approved"),
            ("scope", "registry/models/**"),
            ("owner", "alice"),
            ("approved by", "carol"),
            ("expires", ENDS),
            ("findings waived", "2"),
        ),
    )
    for name in FORMATS:
        assert "Nobody is there to review" in render(report, name), name
        assert ENDS in render(report, name), name


@pytest.mark.parametrize(
    ("story", "status"),
    [
        (lambda w: w.push("mallory", WAIVER), "left it without approval"),
        (lambda w: waive(w, waiver("models", expires="2026-01-06T00:00:00Z")), "ended"),
    ],
)
def test_a_waiver_that_is_not_in_force_says_why(world: World, story: Callable[[World], Landed], status: str) -> None:
    story(world)
    world.push("alice", ("README.txt", b"x"), recording={"landed_at": "2026-02-01T00:00:00Z"})
    (item,) = verdict(world).waivers
    assert item.status.endswith(status)
    assert dict(item.facts)["findings waived"] == "0"


def test_outside_of_the_reported_range_a_waiver_counts_and_is_not_counted(world: World) -> None:
    waive(world)
    first = register(world)
    world.propose("alice", "Edit", model("fraud", title="Other")).merge("squash")
    report = verdict(world, first=first.commit)
    assert dict(report.waivers[0].facts)["findings waived"] == "1"
    assert (report.counts.waived, report.counts.governed) == (1, 1)


def test_a_waiver_may_be_ratified_and_is_in_force_from_then_on(world: World) -> None:
    """Those who ratify it have approved it, and it does not count for them."""
    pushed = world.push("mallory", WAIVER)
    before = register(world)
    mended = ratification("waiver", pushed.commit)
    world.propose("alice", "Ratify", mended).approve("carol").merge("squash")
    after = world.propose("dave", "Edit", model("fraud", title="Other")).merge("squash")
    own = world.propose("carol", "Edit", model("fraud", title="Mine")).merge("squash")
    report = verdict(world)
    statuses = [found.status for landed in (pushed, before, after, own) for found in at(report, landed)]
    assert statuses == [Status.WAIVED, Status.FAIL, Status.WAIVED, Status.FAIL]
