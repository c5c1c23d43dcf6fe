"""The walk: every commit of the chain once and in its order, and time that only goes forward."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govops.engine import Until, look, run
from govops.errors import GovopsError
from govops.finding import Report
from govops.history import Step
from govops.rules import RULES
from tests.engine.walk import Tamper, opened
from tests.support.audit import verdict
from tests.support.files import model
from tests.support.world import World


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three good changes, the second a rebase merge of two commits, and a push nobody reviewed."""
    world = World(tmp_path_factory.mktemp("story"))
    world.propose("alice", "Register fraud", model("fraud")).approve("bob").merge("squash")
    change = world.propose("alice", "Register churn", model("churn")).push("alice", model("churn", risk_tier="low"))
    change.approve("bob").merge("rebase")
    world.propose("dave", "Register debt", model("debt")).approve("bob").merge("merge")
    world.push("mallory", model("fraud", risk_tier="low"))
    return world


def without(place: int) -> Tamper:
    return lambda steps: steps[:place] + steps[place + 1 :]


TAMPER: dict[str, Tamper] = {
    **{f"without commit {place}": without(place) for place in range(6)},
    "cut short": lambda steps: steps[:3],
    "one commit twice": lambda steps: [*steps[:2], steps[1], *steps[2:]],
    "two commits swapped": lambda steps: [*steps[:2], steps[3], steps[2], *steps[4:]],
    "one commit instead of another": lambda steps: [*steps[:4], steps[1], *steps[5:]],
    "a commit of another branch": lambda steps: [*steps[:-1], Step(steps[4].side[0].commit, ())],
    "nothing": lambda steps: [],
}


@pytest.mark.threat("A04")
@pytest.mark.parametrize("tamper", TAMPER.values(), ids=TAMPER)
def test_a_stream_that_is_not_the_chain_ends_the_audit(story: World, tamper: Tamper) -> None:
    with opened(story, tamper) as facts, pytest.raises(GovopsError, match="walk"):
        run(RULES, facts)


def test_the_chain_itself_is_walked_to_its_end(story: World) -> None:
    with opened(story) as facts:
        report = run(RULES, facts)
    assert report == verdict(story)
    assert (report.counts.commits, report.counts.chain) == (6, 5)
    assert [report.counts.approved, report.counts.violating] == [3, 1]


INSTANTS = st.sampled_from([f"2026-01-0{day}T00:00:00Z" for day in range(1, 8)])


@settings(max_examples=15)
@given(st.lists(INSTANTS, min_size=1, max_size=5))
def test_the_time_of_a_change_is_the_running_maximum_of_what_is_attested(
    tmp_path_factory: pytest.TempPathFactory, times: list[str]
) -> None:
    """A later change that claims an earlier time is as late as the latest one before it."""
    world = World(tmp_path_factory.mktemp("w"))
    commits = [world.push("alice", ("a", str(n).encode()), recording={"landed_at": at}) for n, at in enumerate(times)]
    with opened(world) as facts:
        report, moment = look(RULES, facts)
    told = [moment.told[landed.commit].time for landed in commits]
    assert told == [max(times[: place + 1]) for place in range(len(times))]
    assert report.provenance.as_of == max(times)


def at(world: World, instant: str) -> tuple[Report, str | None]:
    """The commit that stood at the instant."""
    with opened(world) as facts:
        report, moment = look(RULES, replace(facts, until=Until(instant=instant)))
    return report, moment.commit


def test_an_instant_falls_after_the_last_change_that_is_not_later(tmp_path: Path) -> None:
    world = World(tmp_path)
    first = world.push("alice", ("a", b"1"), recording={"landed_at": "2026-01-03T00:00:00Z"})
    world.push("alice", ("a", b"2"), recording={"landed_at": "2026-01-05T00:00:00Z"})
    back = world.push("alice", ("a", b"3"), recording={"landed_at": "2026-01-01T00:00:00Z"})
    assert at(world, "2026-01-02T23:59:59Z")[1] == world.adoption
    assert at(world, "2026-01-03T00:00:00Z")[1] == first.commit
    assert at(world, "2026-01-04T23:59:59Z")[1] == first.commit
    assert at(world, "2026-01-05T00:00:00Z")[1] == back.commit


def test_looking_back_changes_nothing_of_the_verdict(story: World) -> None:
    assert at(story, "2026-01-05T12:00:00Z")[0] == verdict(story)
