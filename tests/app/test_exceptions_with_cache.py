"""With a cache an audit excuses, accepts and tells of reverts as one without, also of changes that were kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import files
from tests.support.files import delete, model, policy
from tests.support.kept import assert_the_same, judged, said
from tests.support.trees import Edits
from tests.support.world import World


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three changes, of which one is not allowed."""
    world = World(tmp_path / "world")
    approved(world, "Register fraud", model("fraud"))
    approved(world, "Register churn", model("churn"))
    world.push("mallory", model("fraud", risk_tier="low"))
    return world


def approved(world: World, title: str, *edits: Edits) -> None:
    world.propose("alice", title, *edits).approve("bob").merge("squash")


@pytest.mark.threat("A09")
def test_a_waiver_that_was_kept_excuses_what_comes_later(world: World, cache: Path) -> None:
    world.propose("erin", "Waive", files.waiver("models")).approve("carol").merge("squash")
    world.propose("alice", "Register debt", model("debt")).merge("squash")
    assert judged(world, cache) == 6
    world.propose("alice", "Register loans", model("loans")).merge("squash")
    world.propose("carol", "Register risk", model("risk")).merge("squash")
    assert judged(world, cache) == 2
    assert_the_same(world, cache)
    assert said(world, cache)["text"].count("waived by policies/waivers/models.yaml") == 2
    world.propose("erin", "No more", delete(files.waiver("models")[0])).approve("carol").merge("squash")
    assert judged(world, cache) == 1
    assert_the_same(world, cache, as_of="2026-08-01T00:00:00Z")


@pytest.mark.threat("C40")
def test_a_ratification_of_a_change_that_was_kept_accepts_it(world: World, cache: Path) -> None:
    """Only the ratification is judged; the older change is told as it stands now, in every format."""
    pushed = world.push("carol", model("debt"))
    assert_the_same(world, cache)
    mend = files.ratification("mend", pushed.commit)
    world.propose("alice", "Ratify", mend).approve("carol").merge("squash")
    assert judged(world, cache) == 1
    assert "approver-is-beneficiary" in said(world, cache)["text"]
    world.propose("alice", "Ratify", files.ratification("other", pushed.commit)).approve("erin").merge("squash")
    assert judged(world, cache) == 1
    assert_the_same(world, cache)
    assert "waived by policies/ratifications/other.yaml" in said(world, cache)["text"]
    world.propose("alice", "Once more", files.ratification("again", pushed.commit)).approve("erin").merge("squash")
    assert judged(world, cache) == 1
    assert "ratification-unmatched" in said(world, cache)["text"]
    assert_the_same(world, cache)


@pytest.mark.threat("C40", "C24")
def test_a_rule_that_was_ratified_after_it_was_kept_is_law(world: World, cache: Path) -> None:
    weak = policy("models", actions=["model.*"], approvals=[{"count": 1, "role": "analyst"}])
    pushed = world.push("mallory", weak)
    approved(world, "Register debt", model("debt"))
    assert_the_same(world, cache)
    world.propose("erin", "Ratify", files.ratification("mend", pushed.commit)).approve("carol").merge("squash")
    world.propose("alice", "Register loans", model("loans")).approve("dave").merge("squash")
    assert judged(world, cache) == 2
    assert_the_same(world, cache)
    assert judged(world, cache) == 0


@pytest.mark.threat("C40")
def test_a_revert_of_a_change_that_was_kept_is_told(world: World, cache: Path) -> None:
    pushed = world.push("mallory", model("debt"))
    assert_the_same(world, cache)
    approved(world, "Revert", delete(model("debt")[0]))
    assert judged(world, cache) == 1
    assert "remediated by" in said(world, cache)["text"]
    world.propose("erin", "Ratify", files.ratification("mend", pushed.commit)).approve("carol").merge("squash")
    assert_the_same(world, cache)
    assert_the_same(world, cache, new_since=pushed.commit)
