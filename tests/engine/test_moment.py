"""A moment of the past is kept whole while the walk goes on, with what is known of the way there."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.engine import Moment, Told, look
from govops.engine.moment import Diary, Passage, look_around
from govops.kinds.deployment import Deployment
from govops.rules import RULES
from tests.engine.story import Story
from tests.engine.walk import opened
from tests.support.change import Landed
from tests.support.facts import oid
from tests.support.files import deployment, kind
from tests.support.past import company, deployed
from tests.support.world import World

PATH, _ = deployment("production", "fraud", "1.0")
JANUARY, MARCH = "2026-01-31T00:00:00Z", "2026-03-31T00:00:00Z"


def stood(world: World, landed: Landed | None = None) -> Moment:
    """What stood after the change, by default after the last one."""
    with opened(world, back_to=landed.commit if landed else None) as facts:
        return look(RULES, facts)[1]


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> tuple[World, Landed, Landed]:
    """A company with a kind of its own deploys one version in January and the next one in March."""
    world = company(tmp_path_factory.mktemp("story"))
    world.propose("carol", "Define", kind("Report", "reports")).approve("erin").merge("squash", landed_at=JANUARY)
    first = deployed(world, "1.0", JANUARY)
    second = deployed(world, "1.1", MARCH)
    world.propose("carol", "No reports", {kind("Report", "reports")[0]: None}).approve("erin").merge("squash")
    return world, first, second


def test_what_stood_is_kept_while_the_walk_goes_on(story: tuple[World, Landed, Landed]) -> None:
    world, first, second = story
    found = stood(world, first)
    assert (found.commit, found.time, found.is_known) == (first.commit, JANUARY, True)
    assert found.following == (second.commit, Told(MARCH, MARCH))
    running = found.snapshot.files[PATH].resource
    assert isinstance(running, Deployment)
    assert running.spec.version == "1.0"
    assert set(found.snapshot.files) == {path for path in world.tree(first.commit) if path.startswith(("r", "p"))}
    assert found.stays == {("production", "fraud"): ("1.0",)}
    assert [event.version for event in found.deployments] == ["1.0"]
    assert [custom.name for custom in found.custom] == ["Report"]


def test_the_way_there_is_told_and_what_came_later_is_not(story: tuple[World, Landed, Landed]) -> None:
    world, first, _ = story
    found = stood(world, first)
    defined = next(iter(found.told))
    assert found.told == {defined: Told(JANUARY, JANUARY), first.commit: Told(JANUARY, JANUARY)}
    assert found.touched[PATH] == (first.commit,)
    assert found.touched["registry/users/bob.yaml"] == (world.adoption,)
    assert found.found == dict.fromkeys(world.tree(world.adoption), world.adoption)
    assert found.unattested == ()


def test_what_stands_at_the_adoption_began_there(tmp_path: Path) -> None:
    """Also where a path of a kind of one's own comes before the definition of the kind."""
    early = ("a-reports/x.yaml", b"status: new\n")
    world = World(tmp_path, kind("Report", "a-reports"), early, deployment("production", "fraud", "1.0"))
    with opened(world) as facts:
        report, found = look(RULES, facts)
    assert (found.commit, found.is_known, found.time) == (world.adoption, True, None)
    assert found.found == dict.fromkeys(world.tree(), world.adoption)
    assert {tenure.since for tenure in report.tenures} == {world.adoption}
    assert [(event.what, event.commit) for event in report.deployments] == [("nothing to 1.0", world.adoption)]


def test_what_stood_where_a_new_kind_claims_it_is_found_with_the_kind(tmp_path: Path) -> None:
    """Of what it held before nothing is claimed; from then on it stands and is touched like any other file."""
    world = World(tmp_path)
    for text in (b"status: old\n", b"status: new\n"):
        world.push("alice", ("reports/a.yaml", text), ("elsewhere/a.yaml", text))
    kinds = world.propose("carol", "Define", kind("Report", "reports")).approve("erin").merge("squash")
    later = world.push("alice", ("reports/a.yaml", b"status: last\n"))
    found = stood(world, kinds)
    assert found.found["reports/a.yaml"] == kinds.commit
    assert found.touched["reports/a.yaml"] == (kinds.commit,)
    assert found.snapshot.files["reports/a.yaml"].entry.oid == world.tree(kinds.commit)["reports/a.yaml"][1]
    assert "elsewhere/a.yaml" not in {*found.found, *found.snapshot.files}
    assert stood(world).touched["reports/a.yaml"] == (kinds.commit, later.commit)


def test_at_the_tip_nothing_follows(story: tuple[World, Landed, Landed]) -> None:
    world, *_ = story
    found = stood(world)
    assert (found.commit, found.following, found.custom) == (world.main, None, ())
    assert found.stays == {("production", "fraud"): ("1.0", "1.1")}


def test_changes_whose_time_nobody_tells_are_named_back_to_the_last_attested_one(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.push("alice", ("a", b"0"), record=False)
    world.push("alice", ("a", b"1"))
    untold = [world.push("alice", ("a", text), record=False).commit for text in (b"2", b"3")]
    assert stood(world).unattested == tuple(untold)


@pytest.mark.parametrize("is_known", [True, False])
def test_whether_all_before_it_could_be_read_is_told(*, is_known: bool) -> None:
    passage = Passage(oid("one"), JANUARY, is_known)
    assert look_around(Story().registry, passage, Diary(), None).is_known is is_known


def test_a_path_is_found_once_and_touched_as_often_as_it_changed() -> None:
    diary = Diary()
    diary.find(iter(["a", "b"]), oid("adoption"))
    diary.touch(["a"], oid("one"))
    diary.touch(["a", "c"], oid("two"))
    assert diary.found == {"a": oid("adoption"), "b": oid("adoption")}
    assert diary.touched == {
        "a": [oid("adoption"), oid("one"), oid("two")],
        "b": [oid("adoption")],
        "c": [oid("two")],
    }
