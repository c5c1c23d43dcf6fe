"""Two judges who share no code agree on every story: random ones, those of the corpus, and some in real git."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.corpus.test_corpus import Telling, tellings
from tests.oracle.compare import disagreements, given_by
from tests.oracle.play import Playing, Remembered, audit
from tests.oracle.reach import OUT_OF_REACH, is_in_reach
from tests.oracle.stories import Story, stories
from tests.oracle.told import Witnessed, told
from tests.oracle.walk import judge
from tests.support.audit import verdict
from tests.support.player import Player
from tests.support.steps import Step
from tests.support.stories import corpus

FEW, MANY = 300, 20_000
FEW_IN_GIT, MANY_IN_GIT = 12, 400


@pytest.mark.slow
def test_both_judges_agree_on_every_random_story(*, whole_sweeps: bool) -> None:
    """On the status of each change, its findings, who counted, why others did not, the sums, and the exit code."""

    @settings(max_examples=MANY if whole_sweeps else FEW, suppress_health_check=list(HealthCheck))
    @given(stories())
    def agree(story: Story) -> None:
        report = audit(story.world)
        assert disagreements(report, judge(told(story.world), given_by(report))) == []

    agree()


class _InGit(Player):
    worlds = Witnessed


@pytest.mark.slow
def test_both_judges_agree_on_stories_in_real_git(
    tmp_path_factory: pytest.TempPathFactory, *, whole_sweeps: bool
) -> None:
    """What is played in memory otherwise goes through git, the clean room, receipts and signatures here."""

    @settings(
        max_examples=MANY_IN_GIT if whole_sweeps else FEW_IN_GIT,
        phases=[Phase.reuse, Phase.generate],  # to make a story smaller takes too long here
        suppress_health_check=list(HealthCheck),
    )
    @given(stories(most=6))
    def agree(story: Story) -> None:
        player = _InGit(tmp_path_factory.mktemp("story"), story.company)
        world = player.play([Step.model_validate(step) for step in story.steps])
        assert isinstance(world, Witnessed)
        report = verdict(world)
        assert disagreements(report, judge(told(world), given_by(report))) == []
        assert outline(report) == outline(audit(story.world))

    def outline(report: Any) -> list[Any]:
        return [report.counts, *((f.rule, f.status, f.path, _plain(f.subject)) for f in report.findings)]

    agree()


def _plain(subject: str) -> str:
    """Without ids of commits, which are others in memory."""
    return re.sub(r"[0-9a-f]{12}", "", subject)


def _reachable() -> list[Any]:
    return [
        pytest.param(telling, id=f"{name}: {what}")
        for name, story in corpus().items()
        if is_in_reach(name)
        for what, telling in tellings(story)
    ]


@pytest.mark.parametrize("telling", _reachable())
def test_both_judges_agree_on_the_corpus(tmp_path: Path, telling: Telling) -> None:
    company, steps, expect = telling
    world = Playing(tmp_path, company).play(steps)
    assert isinstance(world, Remembered)
    report = audit(world)
    assert report.exit_code() == expect.exit
    assert disagreements(report, judge(told(world), given_by(report))) == []


def test_what_is_out_of_reach_stands_in_the_corpus() -> None:
    assert OUT_OF_REACH.keys() <= corpus().keys()


JUDGES = ("past", "meaning", "merging", "hearing", "found", "duties", "demands", "poll", "exceptions", "judge", "walk")
ALLOWED = {"govops.kinds", "yaml", "pydantic", *(f"tests.oracle.{name}" for name in JUDGES)}


@pytest.mark.parametrize("name", JUDGES)
def test_the_second_judge_shares_nothing_with_the_engine_but_the_kinds(name: str) -> None:
    tree = ast.parse((Path(__file__).parent / f"{name}.py").read_text(encoding="utf-8"))
    imported = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    imported |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported -= {"tests.oracle"} if name in ("walk", "judge") else set()
    assert {module for module in imported - ALLOWED if module.partition(".")[0] not in sys.stdlib_module_names} == set()
