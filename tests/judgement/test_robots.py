"""Robots approve nothing. What one of them may propose without holding a role is said by name, and for which files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.audit import judge
from tests.support.change import Landed
from tests.support.files import File, model, policy, user, version
from tests.support.world import World

BUMPED = version("fraud", "1.1")
STANDING = (model("fraud"), version("fraud", "1.0"))
LISTED = policy(
    "releases",
    actions=["model.register"],
    match={"paths": ["registry/models/*/versions/*"]},
    author={"permission": "model:register", "users": ["robo"]},
)
OTHERS = policy(
    "models",
    actions=["model.*"],
    match={"paths": ["registry/models/*/model.yaml"]},
    author={"permission": "model:register"},
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Analysts propose, and the release robot may add versions; nobody else of its kind, and nothing else."""
    return World(tmp_path, LISTED, OTHERS, *STANDING, user("robo", type="bot", roles=[]))


def proposed(world: World, *edits: File, by: str = "robo", approver: str | None = "bob", **how: Any) -> Landed:
    change = world.propose(by, "Release", *(edits or (BUMPED,)), **how)
    return (change.approve(approver) if approver else change).merge("squash")


def hijacked(world: World) -> Landed:
    """Somebody who may propose nothing pushes to the robot's branch."""
    change = world.propose("robo", "Release", BUMPED).push("mallory", version("fraud", "1.1", description="X"))
    return change.approve("bob").merge("squash")


def helped(world: World) -> Landed:
    """An analyst mends what the robot proposed."""
    change = world.propose("robo", "Release", BUMPED).push("dave", version("fraud", "1.1", description="X"))
    return change.approve("bob").merge("squash")


STORIES: dict[str, tuple[Callable[[World], Landed], str | None]] = {
    "what it is listed for": (proposed, None),
    "without a human's approval": (lambda w: proposed(w, approver=None), "not-approved"),
    "with its own approval": (lambda w: proposed(w, approver="robo"), "approver-not-human"),
    "another file": (lambda w: proposed(w, model("fraud", title="X")), "author-lacks-permission"),
    "what it is listed for, and another file": (
        lambda w: proposed(w, BUMPED, model("fraud", title="X")),
        "author-lacks-permission",
    ),
    "somebody who is not listed": (lambda w: proposed(w, by="mallory"), "author-lacks-permission"),
    "somebody in its name": (lambda w: proposed(w, by="mallory", author="robo"), "author-lacks-permission"),
    "its branch, pushed to by somebody who may not": (hijacked, "author-lacks-permission"),
    "its branch, pushed to by somebody who may": (helped, None),
    "an analyst": (lambda w: proposed(w, by="dave"), None),
}


@pytest.mark.threat("C35", rule="author-lacks-permission")
@pytest.mark.parametrize(("story", "rule"), STORIES.values(), ids=STORIES)
def test_a_robot_may_propose_what_a_policy_lists_it_for(
    world: World, story: Callable[[World], Landed], rule: str | None
) -> None:
    judge(story(world), rule)


@pytest.mark.threat("C35", rule="author-lacks-permission")
def test_a_robot_that_was_switched_off_proposes_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, LISTED, *STANDING, user("robo", type="bot", roles=[], active=False))
    judge(proposed(world), "author-lacks-permission")


@pytest.mark.threat("C35", rule="approver-not-human")
@pytest.mark.parametrize("kind", ["bot", "agent"])
def test_a_robot_approves_nothing_whatever_it_is_listed_for(tmp_path: Path, kind: str) -> None:
    world = World(tmp_path, LISTED, *STANDING, user("robo", type=kind))
    judge(proposed(world, by="dave", approver="robo"), "approver-not-human")
