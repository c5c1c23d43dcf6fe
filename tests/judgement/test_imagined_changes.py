"""A case of a policy test gets the verdict that an audit gives to the same change in a real history."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from govops import yamlio
from govops.app.policy_tests import run
from govops.finding import Status
from tests.support.audit import change_of, verdict
from tests.support.cast import CAST, Person
from tests.support.change import Change
from tests.support.files import (
    File,
    case,
    company,
    conflict,
    deployment,
    duty,
    model,
    policy,
    policy_test,
    segregation,
    user,
    version,
)
from tests.support.world import World

STANDING = (model("fraud", risk_tier="high"), version("fraud", "1.0", status="approved"), version("fraud", "2.0"))
RULES: tuple[File, ...] = (
    policy("models", actions=["model.*"], match={"risk_tiers": ["low", "medium"], "fields": ["owner", "risk_tier"]}),
    policy("high", actions=["model.*"], match={"risk_tiers": ["high"]}, approvals=[{"count": 2, "role": "approver"}]),
    policy(
        "production",
        actions=["model.deploy_production"],
        author={"permission": "model:deploy"},
        approvals=[{"any_of": [{"role": "admin"}, {"count": 2, "role": "approver"}]}],
        coverage="identity",
    ),
    policy("people", actions=["user.*", "role.*"], approvals=[{"role": "admin"}]),
    segregation(
        lifecycle=[conflict(duty("contribute", "model.register"), duty("approve", "model.approve"), "version")]
    ),
)
EDITS: dict[str, File] = {
    "a step of a version": version("fraud", "2.0", status="approved"),
    "an edit of a version": version("fraud", "2.0", description="Y"),
    "a lower tier": model("fraud", risk_tier="low"),
    "a deployment": deployment("production", "fraud", "1.0"),
    "a grant": user("dave", roles=["operator", "analyst", "approver"]),
    "another model": model("claims", risk_tier="low"),
}
AUTHORS = ("alice", "bob")
APPROVERS = ("bob", "carol", "dave")
GROUPS = [group for size in range(3) for group in combinations(APPROVERS, size)]


def audited(world: World, change: Change, merge: str) -> tuple[Status, set[str]]:
    """What an audit says of it, warnings aside."""
    landed = change.merge(merge)  # type: ignore[arg-type]  # one of the words
    report = verdict(world)
    found = change_of(report, landed)
    rules = {one.rule for one in report.findings if one.commit == landed.commit and one.status is not Status.WARN}
    return found.status, rules


def imagined(
    folder: Path, edit: File, author: str, given: list[dict[str, Any]], people: tuple[Person, ...] = CAST
) -> tuple[Status, set[str]]:
    """What a policy test says of it, warnings aside."""
    resource = yamlio.load(edit[1], path=edit[0]).resource
    value = yamlio.read(edit[1], path=edit[0]).value
    assert resource is not None
    assert value is not None
    change = {"resource": str(resource.key), "author": author, "new": {"spec": value["spec"]}}
    test = policy_test("all", case("it", "pass", approvals=given), change=change)
    for path, content in {**company(people), **dict((*RULES, *STANDING, test))}.items():
        assert isinstance(content, bytes)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (one,) = run(folder).cases
    assert one.change is not None, one.differences
    return one.change.status, {found.rule for found in one.findings if found.status is not Status.WARN}


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
@pytest.mark.slow
def test_whoever_makes_and_approves_it(tmp_path: Path, edit: File) -> None:
    """Every pair of an author and up to two approvers."""
    for number, (author, approvers) in enumerate(product(AUTHORS, GROUPS)):
        world = World(tmp_path / f"{number}", *RULES, *STANDING)
        change = world.propose(author, "Edit", edit)
        for name in approvers:
            change = change.approve(name)
        given = [{"person": name} for name in approvers]
        told = imagined(tmp_path / f"{number}-tree", edit, author, given)
        assert told == audited(world, change, "merge"), (author, approvers)


def stale(world: World) -> Change:
    """Both approve, and then the content changes."""
    change = world.propose("alice", "Edit", model("fraud", risk_tier="high", purpose="X"))
    return change.approve("bob").approve("carol").amend("alice", LICENCE)


def replayed(world: World) -> Change:
    """Both approve, and then the same file changes elsewhere on the protected branch."""
    change = world.propose("alice", "Edit", LICENCE).approve("bob").approve("carol")
    title = model("fraud", risk_tier="high", title="X")
    world.propose("dave", "Title", title).approve("bob").approve("carol").merge("merge")
    return change


def rejected(world: World) -> Change:
    """Both approve, and an approver beside them does not."""
    return world.propose("alice", "Edit", LICENCE).approve("bob").approve("carol").reject("frank")


LICENCE = model("fraud", risk_tier="high", license="MIT")
BOTH = [{"person": "bob"}, {"person": "carol"}]
REVIEWS: dict[str, tuple[Callable[[World], Change], list[dict[str, Any]], Status]] = {
    "something else": (stale, [one | {"reviewed": "other"} for one in BOTH], Status.FAIL),
    "the same on an older base": (replayed, [one | {"reviewed": "merged"} for one in BOTH], Status.PASS),
    "and not liked": (rejected, [*BOTH, {"person": "frank", "decision": "reject"}], Status.FAIL),
}


@pytest.mark.parametrize(("story", "given", "status"), REVIEWS.values(), ids=REVIEWS)
def test_whatever_was_reviewed(
    tmp_path: Path, story: Callable[[World], Change], given: list[dict[str, Any]], status: Status
) -> None:
    """What the reviewers saw was stale, replayed or rejected."""
    people = (*CAST, Person("frank", "Frank Field", ("approver",)))
    world = World(tmp_path / "world", *RULES, *STANDING, people=people)
    told = imagined(tmp_path / "tree", LICENCE, "alice", given, people=people)
    assert told[0] is status
    assert told == audited(world, story(world), "merge")
