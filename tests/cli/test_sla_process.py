"""``govops sla process`` tells how long decisions take, what is overdue, and who waits for whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from tests.support.change import Change
from tests.support.cli import govops
from tests.support.files import model, policy, settings
from tests.support.world import World

MODELS = policy("models", actions=["model.*"], decide_within="3d")
SIGNATURES = {"evidence": {"mode": "signature", "accept": ["signature"]}}
NOW = ("--as-of", "2026-02-01T00:00:00Z")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One model has landed; another is proposed and waits for an approver."""
    world = World(tmp_path / "world", MODELS, settings=SIGNATURES)
    first = proposed(world, "fraud")
    world.approve_signed("bob", first)
    first.merge("merge", record=False)
    proposed(world, "churn")
    return world


def proposed(world: World, name: str, title: str = "Register") -> Change:
    """Signed by alice, with the branch that is its proposal."""
    change = world.propose("alice", title, model(name))
    world.propose_signed("alice", change)
    world.objects.ref(f"refs/heads/govops/proposals/{name}", change.head)
    return change


def lines(world: World, *options: str) -> list[str]:
    done = govops("sla", "process", world.path, *options)
    assert done.code == ExitCode.OK, done.err
    return [line.strip() for line in done.out.splitlines()]


def document(world: World, *options: str) -> dict[str, Any]:
    done = govops("sla", "process", world.path, "--output", "json", *options)
    assert done.code == ExitCode.OK, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_an_open_proposal_tells_who_waits_for_whom(world: World) -> None:
    """What has landed is not among them, although its branch is still there."""
    (found,) = document(world, *NOW)["open"]["proposals"]
    assert (found["name"], found["opener"], found["title"]) == ("churn", "alice", "Register")
    (wait,) = found["waits_for"]
    assert (wait["count"], wait["could"], wait["source"]) == (1, ["bob", "carol"], MODELS[0])
    told = lines(world, *NOW)
    assert "waited for: bob (1), carol (1)" in told
    assert any(line.startswith("waits for model.register: 1 approval by role approver: bob or carol") for line in told)


def test_an_open_proposal_is_overdue_after_the_time_of_its_policy(world: World) -> None:
    """With --strict the exit code says so; what has been decided in time is never overdue."""
    early = document(world)["open"]["proposals"][0]
    late = document(world, *NOW)["open"]["proposals"][0]
    assert (early["is_overdue"], late["is_overdue"], late["target"]) == (False, True, "3d")
    assert govops("sla", "process", world.path, "--strict", *NOW).code == ExitCode.VIOLATION


def test_a_proposal_that_is_approved_waits_for_nobody(world: World) -> None:
    world.approve_signed("bob", world.changes[-1], at="2026-01-05T15:00:00Z")
    (found,) = document(world, *NOW)["open"]["proposals"]
    assert (found["waits_for"], found["is_overdue"], found["problem"]) == ([], False, "")
    assert "waits for nobody but whoever merges it" in lines(world, *NOW)
    assert govops("sla", "process", world.path, "--strict", *NOW).code == ExitCode.OK


@pytest.mark.threat("D14")
def test_a_proposal_that_nobody_signed_has_no_age(world: World) -> None:
    """A commit date would be a guess; --strict says that nobody can tell."""
    change = world.propose("dave", "Unsigned", model("other"))
    world.objects.ref("refs/heads/govops/proposals/other", change.head)
    found = {one["name"]: one for one in document(world, *NOW)["open"]["proposals"]}
    assert (found["other"]["opened"], found["other"]["age"], found["other"]["is_overdue"]) == (None, None, False)
    assert govops("sla", "process", world.path, "--strict", *NOW).code == ExitCode.UNDECIDABLE


def test_a_proposal_whose_commits_are_not_here_is_told_all_the_same(world: World) -> None:
    (world.path / ".git/refs/heads/govops/proposals/lost").write_text("1" * 40 + "\n", encoding="ascii")
    found = {one["name"]: one for one in document(world, *NOW)["open"]["proposals"]}
    assert found["lost"]["problem"]


def test_where_a_forge_keeps_the_proposals_nobody_claims_that_there_are_none(world: World) -> None:
    change = world.propose("carol", "To GitHub", settings(**SIGNATURES, forge={"type": "github"}))
    world.propose_signed("carol", change)
    world.approve_signed("erin", change)
    change.merge("merge", record=False)
    told = lines(world)
    assert any(line.startswith("open proposals: could not be established: github keeps") for line in told)
    assert govops("sla", "process", world.path, "--strict").code == ExitCode.UNDECIDABLE


@pytest.mark.threat("G06", "G07")
def test_a_hostile_title_starts_no_line_and_commands_no_runner(world: World) -> None:
    proposed(world, "evil", title="x\n::error::owned ##[command]\u202e\x1b[31m")
    done = govops("sla", "process", world.path, *NOW)
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert "##[" not in done.out
    assert not any(line.lstrip().startswith("::") for line in done.out.splitlines())


def test_a_cache_changes_nothing(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")
    cache = ("--cache", str(tmp_path / "cache"))
    told = document(world, *NOW)
    assert document(world, *cache, *NOW) == told
    assert document(world, *cache, *NOW) == told
