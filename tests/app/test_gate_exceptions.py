"""The gate excuses what the audit will, and tells what a ratification would accept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from govops.app.gate import Knowledge, queue
from govops.errors import ExitCode
from govops.finding import Status
from govops.render.outlook import stream_outlooks
from govops.workspace import Asked
from tests.support.audit import change_of, verdict
from tests.support.change import Change
from tests.support.files import delete, model, ratification, version, waiver
from tests.support.proposals import ToldForge, foreseen, told
from tests.support.world import World

Story = Callable[[World], Change]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """The default company."""
    return World(tmp_path)


def _waived(world: World) -> None:
    world.propose("erin", "Waive", waiver("models")).approve("carol").merge()


def _edit(world: World, by: str = "alice") -> Change:
    return world.propose(by, "Register", model("fraud"))


def _pushed(world: World) -> None:
    """A waiver that nobody approved."""
    world.push("mallory", waiver("models"))


EXCEPTIONS: dict[str, tuple[Callable[[World], None], Story, Status]] = {
    "a change that is waived": (_waived, _edit, Status.WAIVED),
    "a change of whoever approved the waiver": (_waived, lambda w: _edit(w, "carol"), Status.FAIL),
    "a change with its waiver": (
        lambda w: None,
        lambda w: w.propose("alice", "R", model("fraud"), waiver("models")),
        Status.FAIL,
    ),
    "a change under a waiver that was pushed": (_pushed, _edit, Status.FAIL),
    "a waiver": (lambda w: None, lambda w: w.propose("erin", "W", waiver("models")).approve("carol"), Status.PASS),
    "a waiver, approved by its owner": (
        lambda w: None,
        lambda w: w.propose("erin", "W", waiver("models", owner="carol")).approve("carol"),
        Status.FAIL,
    ),
    "a waiver of what cannot be waived": (
        lambda w: None,
        lambda w: w.propose("erin", "W", waiver("models", rules=["no-receipt"])).approve("carol"),
        Status.FAIL,
    ),
    "a waiver that lasts too long": (
        lambda w: None,
        lambda w: w.propose("erin", "W", waiver("models", expires="2028-01-01T00:00:00Z")).approve("carol"),
        Status.FAIL,
    ),
}


@pytest.mark.threat("A09")
@pytest.mark.parametrize(("before", "story", "status"), EXCEPTIONS.values(), ids=EXCEPTIONS)
def test_the_gate_excuses_what_the_audit_excuses(
    world: World, before: Callable[[World], None], story: Story, status: Status
) -> None:
    """Also what depends on who approved the waiver, and on how it landed: then it judges the history by itself."""
    before(world)
    change = story(world)
    told = foreseen(change, when="2026-01-08T00:00:00Z")
    landed = change.merge("merge")
    report = verdict(world)
    assert told.change.status is change_of(report, landed).status is status
    found = {(f.rule, f.path, f.status, f.waived) for f in report.findings if f.commit == landed.commit}
    assert {(f.rule, f.path, f.status, f.waived) for f in told.findings} == found
    assert (told.exit_code() is ExitCode.OK) is (status is not Status.FAIL)


def test_a_waiver_that_was_taken_away_without_approval_counts_after_an_audit(world: World) -> None:
    """Without one the gate takes the rules as they stand, and says so."""
    _waived(world)
    world.push("mallory", delete(waiver("models")[0]))
    change = _edit(world)
    assert foreseen(change, when="2026-01-08T00:00:00Z").change.status is Status.FAIL
    assert foreseen(change, when="2026-01-08T00:00:00Z", audited=True).change.status is Status.WAIVED


def test_a_waiver_counts_in_a_queue_too(world: World) -> None:
    _waived(world)
    base = world.main
    first, second = _edit(world), world.propose("carol", "Register churn", model("churn"))
    open_ones = (told(first), told(second))
    landed = [change.merge("merge", record=False).commit for change in (first, second)]
    told_both = [replace(one, merge_commit=commit) for one, commit in zip(open_ones, landed, strict=True)]
    world.advance(base)
    known = Knowledge(lambda _: ToldForge(*told_both))
    found = queue(Asked(world.path, "2026-01-08T00:00:00Z", head=landed[-1]), known)
    assert [one.change.status for one in found] == [Status.WAIVED, Status.FAIL]


@pytest.mark.threat("C40", rule=("approver-is-beneficiary", "ratification-unmatched"))
@pytest.mark.parametrize(("approver", "status"), [("carol", Status.PASS), ("erin", Status.FAIL)])
def test_the_gate_tells_what_a_ratification_would_accept(world: World, approver: str, status: Status) -> None:
    """It judges the history for that, and knows whom it would benefit."""
    pushed = world.push("erin", model("fraud"), version("fraud", "1.0.0", status="approved"))
    findings = {(f.rule, f.path, f.fingerprint) for f in verdict(world).findings}
    text = ratification("mend", pushed.commit, "0" * 40)
    change = world.propose("alice", "Ratify", text).approve(approver)
    found = foreseen(change)
    assert {(one.rule, one.path, one.fingerprint) for one in found.accepts} == findings
    assert {one.change for one in found.accepts} == {pushed.commit}
    assert found.change.status is status
    assert found.is_audited
    assert [f.rule for f in found.findings if f.status is Status.WARN] == ["ratification-unmatched"]
    for name in ("text", "markdown", "json"):
        assert next(iter(findings))[2] in "".join(stream_outlooks([found], name)), name


def test_whoever_gains_by_a_ratification_is_not_among_those_who_could_approve_it(world: World) -> None:
    pushed = world.push("erin", model("fraud"))
    found = foreseen(world.propose("alice", "Ratify", ratification("mend", pushed.commit)))
    assert [missing.could for missing in found.missing] == [("carol",)]
    owned = foreseen(world.propose("alice", "Waive", waiver("models", owner="carol")))
    assert {missing.could for missing in owned.missing} == {("erin",)}


def test_what_is_waived_is_told_in_a_comment_and_is_not_in_the_way(world: World) -> None:
    _waived(world)
    found = foreseen(_edit(world), when="2026-01-08T00:00:00Z")
    comment = "".join(stream_outlooks([found], "markdown"))
    assert "**What is waived**" in comment
    assert "policies/waivers/models.yaml" in comment
    assert "What is in the way" not in comment
