"""A second registration of the same use is warned about once, where it comes about, and makes nothing fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Severity, Status
from tests.support.audit import change_of, findings, verdict
from tests.support.change import Landed
from tests.support.files import File, usecase
from tests.support.world import World

ROUTING = {"title": "Claims routing", "description": "Sends new motor claims to the right desk in a minute."}
AGAIN = {"title": "Routing of motor claims", "description": "Sends every new claim to the right desk in a minute."}
FIRST, SECOND = usecase("claims", **ROUTING), usecase("desk", **AGAIN)


def landed(world: World, title: str, *edits: File) -> Landed:
    return world.propose("alice", title, *edits).approve("bob").merge("squash")


def edit(text: File, **spec: Any) -> File:
    return usecase(Path(text[0]).stem, **(ROUTING if text == FIRST else AGAIN) | spec)


def test_the_second_registration_is_warned_about(tmp_path: Path) -> None:
    """The change is approved all the same; who wants no warnings says so with --fail-on info."""
    world = World(tmp_path)
    landed(world, "First", FIRST)
    change = landed(world, "Second", SECOND)
    report = verdict(world)
    assert findings(report) == [("near-duplicate", "Second", SECOND[0])]
    assert change_of(report, change).status is Status.PASS
    assert (report.exit_code(), report.exit_code(Severity.INFO)) == (ExitCode.OK, ExitCode.VIOLATION)


@pytest.mark.parametrize("text", [FIRST, SECOND], ids=["the first", "the second"])
def test_a_pair_is_told_once(tmp_path: Path, text: File) -> None:
    """Who edits either of the two later has not made them alike."""
    world = World(tmp_path)
    landed(world, "First", FIRST)
    landed(world, "Second", SECOND)
    landed(world, "Edit", edit(text, impact="low"))
    assert findings(verdict(world)) == [("near-duplicate", "Second", SECOND[0])]


def test_what_was_alike_at_the_adoption_is_nobodys_fault(tmp_path: Path) -> None:
    world = World(tmp_path, FIRST, SECOND)
    landed(world, "Edit", edit(FIRST, impact="low"))
    assert findings(verdict(world)) == []


def test_what_is_made_alike_is_told_as_well(tmp_path: Path) -> None:
    """And again if it was told apart in between."""
    world = World(tmp_path, FIRST, edit(SECOND, title="Letters", description="Files the post of the day"))
    for title, text in (("Same", SECOND), ("Related", edit(SECOND, related=["claims"])), ("Again", SECOND)):
        landed(world, title, text)
    assert [subject for _, subject, _ in findings(verdict(world))] == ["Same", "Again"]
