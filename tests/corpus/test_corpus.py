"""Every story of the corpus ends as it says, as told (in both object formats) and with each one thing otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from govops.finding import Report
from govops.rules import RULES
from tests.support.audit import verdict
from tests.support.player import Player
from tests.support.steps import Step
from tests.support.stories import Company, Expect, Expected, Otherwise, Story, corpus

Telling = tuple[Company, list[Step], Expect]


def tellings(story: Story) -> Iterator[tuple[str, Telling]]:
    """The story as told, then with one thing otherwise each."""
    yield "as told", (story.company, story.story, story.expect)
    for other in (*story.likewise, *story.otherwise):
        expect = other.expect if isinstance(other, Otherwise) else story.expect
        yield other.when, (other.company or story.company, other.steps(story.story), expect)


def cases(*, whole: bool) -> Iterator[Any]:
    """Each telling of each file, bearing the rows of the file; with long ids only what is told, unless all is asked."""
    for name, story in corpus().items():
        for at, (what, telling) in enumerate(tellings(story)):
            for form in ("sha1", "sha256") if whole or not at else ("sha1",):
                rows = pytest.mark.threat(*story.threats)
                yield pytest.param(telling, form, id=f"{name}: {what}-{form}", marks=rows)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "telling" in metafunc.fixturenames:
        whole = metafunc.config.getoption("--whole-sweeps")
        metafunc.parametrize(("telling", "object_format"), list(cases(whole=whole)))


@pytest.mark.threat("B21")
def test_a_story_ends_as_it_says(tmp_path: Path, telling: Telling, object_format: str) -> None:
    company, steps, expect = telling
    player = Player(tmp_path, company, object_format)
    report = verdict(player.play(steps))
    assert unlike(expect.findings, found(report, player)) == []
    assert report.exit_code() == expect.exit
    assert not player.canary.exists(), "a planted program was run"


def found(report: Report, player: Player) -> list[Expected]:
    """The report's findings as a story would write them, in full."""
    return [
        Expected.model_validate(
            {
                "rule": finding.rule,
                "change": player.title_of(finding.commit),
                "path": finding.path,
                "status": finding.status.value,
            }
        )
        for finding in report.findings
    ]


def unlike(expected: list[Expected], findings: list[Expected]) -> list[str]:
    """What the story expects and nobody found, and what was found and nobody expects."""
    left, missing = list(findings), []
    for told in sorted((one.model_dump(exclude_none=True) for one in expected), key=len, reverse=True):
        match = next((other for other in left if told.items() <= other.model_dump().items()), None)
        if match is None:
            missing.append(f"not found: {told}")
        else:
            left.remove(match)
    return missing + [f"not expected: {other.model_dump(exclude_none=True)}" for other in left]


def test_a_finding_that_is_missing_or_too_many_is_told() -> None:
    """The comparison itself can fail, in both directions."""
    one, other = Expected(rule="not-approved", path="a"), Expected(rule="not-approved", path="b")
    assert unlike([Expected(rule="not-approved"), other], [other, one]) == []
    assert unlike([one], []) == ["not found: {'rule': 'not-approved', 'path': 'a'}"]
    assert unlike([], [one]) == ["not expected: {'rule': 'not-approved', 'path': 'a'}"]


def test_every_rule_that_a_story_names_exists() -> None:
    known = {rule.id for rule in RULES}
    named = {item.rule for story in corpus().values() for _, (_, _, told) in tellings(story) for item in told.findings}
    assert named <= known
