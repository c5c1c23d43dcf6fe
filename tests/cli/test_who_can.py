"""``govops who-can`` answers by exit code, in lines for people and in JSON for machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govops.errors import ExitCode
from tests.support.cli import govops
from tests.support.files import model, policy, user, version
from tests.support.world import World

APPROVE = ("who-can", "model.approve", "modelversion/fraud/1.0")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two approvers, one of whom has left, and a policy that will want admins too."""
    later = policy(
        "later", actions=["model.approve"], effective_from="2027-01-01T00:00:00Z", approvals=[{"role": "admin"}]
    )
    there = (model("fraud"), version("fraud", "1.0"), user("bob", active=False), later)
    return World(tmp_path / "world", *there)


def test_it_tells_who_could_who_could_not_and_what_it_hinges_on(world: World) -> None:
    done = govops(*APPROVE, "--repository", world.path, "--author", "alice")
    assert done.code == ExitCode.OK
    assert done.out.splitlines() == [
        "asked      model.approve of ModelVersion/fraud/1.0",
        f"rules      main at {world.main[:10]}",
        "author     alice",
        "needs      1 approval by role admin (policies/approvals/later.yaml): enough",
        "    only from 2027-01-01T00:00:00Z on",
        "    could give one: carol, erin",
        "needs      1 approval by role approver (policies/approvals/models.yaml): enough",
        "    could give one: carol",
        "    could not bob: approver-inactive",
        "    could not robo: approver-not-human: bot",
        "note       the rules were taken as they stand; whether they landed with approval, --after-audit tells",
        "It can be approved",
    ]


def test_nobody_is_exit_1_and_says_why(world: World) -> None:
    done = govops(*APPROVE, "--repository", world.path, "--author", "carol", "--at", "2026-06-01")
    assert done.code == ExitCode.VIOLATION
    assert done.out.splitlines()[-1] == "It cannot be approved: 1 approval by role approver: 0 people could"
    assert "landing at 2026-06-01T00:00:00Z" in done.out


def test_what_is_open_is_exit_3(world: World) -> None:
    soon = policy("models", actions=["model.*"], match={"condition": "true"})
    world.propose("carol", "Condition", soon).approve("erin").merge("squash")
    done = govops(*APPROVE, "--repository", world.path)
    assert done.code == ExitCode.UNDECIDABLE
    assert done.out.splitlines()[-1] == (
        "It cannot be told: whether any policy allows it depends on what is not known yet"
    )


def test_an_unknown_action_is_exit_2_with_the_nearest(world: World) -> None:
    done = govops("who-can", "model.aprove", "ModelVersion/fraud/1.0", "--repository", world.path)
    assert done.code == ExitCode.USAGE
    assert done.err.splitlines()[-1] == "hint: did you mean 'model.approve'?"


def test_json_has_all_of_it(world: World) -> None:
    done = govops(*APPROVE, "--repository", world.path, "--after-audit", "--output", "json")
    found = json.loads(done.out)
    assert (found["schema"], found["exit_code"], found["is_audited"]) == ("govops/who-can/v1", 0, True)
    assert (found["commit"], found["path"]) == (world.main, "registry/models/fraud/versions/1.0.yaml")
    assert found["authors"] is None
    assert [one["could"] for one in found["requirements"]] == [["carol", "erin"], ["carol"]]
    assert found["requirements"][1]["barred"][0] == {"person": "bob", "reasons": ["approver-inactive"]}


def test_a_bare_repository_and_an_older_revision_can_be_asked(world: World) -> None:
    before = world.main
    world.propose("alice", "Bob is back", user("bob")).approve("carol").merge("squash")
    now, then = (govops(*APPROVE, *rev, "--repository", world.git_dir).out for rev in ((), (before,)))
    assert "could give one: bob, carol" in now
    assert "could give one: bob, carol" not in then
