"""An approval is for one landing, on one branch, in one repository."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from govops.finding import Status
from tests.support.audit import change_of, judge, refused, verdict
from tests.support.change import Change
from tests.support.files import delete, model
from tests.support.world import World

FRAUD = model("fraud")[0]


def applied_and_reverted(world: World) -> Change:
    """A change approved both on the forge and by signature, landed and reverted again."""
    change = world.propose("alice", "Register", model("fraud")).approve("bob")
    world.approve_signed("bob", change)
    change.merge("squash")
    world.propose("alice", "Revert", delete(FRAUD)).approve("bob").merge("squash")
    return change


@pytest.mark.threat("C16", rule="evidence-spent")
def test_a_signed_approval_does_not_serve_twice(world: World) -> None:
    applied_and_reverted(world)
    judge(world.propose("alice", "Register again", model("fraud")).merge("squash"), "evidence-spent")


@pytest.mark.threat("C16", rule="evidence-spent")
@pytest.mark.parametrize(
    ("forge", "number", "rule"), [("local", "1", "evidence-spent"), ("other", "1", None), ("local", "9", None)]
)
def test_a_proposal_does_not_land_twice_on_the_same_reviews(
    world: World, forge: str, number: str, rule: str | None
) -> None:
    """A forge tells of the same reviews again; those of another proposal, or of another forge, are others."""
    first = world.propose("alice", "Register", model("fraud")).approve("bob")
    landed = first.merge("squash")
    world.propose("alice", "Revert", delete(model("fraud")[0])).approve("bob").merge("squash")
    again = world.propose("alice", "Register again", model("fraud"))
    again.reviews = first.reviews
    last = again.merge("squash", receipt_edit=lambda payload: payload["proposal"].update(forge=forge, id=number))
    report = judge(last, rule)
    assert change_of(report, landed).status is Status.PASS


@pytest.mark.threat("C16")
@pytest.mark.parametrize("approve", [Change.approve, lambda change, who: change.world.approve_signed(who, change)])
def test_a_second_approval_serves_the_second_landing(world: World, approve: Callable[[Change, str], object]) -> None:
    applied_and_reverted(world)
    again = world.propose("alice", "Register again", model("fraud"))
    approve(again, "bob")
    judge(again.merge("squash"), None)


@pytest.mark.threat("C16")
@pytest.mark.parametrize("elsewhere", [{"branch": "develop"}, {"repository": "local:acme/other"}, {}])
def test_an_approval_for_another_place_does_not_serve_here(world: World, elsewhere: dict[str, Any]) -> None:
    change = world.propose("alice", "Register", model("fraud"))
    world.approve_signed("bob", change, edit=lambda payload: payload.update(elsewhere))
    landed = change.merge("squash")
    if elsewhere:
        refused(verdict(world), landed)
    else:
        judge(landed, None)
