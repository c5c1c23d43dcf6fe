"""A checkpoint says what the branch had come to: it can be neither outrun, nor taken back, nor put behind another."""

from __future__ import annotations

import pytest

from govops.errors import ExitCode
from tests.support.audit import only, verdict
from tests.support.files import model
from tests.support.world import World


@pytest.fixture
def world(world: World) -> World:
    """Two good changes."""
    for name in ("fraud", "churn"):
        world.propose("alice", f"Register {name}", model(name)).approve("bob").merge("squash")
    return world


def checkpoint(world: World, tip: str | None = None) -> str:
    facts = {"repository": world.repository, "branch": world.branch, "tip": tip or world.main, "report": "0" * 64}
    return world.evidence.checkpoint(facts)


def test_checkpoints_along_the_branch_are_in_order(world: World) -> None:
    checkpoint(world, world.node(world.main).parents[0])
    checkpoint(world)
    assert verdict(world).exit_code() is ExitCode.OK


@pytest.mark.threat("C09", rule="history-rewritten")
def test_a_foxtrot_merge_loses_the_tip_that_was_verified(world: World) -> None:
    """It is still reachable, and no longer what the branch went through."""
    unrecorded = world.commit_raw(author="alice").commit
    checkpoint(world, unrecorded)
    side = world.commit(world.tree(), [world.node(unrecorded).parents[0]], message="Feature", author="alice")
    world.advance(world.commit(world.tree(), [side, unrecorded], message="Merge main", author="alice"))
    found = [item for item in verdict(world).findings if item.rule == "history-rewritten"]
    assert [item.commit for item in found] == [unrecorded]
    assert verdict(world).exit_code() is ExitCode.UNDECIDABLE


@pytest.mark.threat("C10", rule="history-rewritten")
def test_a_branch_that_was_reset_lacks_the_tip_that_was_verified(world: World) -> None:
    older = world.main
    lost = world.commit_raw(author="alice").commit
    checkpoint(world, lost)
    world.advance(older)
    world.push("alice", model("debt", title="Else"), message="Another way")
    found = [item for item in verdict(world).findings if item.rule == "history-rewritten"]
    assert [item.commit for item in found] == [lost]


@pytest.mark.threat("C11", rule="record-tampered")
def test_a_checkpoint_of_an_older_commit_is_not_written_after_a_newer_one(world: World) -> None:
    checkpoint(world)
    checkpoint(world, world.node(world.main).parents[0])
    (found,) = only(verdict(world), "record-tampered")
    assert "goes back behind the checkpoint before it" in found.message


@pytest.mark.threat("C11", rule="record-tampered")
def test_a_deleted_checkpoint_is_missed(world: World) -> None:
    path = checkpoint(world)
    checkpoint(world)
    world.evidence.write({path: None})
    found = only(verdict(world), "record-tampered")
    assert any(path in item.message for item in found)
    assert any("has no record number 2" in item.message for item in found)


@pytest.mark.threat("C11", rule="record-tampered")
def test_a_checkpoint_that_was_left_out_of_a_rewritten_branch_leaves_a_gap(world: World) -> None:
    before = (world.evidence.tip, world.evidence.tree)
    checkpoint(world)
    world.evidence.tip, world.evidence.tree = before
    checkpoint(world)
    (found,) = only(verdict(world), "record-tampered")
    assert "has no record number 2" in found.message
