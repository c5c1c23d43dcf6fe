"""An approval is of bytes: one that changes afterwards takes the approval with it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.audit import judge
from tests.support.change import Change
from tests.support.files import model
from tests.support.world import World

FRAUD, TEXT = model("fraud")
OTHER = model("fraud", risk_tier="low")
AFTER: dict[str, Callable[[Change], Change]] = {
    "a push": lambda change: change.push("alice", OTHER),
    "an amended commit": lambda change: change.amend("alice", OTHER),
    "a rebase that alters content": lambda change: change.rebase(OTHER),
    "a comment at the end": lambda change: change.push("alice", (FRAUD, TEXT + b"# checked\n")),
    "white space": lambda change: change.push("alice", (FRAUD, TEXT.replace(b": ", b":  ", 1))),
    "the executable bit": lambda change: change.push("alice", (FRAUD, ("100755", TEXT))),
}


@pytest.mark.threat("C03", "C31", rule="stale-approval")
@pytest.mark.parametrize("step", AFTER.values(), ids=AFTER)
def test_what_changes_after_the_approval_is_not_approved(world: World, step: Callable[[Change], Change]) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    judge(step(change).merge("squash"), "stale-approval")


@pytest.mark.threat("C03", "C31")
@pytest.mark.parametrize("step", list(AFTER.values())[:-1], ids=list(AFTER)[:-1])
def test_a_second_look_at_what_changed_approves_it(world: World, step: Callable[[Change], Change]) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    judge(step(change).approve("bob").merge("squash"), None)


@pytest.mark.threat("C03")
def test_a_push_that_leaves_the_file_alone_leaves_its_approval_standing(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    judge(change.push("alice", ("src/train.py", b"pass\n")).merge("squash"), None)


@pytest.mark.threat("C03")
def test_bytes_that_come_back_to_what_was_approved_are_approved(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    judge(change.push("alice", OTHER).push("alice", model("fraud")).merge("squash"), None)


@pytest.mark.threat("C31", rule="not-approved")
@pytest.mark.parametrize("edit", [b"# note\n", b"\n"], ids=["a comment", "an empty line"])
def test_a_change_of_layout_is_a_change(world: World, edit: bytes) -> None:
    world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    judge(world.propose("alice", "Tidy", (FRAUD, TEXT + edit)).merge("squash"), "not-approved")
