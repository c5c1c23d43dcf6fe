"""A reviewed change is approved, however it lands; take away one thing and it is not."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from govops.finding import Status
from tests.support.audit import assert_clean, change_of, judge, verdict
from tests.support.change import Method
from tests.support.files import delete, deployment, model, role, usecase, user, version
from tests.support.world import World

METHODS: tuple[Method, ...] = get_args(Method)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("method", METHODS)
def test_a_reviewed_change_is_approved_however_it_lands(tmp_path: Path, object_format: str, method: Method) -> None:
    world = World(tmp_path, object_format=object_format)
    change = world.propose("alice", "Register fraud", model("fraud")).push("alice", version("fraud", "1.0"))
    judge(change.approve("bob").merge(method), None)


@pytest.mark.parametrize("method", METHODS)
def test_without_the_approval_it_is_not(world: World, method: Method) -> None:
    judge(world.propose("alice", "Register fraud", model("fraud")).merge(method), "not-approved")


def test_the_report_tells_who_did_what(world: World) -> None:
    change = world.propose("alice", "Register fraud", model("fraud")).push("dave", version("fraud", "1.0"))
    landed = change.approve("bob").merge("squash", by="carol")
    record = change_of(verdict(world), landed)
    assert record.status is Status.PASS
    assert (record.opener, record.merger, set(record.contributors)) == ("alice", "carol", {"alice", "dave"})
    assert [(given.person, set(given.counted)) for given in record.approvals] == [
        ("bob", {model("fraud")[0], version("fraud", "1.0")[0]})
    ]
    assert {action.name for action in record.actions} == {"model.register"}
    assert record.time == landed.at


def test_a_whole_year_of_good_changes_has_no_findings(world: World) -> None:
    world.propose("alice", "Register", model("fraud"), version("fraud", "1.0")).approve("bob").merge("squash")
    for number in ("1.0", "1.1"):
        if number != "1.0":
            world.propose("alice", f"Register {number}", version("fraud", number)).approve("bob").merge("merge")
        approved = version("fraud", number, status="approved")
        world.propose("alice", f"Approve {number}", approved).approve("bob").merge("rebase")
        for environment in ("staging", "production"):
            change = world.propose("dave", f"Deploy {number}", deployment(environment, "fraud", number))
            change.approve("carol").merge("squash")
    back = deployment("production", "fraud", "1.0", rollback={"reason": "1.1 is slower"})
    world.propose("dave", "Roll back", back).approve("bob").merge("fast-forward", by="dave")
    world.propose("alice", "Draft", usecase("claims")).approve("bob").merge("squash")
    world.propose("carol", "Hire", user("frank", roles=["analyst"])).approve("erin").merge("squash")
    world.propose("erin", "Widen", role("analyst", permissions=["model:register"])).approve("carol").merge("merge")
    world.propose("erin", "Simplify", delete("policies/approvals/slas.yaml")).approve("carol").merge("squash")
    assert_clean(verdict(world))
