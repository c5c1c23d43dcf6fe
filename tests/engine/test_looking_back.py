"""What a walk keeps for those who look back or watch: what stood, since when, and what came next."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from govops.engine import Moment, Told, Until, arrive, look, stand, watch
from govops.engine.registry import Registry
from govops.rules import RULES
from tests.engine.remembered import company_of, lands, report, told
from tests.oracle.play import Remembered
from tests.support.change import Landed
from tests.support.files import (
    kind,
    model,
)

FRAUD, _ = model("fraud")


@pytest.fixture
def world() -> Remembered:
    return company_of()


class TestLookingBack:
    """What stood after a commit, or as of an instant, is kept while the walk goes on."""

    @pytest.fixture
    def story(self) -> tuple[Remembered, list[Landed]]:
        world = company_of()
        return world, [lands(world, model(name)) for name in ("fraud", "churn", "debt")]

    def moment(self, world: Remembered, **asked: Any) -> Moment:
        known, moment = look(RULES, told(world, until=Until(**asked)))
        assert known == report(world)
        return moment

    def test_is_after_the_commit_that_is_asked_for(self, story: tuple[Remembered, list[Landed]]) -> None:
        world, (first, second, third) = story
        found = self.moment(world, commit=second.commit)
        assert (found.commit, found.time, found.is_known) == (second.commit, second.at, True)
        assert found.following == (third.commit, Told(third.at, third.at))
        assert {path for path in found.snapshot.files if "registry/models" in path} == {FRAUD, model("churn")[0]}
        assert list(found.told) == [first.commit, second.commit]
        assert found.touched[FRAUD] == (first.commit,)
        assert set(found.found) == set(world.tree(world.adoption))
        assert self.moment(world, commit=third.commit).following is None

    def test_is_after_the_last_change_that_is_not_later(self, story: tuple[Remembered, list[Landed]]) -> None:
        world, (first, second, _) = story
        assert first.at is not None
        assert second.at is not None
        assert self.moment(world, instant=second.at).commit == second.commit
        assert self.moment(world, instant=first.at).commit == first.commit
        assert self.moment(world, instant="2020-01-01T00:00:00Z").commit == world.adoption
        assert self.moment(world, instant="2030-01-01T00:00:00Z").following is None

    def test_is_where_the_walk_ends_if_nothing_is_asked_for(self, story: tuple[Remembered, list[Landed]]) -> None:
        world, (*_, last) = story
        found = self.moment(world)
        assert (found.commit, found.time) == (last.commit, last.at)

    def test_knows_not_what_stood_between_changes_that_cannot_be_read(self, story: Any) -> None:
        """After the last of them it can be read again."""
        world, (first, *lost) = story
        last = lands(world, model("loans"))
        asked = [told(world, lost=lost, until=Until(commit=one.commit)) for one in (first, *lost, last)]
        moments = [look(RULES, one)[1] for one in asked]
        assert [moment.is_known for moment in moments] == [True, False, True, True]
        assert moments[1].told[lost[0].commit] == Told(first.at, None)
        assert moments[2].touched[model("churn")[0]] == (lost[1].commit,)

    def test_goes_as_far_as_an_ungoverned_change(self, world: Remembered) -> None:
        """Its record tells a time like any other."""
        other = world.push("alice", ("README.txt", b"x"))
        last = lands(world, model("fraud"))
        found = self.moment(world, commit=other.commit)
        assert (found.commit, found.time, found.following) == (
            other.commit,
            other.at,
            (last.commit, Told(last.at, last.at)),
        )

    def test_stands_at_the_end_with_all_that_was_done(self, story: tuple[Remembered, list[Landed]]) -> None:
        world, (*_, last) = story
        stood, arrived = stand(RULES, told(world)), arrive(RULES, told(world))
        assert stood.report == report(world)
        assert (stood.moment.commit, set(stood.moment.told)) == (last.commit, {one.commit for one in story[1]})
        assert stood.law.user("alice") is not None
        assert set(arrived.registry.snapshot.files) == set(stood.moment.snapshot.files)
        for deeds in (stood.deeds, arrived.deeds):
            assert [deed.commit for deed in deeds.of("Model/debt")] == [last.commit]
        assert last.commit in arrived.spent.values()
        assert list(arrived.cases.since) == []


class Seen:
    """What a watcher was shown."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, tuple[str, ...], bool]] = []

    def saw(self, change: str, paths: Iterable[str], registry: Registry) -> None:
        names = tuple(paths)
        self.shown += [(change, names, all(name in registry.snapshot.files for name in names))] if names else []


def test_a_watcher_sees_what_was_found_and_what_each_change_left(world: Remembered) -> None:
    """After the registry has taken it; also what a new kind claims, and what nobody could read."""
    first = lands(world, model("fraud"))
    world.push("alice", ("reports/a.yaml", b"status: new\n"))
    defined = world.propose("carol", "Define", kind("Report", "reports")).approve("erin").merge("squash")
    lost = lands(world, model("churn"))
    last = lands(world, model("debt"))
    done = watch(RULES, told(world, lost=[lost]), Seen)
    assert done is not None
    (adopted, adopted_paths, _), *later = done.watcher.shown
    assert (adopted, set(adopted_paths)) == (world.adoption, set(world.tree(world.adoption)))
    assert later == [
        (first.commit, (FRAUD,), True),
        (defined.commit, (kind("Report", "reports")[0],), True),
        (defined.commit, ("reports/a.yaml",), True),
        (lost.commit, (model("churn")[0],), True),
        (last.commit, (model("debt")[0],), True),
    ]
    assert list(done.told)[-1] == last.commit
    assert done.report == report(world, lost=[lost])
