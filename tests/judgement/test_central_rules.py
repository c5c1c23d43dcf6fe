"""Rules from elsewhere judge a whole history, and nothing that stands in it changes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.finding import Report, Status
from tests.support.audit import assert_clean, change_of, only, rules, verdict
from tests.support.change import Landed
from tests.support.files import File, company, kind, model, policy, settings, user
from tests.support.trees import Edits, flat
from tests.support.world import World

KIND = kind("Report", "reports")
ONE = policy("reports", actions=["report.*"])
TWO = policy("reports", actions=["report.*"], approvals=[{"count": 2, "role": "approver"}])


@pytest.fixture
def bare(tmp_path: Path) -> World:
    """A repository that has no rules of its own."""
    world = World(tmp_path / "bare", adopt=False)
    world.commit_raw(("README.md", b"Reports\n"), author="carol", message="Begin")
    return world


def judged(world: World, *edits: Edits) -> Report:
    """The whole history by the usual company's rules and a kind of its own, from a folder beside it."""
    folder = world.path.parent / "central"
    for name, content in (company() | flat([KIND, ONE, *edits])).items():
        if isinstance(content, bytes):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
    return verdict(world, policies=str(folder))


def report(name: str) -> File:
    return f"reports/{name}.yaml", b"status: new\n"


def writes(world: World, name: str = "one", *, by: str = "bob") -> Landed:
    return world.propose("alice", f"Write {name}", report(name)).approve(by).merge("squash")


def test_every_change_is_judged_from_the_first_one_on(bare: World) -> None:
    """There is nothing to adopt, and nothing of which no claim is made."""
    good, pushed = writes(bare), bare.push("mallory", report("two"))
    found = judged(bare)
    only(found, "not-approved", pushed)
    assert change_of(found, good).status is Status.PASS
    assert (found.counts.no_claim, found.counts.approved, found.counts.violating) == (0, 1, 1)
    assert found.provenance.adoption is None
    assert found.counts.chain == 3


def test_a_repository_without_its_own_rules_passes_by_those_of_others(bare: World) -> None:
    writes(bare)
    assert_clean(judged(bare))


@pytest.mark.threat("C22", "C23")
def test_nothing_that_a_repository_says_of_people_and_policies_is_of_use_to_it(bare: World) -> None:
    """Its own approver approves nothing, and its own policy asks for nothing less, however they landed."""
    own = (
        user("mallory", roles=["approver"]),
        policy("reports", actions=["report.*"], approvals=[{"role": "operator"}]),
        settings(),
    )
    bare.propose("carol", "Rules of our own", dict(own)).approve("erin").merge("squash")
    mine, ours = writes(bare, by="mallory"), writes(bare, "two")
    found = judged(bare, TWO)
    assert {change_of(found, landed).status for landed in (mine, ours)} == {Status.FAIL}
    assert "approver-lacks-role" in rules(found)


@pytest.mark.threat("C24")
def test_what_is_wrong_with_a_repositorys_own_rules_is_held_against_nobody_else(bare: World) -> None:
    """A change of them needs approval, and none of the others rests on it."""
    pushed = bare.push("mallory", user("bob", roles=[]))
    landed = writes(bare)
    found = judged(bare)
    assert change_of(found, pushed).status is Status.FAIL
    assert change_of(found, landed).status is Status.PASS


@pytest.mark.threat("C38")
def test_settings_in_the_history_are_no_adoption(bare: World) -> None:
    """Neither on the branch nor on one that was merged into it."""
    bare.propose("carol", "Settings", settings()).approve("erin").merge("merge")
    found = judged(bare)
    assert_clean(found)
    assert found.provenance.adoption is None


@pytest.mark.threat("C18")
def test_the_recorders_are_those_of_the_rules_from_elsewhere(bare: World) -> None:
    landed = writes(bare)
    found = judged(bare, settings(recorders=[]))
    assert change_of(found, landed).status is Status.UNVERIFIABLE


def test_people_who_stand_beside_the_central_policies_can_own_what_a_repository_has(bare: World) -> None:
    """Whoever is named in a repository need not stand in it once more; whoever stands nowhere is missed."""
    models = policy("models", actions=["model.*"])
    owned = bare.propose("alice", "Register a model", dict([model("fraud")])).approve("bob").merge("squash")
    nobody = bare.propose("alice", "Another", dict([model("churn", owner="ghost")])).approve("bob").merge("squash")
    found = judged(bare, models)
    assert change_of(found, owned).status is Status.PASS
    only(found, "dangling-reference", nobody)
