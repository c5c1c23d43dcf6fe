"""How long decisions take and where things stand, from attested times alone; what nobody attests is counted as that."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.engine.process import spread
from govops.finding import Report
from govops.process import LateDecision, Pace, Spread, StatusTime
from tests.support.audit import assert_clean, change_of, verdict
from tests.support.change import Landed
from tests.support.files import model, policy, usecase, version
from tests.support.kept import assert_the_same
from tests.support.world import World

HOUR = 3600
MODELS = policy("models", actions=["model.*"], decide_within="3h")
TARGET = MODELS[0]
SIGNATURES = {"evidence": {"mode": "signature", "accept": ["signature"]}}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path / "world", MODELS)


def landed(world: World, *edits: Any, hours: int = 1, by: str = "bob") -> Landed:
    """A change of alice's that is approved so many hours after it was opened, and lands one hour later."""
    change = world.propose("alice", "Step", *edits)
    world.clock.pass_by(hours=hours - 1)
    return change.approve(by).merge("squash")


def between(start: str, end: str) -> int:
    return int((datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())


def pace(report: Report, by: str, name: str = "") -> Pace:
    (found,) = [one for one in report.process.paces if (one.by, one.name) == (by, name)]
    return found


def status(report: Report, kind: str, name: str) -> StatusTime:
    (found,) = [one for one in report.process.statuses if (one.kind, one.status) == (kind, name)]
    return found


def test_a_decision_takes_from_the_opening_to_the_approval(world: World) -> None:
    """Not to the landing. It counts for all, for the tier, for the role and for the policy with a target."""
    step = landed(world, model("fraud", risk_tier="high"), hours=2)
    report = verdict(world)
    change = change_of(report, step)
    assert (change.level, change.opened) == ("high", step.change.opened_at if step.change else None)
    took = Spread(1, *[2 * HOUR] * 4)
    for by, name in (("all", ""), ("level", "high"), ("role", "approver")):
        assert pace(report, by, name) == Pace(by, name, took)
    assert pace(report, "policy", TARGET) == Pace("policy", TARGET, took, target="3h")


def test_a_decision_that_took_longer_than_the_policy_says_is_late(world: World) -> None:
    """To the second: three hours are in time. A late one is no violation."""
    landed(world, model("fraud"), hours=3)
    late = landed(world, model("calm"), hours=4)
    report = verdict(world)
    assert pace(report, "policy", TARGET).late == 1
    assert report.process.late == (LateDecision(late.commit, TARGET, "3h", 4 * HOUR),)
    assert_clean(report)


def test_the_target_is_that_of_the_policy_then_in_force(world: World) -> None:
    """A longer one afterwards makes nothing of what was late, and is not for what came before."""
    landed(world, model("fraud"), hours=4)
    change = world.propose("carol", "More time", policy("models", actions=["model.*"], decide_within="1d"))
    change.approve("erin").merge("squash")
    landed(world, model("calm"), hours=4)
    found = pace(verdict(world), "policy", TARGET)
    assert (found.late, found.target, found.took.count) == (1, "1d", 2)


def test_whoever_approves_when_enough_have_is_not_waited_for(world: World) -> None:
    """Bob was enough, although carol is who the judge seats by her name."""
    change = world.propose("alice", "Register", model("fraud"))
    change.approve("bob")
    world.clock.pass_by(days=9)
    change.approve("carol").merge("squash", by="erin")
    other = world.propose("alice", "Register", model("calm")).approve("carol")
    world.clock.pass_by(days=9)
    other.approve("bob").merge("squash", by="erin")
    assert pace(verdict(world), "all").took == Spread(2, *[HOUR] * 4)


def test_two_approvals_are_a_decision_when_the_second_is_given(tmp_path: Path) -> None:
    """Of each role the first one counts."""
    both = policy(
        "models", actions=["model.*"], approvals=[{"role": "approver"}, {"role": "admin"}], decide_within="3h"
    )
    world = World(tmp_path / "world", both)
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    world.clock.pass_by(hours=3)
    change.approve("erin").merge("squash")
    report = verdict(world)
    assert pace(report, "all").took.longest == 5 * HOUR
    assert pace(report, "role", "approver").took.longest == HOUR
    assert pace(report, "role", "admin").took.longest == 5 * HOUR
    assert [late.took for late in report.process.late] == [5 * HOUR]


def test_what_landed_without_its_approvals_is_undecided(world: World) -> None:
    world.push("alice", model("fraud", risk_tier="high"))
    report = verdict(world)
    for found in (pace(report, "all"), pace(report, "level", "high"), pace(report, "policy", TARGET)):
        assert (found.took.count, found.unknown, found.undecided, found.late) == (0, 0, 1, 0)


UNTOLD: dict[str, Any] = {
    "no time of the opening": lambda told: told["proposal"].update(opened_at=None),
    "opened after the approval": lambda told: told["proposal"].update(opened_at="2026-02-01T00:00:00Z"),
}


@pytest.mark.threat("D14")
@pytest.mark.parametrize("edit", UNTOLD.values(), ids=UNTOLD)
def test_a_time_that_nobody_attests_is_counted_and_not_guessed(world: World, edit: Any) -> None:
    """Nor one that contradicts another."""
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash", receipt_edit=edit)
    report = verdict(world)
    for found in (pace(report, "all"), pace(report, "policy", TARGET), pace(report, "role", "approver")):
        assert (found.took.count, found.unknown, found.undecided) == (0, 1, 0)


@pytest.mark.threat("D14")
def test_without_a_receipt_nothing_is_known_of_a_change(world: World) -> None:
    """Commit dates are there, and tell no time."""
    world.propose("alice", "Register", model("fraud"), version("fraud", "1.0")).approve("bob").merge(
        "squash", record=False
    )
    report = verdict(world, as_of="2026-03-01T00:00:00Z")
    assert pace(report, "all").unknown == 1
    assert status(report, "ModelVersion", "registered") == StatusTime(
        "ModelVersion", "registered", standing=1, unknown=1
    )


def test_a_signed_proposal_is_opened_when_it_is_signed_first(tmp_path: Path) -> None:
    """It moved on since; the time of the decision is that of the signed approval."""
    world = World(tmp_path, settings=SIGNATURES)
    change = world.propose("alice", "Register", model("fraud"))
    world.propose_signed("alice", change, edit=lambda told: told.update(at="2026-01-05T10:00:00Z"))
    change.push("alice", model("fraud", title="Better"))
    world.propose_signed("alice", change, edit=lambda told: told.update(at="2026-01-06T10:00:00Z"))
    world.approve_signed("bob", change, at="2026-01-07T10:00:00Z")
    change.merge("merge", record=False)
    assert pace(verdict(world), "all").took == Spread(1, *[48 * HOUR] * 4)


def test_stays_are_counted_by_status(world: World) -> None:
    """What has ended and what goes on; the instant of the report says how long."""
    first = landed(world, model("fraud"), version("fraud", "1.0"), usecase("claims", status="draft"))
    world.clock.pass_by(days=1)
    second = landed(world, version("fraud", "1.0", status="approved"), usecase("claims", status="submitted"))
    report = verdict(world, as_of="2026-01-09T14:00:00Z")
    stay = Spread(1, *[between(first.at, second.at)] * 4)
    for kind, before, now in (("ModelVersion", "registered", "approved"), ("UseCase", "draft", "submitted")):
        assert status(report, kind, before) == StatusTime(kind, before, stay)
        assert status(report, kind, now) == StatusTime(
            kind, now, standing=1, oldest=between(second.at, "2026-01-09T14:00:00Z")
        )


def test_of_what_stood_at_the_adoption_nobody_knows_since_when(tmp_path: Path) -> None:
    """Neither how long it has been, nor how long it had been when it moved on."""
    world = World(tmp_path, model("fraud"), version("fraud", "1.0"), version("fraud", "2.0"))
    landed(world, version("fraud", "1.0", status="approved"))
    report = verdict(world)
    assert status(report, "ModelVersion", "registered") == StatusTime(
        "ModelVersion", "registered", standing=1, unknown=2
    )


def test_another_edit_does_not_begin_a_status_anew(world: World) -> None:
    first = landed(world, model("fraud"), version("fraud", "1.0"))
    world.clock.pass_by(days=1)
    last = landed(world, version("fraud", "1.0", description="Better words"))
    assert status(verdict(world), "ModelVersion", "registered").oldest == between(first.at, last.at)


def test_only_what_is_reported_is_measured(world: World) -> None:
    """With --from; since when something stands is known all the same."""
    first = landed(world, model("fraud"), version("fraud", "1.0"))
    last = landed(world, version("fraud", "1.0", status="approved"), hours=2)
    report = verdict(world, first=first.commit)
    assert pace(report, "all").took == Spread(1, *[2 * HOUR] * 4)
    assert status(report, "ModelVersion", "registered").took.longest == between(first.at, last.at)


@pytest.mark.usefixtures("_secret")
def test_a_kept_history_says_the_same(world: World, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    landed(world, model("fraud", risk_tier="high"), version("fraud", "1.0"), hours=9)
    assert_the_same(world, cache)
    landed(world, version("fraud", "1.0", status="approved"))
    landed(world, model("calm"), version("calm", "1.0"), hours=5)
    assert_the_same(world, cache)
    assert_the_same(world, cache, as_of="2026-03-01T00:00:00Z")


@pytest.fixture
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")


@given(st.lists(st.integers(0, 10**9), min_size=1))
def test_a_percentile_is_the_kth_smallest(seconds: list[int]) -> None:
    """By the definition: the least of them that at least so many percent do not exceed."""
    found = spread(seconds)
    for percent, value in ((50, found.p50), (90, found.p90), (99, found.p99), (100, found.longest)):
        enough = [one for one in seconds if sum(other <= one for other in seconds) * 100 >= percent * len(seconds)]
        assert value == min(enough)
    assert found.count == len(seconds)


def test_nothing_has_no_percentile() -> None:
    assert spread([]) == Spread()
