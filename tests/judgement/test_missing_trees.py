"""Where nobody can tell what stood before a change, nobody can say whether it was allowed."""

from __future__ import annotations

import pytest

from govops.errors import ExitCode
from govops.finding import Status
from tests.support.audit import change_of, rules, verdict
from tests.support.files import deployment, kind, model, version
from tests.support.git import git
from tests.support.world import World

pytestmark = pytest.mark.threat("B10", "B11", rule="unreadable-history")


def _lose_tree(world: World, path: str, at: str) -> None:
    oid = git(world.git_dir, "rev-parse", f"{at}:{path}").decode().strip()
    world.objects.file(oid).unlink()


@pytest.mark.parametrize("folder", ["registry/models/fraud/versions", "registry/models/fraud", "registry/models"])
def test_a_change_on_top_of_a_lost_folder_is_not_called_a_violation(world: World, folder: str) -> None:
    """The approved version stood in it: to compare with an older one would be to accuse the approver."""
    world.propose("alice", "Register", model("fraud"), version("fraud", "1.0")).approve("bob").merge()
    approved = world.propose("alice", "Approve", version("fraud", "1.0", status="approved")).approve("bob").merge()
    shipped = world.propose("alice", "Ship", deployment("staging", "fraud", "1.0")).approve("bob").merge()
    _lose_tree(world, folder, approved.commit)
    report = verdict(world)
    assert change_of(report, shipped).status is Status.UNVERIFIABLE
    assert rules(report) == {"unreadable-history"}
    assert report.exit_code() is ExitCode.UNDECIDABLE


def test_a_folder_that_was_replaced_since_decides_again(world: World) -> None:
    first = world.propose("alice", "Register", model("fraud")).approve("bob").merge()
    second = world.propose("alice", "Edit", model("fraud", title="Other")).approve("bob").merge()
    third = world.propose("alice", "Again", model("fraud", title="Third")).approve("bob").merge()
    _lose_tree(world, "registry/models/fraud", first.commit)
    report = verdict(world)
    statuses = [change_of(report, landed).status for landed in (first, second, third)]
    assert statuses == [Status.UNVERIFIABLE, Status.UNVERIFIABLE, Status.PASS]


def test_a_change_outside_of_the_roots_may_be_governed_by_what_was_lost(world: World) -> None:
    """A kind of one's own may have stood in the lost folder, and claim what looks like any other file."""
    defined = world.propose("carol", "Define", kind("Notebook", "notebooks")).approve("erin").merge()
    pushed = world.push("mallory", ("notebooks/x.yaml", b"kind: Notebook\n"))
    _lose_tree(world, "policies/kinds", defined.commit)
    assert change_of(verdict(world), pushed).status is Status.UNVERIFIABLE


def test_after_a_lost_folder_what_was_reviewed_and_did_not_land_is_open_too(world: World) -> None:
    first = world.propose("alice", "Register", model("fraud")).approve("bob").merge()
    dropped = world.propose("alice", "Edit", model("churn")).approve("bob").merge("squash", tree_override="ours")
    _lose_tree(world, "registry/models/fraud", first.commit)
    report = verdict(world)
    assert change_of(report, dropped).status is Status.UNVERIFIABLE
    (found,) = (finding for finding in report.findings if finding.commit == dropped.commit)
    assert f"what stood at {first.commit}, before it, cannot be read" in found.message


def test_after_a_lost_folder_a_change_of_nothing_is_still_a_change_of_nothing(world: World) -> None:
    """It is counted, and the time that its record tells is as good as any."""
    first = world.propose("alice", "Register", model("fraud")).approve("bob").merge()
    empty = world.push("alice", message="Trigger the build")
    _lose_tree(world, "registry/models/fraud", first.commit)
    report = verdict(world)
    assert (report.counts.undecidable, report.counts.evaluated, report.counts.commits) == (1, 1, 3)
    assert report.provenance.as_of == empty.at
    assert verdict(world, first=empty.commit).counts.chain == 0
