"""Recorders change: a key counts once approved Settings have named it, for what came before and after alike."""

from __future__ import annotations

from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import assert_clean, change_of, refused, rules, verdict
from tests.support.cast import RECORDER, public_line
from tests.support.change import Landed
from tests.support.files import File, model, settings
from tests.support.world import World

NEXT: dict[str, Any] = {"recorder": "next", "signer": "next"}
THIRD: dict[str, Any] = {"recorder": "third", "signer": "third"}


def naming(*recorders: str) -> File:
    """Settings that name these recorders, each with the key of its name and a comment."""
    return settings(recorders=[{"name": name, "key": f"{public_line(name)} {name}@ci"} for name in recorders])


def registers(world: World, name: str, **recording: Any) -> Landed:
    return world.propose("alice", f"Register {name}", model(name)).approve("bob").merge("squash", **recording)


def settles(world: World, *recorders: str, **recording: Any) -> Landed:
    """An approved change of Settings names these recorders."""
    change = world.propose("erin", f"Name {', '.join(recorders)}", naming(*recorders)).approve("carol")
    return change.merge("squash", **recording)


@pytest.mark.threat("C18")
def test_a_change_that_was_recorded_later_by_a_new_recorder_is_believed(world: World) -> None:
    """The recorder of that day is gone; the new one has told afterwards what it knows of the forge."""
    early = registers(world, "fraud", record=False)
    settles(world, RECORDER, "next")
    refused(verdict(world), early, Status.UNVERIFIABLE)
    early.record(**NEXT)
    assert_clean(verdict(world))


@pytest.mark.threat("C18")
def test_a_key_that_was_retired_still_vouches_for_what_it_signed(world: World) -> None:
    registers(world, "fraud")
    settles(world, "next")
    registers(world, "churn", **NEXT)
    assert_clean(verdict(world))


@pytest.mark.threat("C18")
def test_keys_may_vouch_for_each_other_one_after_the_other(world: World) -> None:
    """The second key is known by a change that the first one tells of, and the third by one that the second does."""
    early = registers(world, "fraud", **THIRD)
    settles(world, RECORDER, "next")
    between = settles(world, RECORDER, "next", "third", **NEXT)
    report = verdict(world)
    assert_clean(report)
    assert [change_of(report, landed).status for landed in (early, between)] == [Status.PASS, Status.PASS]


@pytest.mark.threat("C18", rule="evidence-untrusted")
@pytest.mark.parametrize("restored", [False, True], ids=["to this day", "until it was taken back"])
def test_a_key_that_nobody_approved_vouches_for_nothing(world: World, *, restored: bool) -> None:
    """Not even for the push that named it."""
    early = registers(world, "fraud", **NEXT)
    pushed = world.push("mallory", naming(RECORDER, "next"), recording=NEXT)
    if restored:
        settles(world, RECORDER)
    report = verdict(world)
    assert {change_of(report, landed).status for landed in (early, pushed)} == {Status.UNVERIFIABLE}
    assert "evidence-untrusted" in rules(report)
    assert report.exit_code() is ExitCode.UNDECIDABLE


@pytest.mark.threat("C18", rule="evidence-untrusted")
def test_a_recorder_that_writes_under_another_name_is_not_believed_however_often_it_is_asked(world: World) -> None:
    """Its key is known from the start, so no later walk along the history makes a difference."""
    landed = registers(world, "fraud", recorder="next", signer=RECORDER)
    refused(verdict(world), landed, Status.UNVERIFIABLE)


@pytest.mark.threat("C18", rule="evidence-untrusted")
def test_a_new_recorder_cannot_bring_itself_in(world: World) -> None:
    """What names its key is told by nobody else, however well it was reviewed."""
    landed = settles(world, RECORDER, "next", **NEXT)
    refused(verdict(world), landed, Status.UNVERIFIABLE)
