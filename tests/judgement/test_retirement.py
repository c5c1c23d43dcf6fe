"""Nothing goes out of use without a word, or while something in use depends on it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.audit import judge, verdict
from tests.support.files import File, delete, deployment, model, usecase, version
from tests.support.trees import Edits
from tests.support.world import World

WHY: dict[str, Any] = {"reason": "It drifts"}
USES: dict[str, Any] = {"models": [{"model": "fraud", "versions": "1.0"}], "status": "approved"}


def old(status: str = "deprecated", **spec: Any) -> File:
    return version("fraud", "1.0", status=status, **spec)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Version 1.0 runs, for one use case."""
    files = (model("fraud"), old("approved"), version("fraud", "2.0", status="approved"))
    return World(tmp_path, *files, deployment("production", "fraud", "1.0"), usecase("claims", **USES))


ELSEWHERE = deployment("production", "fraud", "2.0")
MOVED = usecase("claims", **USES | {"models": [{"model": "fraud", "versions": ">=1.0"}]})
STORIES: dict[str, tuple[tuple[Edits, ...], str | None]] = {
    "without a word": ((old(), ELSEWHERE, MOVED), "retirement-incomplete"),
    "with a reason": ((old(retirement=WHY), ELSEWHERE, MOVED), None),
    "while it runs": ((old(retirement=WHY), MOVED), "open-dependants"),
    "while it is all that a use case may use": ((old(retirement=WHY), ELSEWHERE), "open-dependants"),
    "together with the use case": (
        (old(retirement=WHY), ELSEWHERE, usecase("claims", **USES | {"status": "deprecated", "retirement": WHY})),
        None,
    ),
    "by deletion": ((delete(old()[0]), ELSEWHERE, MOVED), "illegal-transition"),
    "a use case, by deletion": ((delete(MOVED[0]),), "illegal-transition"),
}


@pytest.mark.parametrize(("edits", "rule"), STORIES.values(), ids=STORIES)
def test_retirement(world: World, edits: tuple[Edits, ...], rule: str | None) -> None:
    """An approval does not mend it."""
    judge(world.propose("alice", "Retire", *edits).approve("bob").merge("squash"), rule)


def test_whoever_takes_up_what_is_retired_is_told(world: World) -> None:
    """The use case that begins to depend, not the one that was retired long ago."""
    retired = usecase("desk", status="archived", retirement=WHY)
    world.propose("alice", "Draft", usecase("desk")).approve("bob").merge("squash")
    world.propose("alice", "Drop", retired).approve("bob").merge("squash")
    leaning = usecase("claims", **USES, dependencies=["desk"])
    judge(world.propose("alice", "Lean", leaning).approve("bob").merge("squash"), "open-dependants")


def test_a_version_may_be_given_up_again(world: World) -> None:
    """Found, mended, and found again when it happens again: nothing is known for ever."""
    steps = (old(retirement=WHY), old("approved"), old(retirement=WHY))
    world.propose("alice", "Move", ELSEWHERE).approve("bob").merge("squash")
    landed = [world.propose("alice", "Step", step).approve("bob").merge("squash") for step in steps]
    found = [item.commit for item in verdict(world).findings if item.rule == "open-dependants"]
    assert found == [landed[0].commit, landed[2].commit]
