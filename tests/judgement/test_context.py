"""What a reviewed file refers to is part of what was reviewed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.audit import judge
from tests.support.change import Change
from tests.support.files import deployment, digest, model, version
from tests.support.world import World

OTHER_BYTES: dict[str, Any] = {"uri": "s3://models/fraud/1.0", "digest": digest("swapped"), "size_bytes": 1024}
MEANWHILE: dict[str, tuple[Any, str | None]] = {
    "the deployed version's artifact": (
        version("fraud", "1.0", status="approved", artifact=OTHER_BYTES),
        "context-changed",
    ),
    "the deployed version's description": (
        version("fraud", "1.0", status="approved", description="Better"),
        "context-changed",
    ),
    "another version": (version("fraud", "1.1", description="Newer"), None),
    "another model": (model("churn", title="Churn"), None),
}


def world_with_versions(path: Path) -> World:
    """Two versions of a model, one of them approved."""
    approved = version("fraud", "1.0", status="approved")
    return World(path, model("fraud"), model("churn"), approved, version("fraud", "1.1"))


@pytest.mark.threat("C47", rule="context-changed")
@pytest.mark.parametrize(("edit", "rule"), MEANWHILE.values(), ids=MEANWHILE)
def test_an_approval_ends_when_what_it_rests_on_changes(tmp_path: Path, edit: Any, rule: str | None) -> None:
    world = world_with_versions(tmp_path)
    change = world.propose("dave", "Deploy", deployment("staging", "fraud", "1.0")).approve("bob")
    world.propose("alice", "Meanwhile", edit).approve("bob").merge("squash")
    judge(change.merge("squash"), rule)


@pytest.mark.threat("C47")
@pytest.mark.parametrize("refresh", [Change.update_branch, Change.rebase])
def test_a_second_look_makes_it_whole_again(tmp_path: Path, refresh: Callable[[Change], Change]) -> None:
    world = world_with_versions(tmp_path)
    change = world.propose("dave", "Deploy", deployment("staging", "fraud", "1.0")).approve("bob")
    swapped = version("fraud", "1.0", status="approved", artifact=OTHER_BYTES)
    world.propose("alice", "Meanwhile", swapped).approve("bob").merge("squash")
    judge(refresh(change).approve("bob").merge("squash"), None)


@pytest.mark.threat("C47", rule="context-changed")
def test_a_signed_approval_ends_as_well(tmp_path: Path) -> None:
    world = world_with_versions(tmp_path)
    change = world.propose("dave", "Deploy", deployment("staging", "fraud", "1.0"))
    world.approve_signed("bob", change)
    swapped = version("fraud", "1.0", status="approved", artifact=OTHER_BYTES)
    world.propose("alice", "Meanwhile", swapped).approve("bob").merge("squash")
    judge(change.merge("squash"), "context-changed")


@pytest.mark.threat("C47")
def test_what_the_change_itself_brings_is_no_context(world: World) -> None:
    change = world.propose("alice", "Register", model("fraud"), version("fraud", "1.0")).approve("bob")
    judge(change.merge("squash"), None)
