"""A waiver is listed with its end, and decides nothing, wherever it stands and whoever approved it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from govops.finding import Finding, Report, Status
from govops.render import render
from tests.support.audit import change_of, findings, judge, only, verdict
from tests.support.change import Landed
from tests.support.files import delete, model, waiver
from tests.support.world import World

PATH, _ = model("fraud")
WAIVER = waiver("models")
EXACT = waiver("models", scope={"resource": "Model/fraud"})


def register(world: World) -> Landed:
    """Alice registers a model, and nobody approves it."""
    return world.propose("alice", "Register fraud", model("fraud")).merge("squash")


def before(world: World) -> Landed:
    world.propose("erin", "Waive", WAIVER).approve("carol").merge("squash")
    return register(world)


def after(world: World) -> Landed:
    landed = register(world)
    world.propose("erin", "Waive", EXACT).approve("carol").merge("squash")
    return landed


def taken_back(world: World) -> Landed:
    landed = before(world)
    world.propose("erin", "Waive no more", delete(WAIVER[0])).approve("carol").merge("squash")
    return landed


def adopted(world: World) -> Landed:
    assert WAIVER[0] in world.tree()
    return register(world)


STANDS: dict[str, Callable[[World], Landed]] = {
    "since the adoption": adopted,
    "by an approved change before": before,
    "by an approved change after": after,
    "by an approved change before, and gone since": taken_back,
}


def at(report: Report, landed: Landed) -> list[Finding]:
    return [found for found in report.findings if found.commit == landed.commit]


@pytest.mark.threat("A09", rule="not-approved")
@pytest.mark.parametrize("story", STANDS.values(), ids=STANDS)
def test_a_waiver_excuses_nothing_wherever_it_stands(tmp_path: Path, story: Callable[[World], Landed]) -> None:
    """The change is found as it would be without one: it fails, and the exit code says so."""
    without = World(tmp_path / "without")
    unwaived = register(without)
    told = only(verdict(without), "not-approved", unwaived, path=PATH)
    world = World(tmp_path / "with", *([WAIVER] if story is adopted else []))
    landed = story(world)
    report = judge(landed, "not-approved")
    assert [found.message for found in at(report, landed)] == [found.message for found in told]
    assert change_of(report, landed).status is Status.FAIL
    assert report.counts.waived == 0


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


@pytest.mark.threat("A09", rule="approver-is-contributor")
def test_nobody_waives_for_themselves(world: World) -> None:
    landed = world.propose("carol", "Waive", WAIVER).approve("carol").merge("squash", by="erin")
    report = verdict(world)
    assert {found.path for found in at(report, landed)} == {WAIVER[0]}
    assert change_of(report, landed).status is Status.FAIL


@pytest.mark.threat("A09")
@pytest.mark.parametrize("expires", ["2026-12-31T00:00:00Z", "2020-01-01T00:00:00Z"], ids=["in force", "long over"])
@pytest.mark.parametrize("approved", [True, False], ids=["approved", "pushed"])
def test_every_waiver_that_stands_is_listed_with_its_end(tmp_path: Path, expires: str, *, approved: bool) -> None:
    """In every report that people or machines read in full: what it waives, who answers for it, until when, and why."""
    world = World(tmp_path)
    text = waiver("models", expires=expires)
    if approved:
        world.propose("erin", "Waive", text).approve("carol").merge("squash")
    else:
        world.push("mallory", text)
    report = verdict(world)
    (listed,) = report.waivers
    assert (listed.name, listed.status, listed.path) == ("models", "listed", WAIVER[0])
    assert dict(listed.facts) == {"rules": "not-approved", "owner": "carol", "expires": expires}
    assert listed.title == "Nobody is there to review"
    markdown = render(report, "markdown")
    assert expires in markdown
    assert expires in json.dumps(json.loads(render(report, "json"))["waivers"])
    assert bool(findings(report)) is not approved
