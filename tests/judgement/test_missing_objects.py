"""What the repository lacks decides nothing: neither for a change nor against it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from govops.errors import ExitCode
from govops.finding import Report, Status
from tests.support.audit import change_of, rules, verdict
from tests.support.change import Landed
from tests.support.files import kind, model, policy, user, version
from tests.support.world import World

pytestmark = pytest.mark.threat("B10", rule="rests-on-missing-object")


def _approved(world: World) -> Landed:
    return world.propose("alice", "Register fraud", model("fraud")).approve("bob").merge()


def _lose(world: World, path: str) -> None:
    world.objects.file(world.tree()[path][1]).unlink()


def _is_open(report: Report, landed: Landed) -> None:
    assert change_of(report, landed).status is Status.UNVERIFIABLE
    assert "rests-on-missing-object" in rules(report)
    assert report.exit_code() is ExitCode.UNDECIDABLE


@pytest.mark.parametrize(
    "path",
    ["registry/users/bob.yaml", "registry/users/alice.yaml", "registry/roles/approver.yaml", "policies/govops.yaml"],
)
def test_a_change_whose_rules_are_lost_is_neither_allowed_nor_forbidden(world: World, path: str) -> None:
    landed = _approved(world)
    _lose(world, path)
    _is_open(verdict(world), landed)


def test_a_lost_policy_may_have_asked_for_more(world: World) -> None:
    """So the approval that the other policies ask for is not enough to pass."""
    more = policy("two", actions=["model.register"], approvals=[{"count": 2, "role": "approver"}])
    world.propose("carol", "Ask for two", more).approve("bob").merge()
    landed = _approved(world)
    _lose(world, more[0])
    _is_open(verdict(world), landed)


def test_the_rules_are_known_again_from_the_change_that_replaces_the_file(world: World) -> None:
    landed = _approved(world)
    world.propose("carol", "Bob again", user("bob", display_name="Bob B.")).approve("erin").merge()
    later = world.propose("alice", "Register churn", model("churn")).approve("bob").merge()
    bob = next(entry[1] for path, entry in world.tree(world.adoption).items() if path == "registry/users/bob.yaml")
    world.objects.file(bob).unlink()
    report = verdict(world)
    _is_open(report, landed)
    assert change_of(report, later).status is not Status.FAIL


@pytest.mark.parametrize(
    "change",
    [
        lambda world: world.propose("alice", "Approve", version("fraud", "1.0", status="approved")),
        lambda world: world.propose("alice", "Say more", version("fraud", "1.0", description="More")),
    ],
)
def test_what_a_change_means_is_unknown_where_the_old_content_is_lost(
    world: World, change: Callable[[World], object]
) -> None:
    """No transition is called illegal that starts from nobody knows where."""
    world.propose("alice", "Register", model("fraud"), version("fraud", "1.0")).approve("bob").merge()
    lost = world.tree()[version("fraud", "1.0")[0]][1]
    landed = change(world).approve("bob").merge()  # type: ignore[attr-defined]  # a proposal of the story
    world.objects.file(lost).unlink()
    report = verdict(world)
    _is_open(report, landed)
    assert "illegal-transition" not in rules(report)


@pytest.mark.parametrize("path", ["notebooks/x.yaml", "src/train.py"])
def test_where_the_definition_of_a_kind_is_lost_any_file_may_be_governed(world: World, path: str) -> None:
    """So a push of one is open; to call it a stray file would be to accuse its author of what nobody can tell."""
    world.propose("carol", "Define", kind("Notebook", "notebooks")).approve("erin").merge()
    pushed = world.push("mallory", (path, b"kind: Notebook\n"))
    _lose(world, kind("Notebook", "notebooks")[0])
    report = verdict(world)
    _is_open(report, pushed)
    assert {found.rule for found in report.findings if found.commit == pushed.commit} == {"rests-on-missing-object"}


@pytest.mark.parametrize("path", ["registry/x.yaml", "policies/x.txt"])
def test_what_is_surely_governed_is_looked_at_all_the_same(world: World, path: str) -> None:
    world.propose("carol", "Define", kind("Notebook", "notebooks")).approve("erin").merge()
    pushed = world.push("mallory", (path, b"kind: Notebook\n"))
    _lose(world, kind("Notebook", "notebooks")[0])
    assert "stray-file" in {found.rule for found in verdict(world).findings if found.commit == pushed.commit}
