"""An audit that goes on from what was kept tells the same of every clause as one from the start."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.files import clause, delete, framework, model
from tests.support.kept import assert_the_same, judged
from tests.support.world import World


def approved(world: World, *edits: Any) -> None:
    world.propose("alice", "Register", *edits).approve("bob").merge("squash")


def test_what_was_shown_for_clauses_is_told_alike_wherever_the_walk_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eras of frameworks go on, end and begin on either side of what was kept."""
    served: dict[str, Any] = {"rules": ["not-approved", "invalid-resource"], "sections": ["inventory", "ledger"]}
    held = {"permissions": ["model:approve"]}
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")
    cache = tmp_path / "cache"
    law = framework("law", clause("1", **served, **held), in_force_from="2026-03-01")
    house = framework("house", clause("1", **served), clause("2", **held))
    world = World(tmp_path / "world", law, house)
    approved(world, model("fraud"))
    world.push("mallory", model("fraud", risk_tier="low"))
    assert judged(world, cache) == 3
    for days, number in enumerate((0, 90, 0)):
        world.clock.pass_by(days=number)
        approved(world, model(f"m{days}"))
        assert judged(world, cache) == 1
        assert_the_same(world, cache)
    less = (clause("1", rules=["stale-approval"]), clause("2", not_applicable="nobody asks"))
    edited = framework("house", *less)
    world.propose("carol", "Change the mapping", edited).approve("erin").merge("squash")
    approved(world, model("debt"))
    assert judged(world, cache) == 2
    assert_the_same(world, cache)
    world.propose("carol", "No house standard", delete(house[0])).approve("erin").merge("squash")
    assert judged(world, cache) == 1
    assert_the_same(world, cache)
