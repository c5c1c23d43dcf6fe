"""A proposal and the branch that merged each other have two merge bases: what then needs a merge to be explained,
nobody can establish; what is simply the reviewed content still passes."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.errors import ExitCode
from tests.support.audit import change_of, judge, verdict
from tests.support.change import Change
from tests.support.files import model
from tests.support.world import World

FRAUD = model("fraud")[0]


def crossed(world: World) -> Change:
    """Two lines that merged each other: the second proposal stands on the one that main merged in the meantime."""
    first = world.propose("alice", "Register churn", model("churn")).approve("bob")
    world.propose("dave", "Register debt", model("debt")).approve("bob").merge("squash")
    other = world.main
    second = world.propose("alice", "Retitle", base=first.head)
    first.merge("merge")
    tree = {**world.tree(first.head), **world.tree(other)}
    second.head = world.commit(tree, [first.head, other], message="Merge main", author="alice")
    second.push("alice", world.replace(FRAUD, "The fraud model", "Fraud", at=second.head))
    assert len(second.merge_bases()) == 2
    return second


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, model("fraud"))


@pytest.mark.threat("C45")
def test_what_lands_exactly_as_reviewed_is_approved(world: World) -> None:
    landed = crossed(world).approve("bob").merge("squash")
    assert dict(change_of(judge(landed, None), landed).coverage)[FRAUD] == "identity"


@pytest.mark.threat("C45", rule="coverage-unknown")
def test_what_only_a_replay_could_explain_is_undecidable(world: World) -> None:
    change = crossed(world).approve("bob")
    world.propose("dave", "Relicense", world.replace(FRAUD, "proprietary", "MIT")).approve("bob").merge("squash")
    judge(change.merge("squash"), "coverage-unknown", ExitCode.UNDECIDABLE)


@pytest.mark.threat("C45")
def test_a_review_after_catching_up_settles_it(world: World) -> None:
    change = crossed(world).approve("bob")
    world.propose("dave", "Relicense", world.replace(FRAUD, "proprietary", "MIT")).approve("bob").merge("squash")
    judge(change.update_branch().approve("bob").merge("squash"), None)


@pytest.mark.threat("C45")
@pytest.mark.parametrize("moved", [False, True])
def test_the_order_in_which_a_forge_names_the_bases_does_not_matter(tmp_path: Path, *, moved: bool) -> None:
    reports = []
    for place, turn in enumerate((False, True)):
        world = World(tmp_path / str(place), model("fraud"))
        change = crossed(world).approve("bob")
        if moved:
            relicensed = world.replace(FRAUD, "proprietary", "MIT")
            world.propose("dave", "Relicense", relicensed).approve("bob").merge("squash")
        change.merge("squash", receipt_edit=lambda told, turn=turn: told["proposal"]["merge_bases"].sort(reverse=turn))
        reports.append([(one.subject, one.status, one.coverage) for one in verdict(world).changes])
    assert reports[0] == reports[1]
