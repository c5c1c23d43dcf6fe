"""A stolen key is good for nothing from the change on that Settings name, and for all that it did before."""

from __future__ import annotations

from typing import Any

import pytest

from govops.finding import Status
from tests.support.audit import assert_clean, change_of, refused, rules, verdict
from tests.support.cast import RECORDER, public_line
from tests.support.change import Landed
from tests.support.files import File, model, settings
from tests.support.world import World

NEXT: dict[str, Any] = {"recorder": "next", "signer": "next"}
BOTH = [{"name": name, "key": public_line(name)} for name in (RECORDER, "next")]
NOWHERE = "f" * 40


def doubting(key: str, since: str, **spec: Any) -> File:
    """Settings that name both recorders and call a key compromised."""
    entry = {"key": f"{public_line(key)} a comment", "since": since, "reason": "The machine was broken into"}
    return settings(**{"recorders": BOTH, "compromised": [entry]} | spec)


def registers(world: World, name: str, **recording: Any) -> Landed:
    return world.propose("alice", f"Register {name}", model(name)).approve("bob").merge("squash", **recording)


def settles(world: World, file: File, **recording: Any) -> Landed:
    return world.propose("erin", "Settle", file).approve("carol").merge("squash", **recording)


@pytest.fixture
def early(world: World) -> Landed:
    """What the first recorder told before its machine was broken into; a second one is named by then."""
    found = registers(world, "fraud")
    settles(world, settings(recorders=BOTH))
    return found


@pytest.mark.threat("D13", rule="key-compromised")
def test_what_a_key_signed_before_it_was_stolen_stays_good(world: World, early: Landed) -> None:
    """And of what it signed since, nobody can tell: the thief may have, or the recorder."""
    late = registers(world, "churn")
    settles(world, doubting(RECORDER, late.commit), **NEXT)
    report = verdict(world)
    refused(report, late, Status.UNVERIFIABLE)
    assert rules(report) == {"key-compromised"}
    assert change_of(report, early).status is Status.PASS


@pytest.mark.threat("D13")
def test_a_recorder_with_another_key_can_tell_it_again(world: World, early: Landed) -> None:
    late = registers(world, "churn")
    settles(world, doubting(RECORDER, late.commit), **NEXT)
    late.record(**NEXT)
    assert_clean(verdict(world))


@pytest.mark.threat("D13")
def test_a_first_change_that_is_not_on_the_branch_leaves_the_key_nothing(world: World, early: Landed) -> None:
    settles(world, doubting(RECORDER, NOWHERE), **NEXT)
    report = verdict(world)
    assert "key-compromised" in rules(report)
    refused(report, early, Status.UNVERIFIABLE)


@pytest.mark.threat("D13", "C24")
def test_nobody_takes_a_key_away_by_themselves(world: World, early: Landed) -> None:
    """A push that calls the recorder's key compromised is a violation, and the key stays what it was."""
    late = registers(world, "churn")
    pushed = world.push("mallory", doubting(RECORDER, early.commit))
    report = verdict(world)
    refused(report, pushed)
    assert {change_of(report, landed).status for landed in (early, late)} == {Status.PASS}


@pytest.mark.threat("D13", "C24")
def test_nobody_gives_a_stolen_key_back_by_themselves(world: World, early: Landed) -> None:
    late = registers(world, "churn")
    settles(world, doubting(RECORDER, late.commit), **NEXT)
    pushed = world.push("mallory", settings(recorders=BOTH))
    report = verdict(world)
    refused(report, pushed, Status.UNVERIFIABLE)
    refused(report, late, Status.UNVERIFIABLE)


@pytest.mark.threat("D13")
def test_an_approved_change_can_take_a_mistaken_entry_back(world: World, early: Landed) -> None:
    late = registers(world, "churn")
    settles(world, doubting(RECORDER, late.commit), **NEXT)
    settles(world, settings(recorders=BOTH), **NEXT)
    assert_clean(verdict(world))


SIGNED: dict[str, Any] = {"evidence": {"mode": "signature", "accept": ["signature"], "contributors": "claimed"}}


@pytest.mark.threat("D13", "D11", rule="key-compromised")
def test_a_stolen_key_of_a_person_approves_nothing_from_then_on(tmp_path: Any) -> None:
    """However the signature is dated: what counts is which change it is of."""
    world = World(tmp_path / "signed", settings=SIGNED)

    def signed(name: str) -> Landed:
        change = world.propose("alice", f"Register {name}", model(name))
        world.approve_signed("bob", change, at="2020-01-01T00:00:00Z")
        return change.merge("fast-forward", record=False)

    before, after = signed("fraud"), signed("churn")
    change = world.propose("erin", "Bob's laptop is gone", doubting("bob", after.commit, recorders=[], **SIGNED))
    world.approve_signed("carol", change)
    change.merge("fast-forward", record=False)
    report = verdict(world)
    refused(report, after, Status.UNVERIFIABLE)
    assert rules(report) == {"key-compromised"}
    assert change_of(report, before).status is Status.PASS
