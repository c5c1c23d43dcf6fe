"""`govops sla export` and `govops sla import`: through files and branches, with the strict reader."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import Ran, govops
from tests.support.files import model, sla
from tests.support.git import git
from tests.support.world import World

PATH = "registry/slas/answers.yaml"
PROMISES = {
    "objectives": [
        {"metric": "response_time_p95_ms", "target": 600},
        {"metric": "availability_percent", "target": 99.9},
    ],
    "window": {"kind": "calendar", "period": "week", "timezone": "Europe/Lisbon"},
    "at_risk": 70,
    "incident_response_minutes": 30,
}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A model with an agreement, and somebody whom git knows."""
    world = World(tmp_path / "repository")
    world.propose("alice", "Promise", model("fraud"), sla("answers", **PROMISES)).approve("bob").merge("squash")
    for key, value in (("user.name", "Erin Evans"), ("user.email", "erin@acme.example")):
        git(world.git_dir, "config", key, value)
    return world


def take(world: World, text: str, *options: str) -> Ran:
    file = world.path.parent / "openslo.yaml"
    file.write_text(text, encoding="utf-8")
    return govops("sla", "import", file, *options, "--repository", world.path)


def test_what_was_exported_is_proposed_elsewhere_as_it_was(world: World, tmp_path: Path) -> None:
    """A branch on top of the protected one with the one file in it; what OpenSLO lacks is said on both sides."""
    out = govops("sla", "export", "--repository", world.path)
    assert out.code == 0
    assert "not in openslo: answers: incident_response_minutes: 30" in out.err
    elsewhere = World(tmp_path / "elsewhere", model("fraud"))
    for key, value in (("user.name", "Erin Evans"), ("user.email", "erin@acme.example")):
        git(elsewhere.git_dir, "config", key, value)
    ran = take(elsewhere, out.out, "--at-risk", "70")
    assert ran.code == 0, ran.err
    assert (
        git(elsewhere.git_dir, "diff", "--name-status", elsewhere.main, "sla-import-answers").decode() == f"A\t{PATH}\n"
    )
    text = git(elsewhere.git_dir, "show", f"sla-import-answers:{PATH}")
    assert ran.out.encode() == text
    elsewhere.propose("alice", "Import", (PATH, text)).approve("bob").merge("squash")
    again = govops("sla", "export", "--repository", elsewhere.path)
    assert again.out == out.out
    assert "govops propose sla-import-answers" in ran.err


def test_an_agreement_that_stands_is_not_written_over(world: World) -> None:
    text = govops("sla", "export", "--repository", world.path).out
    ran = take(world, text)
    assert ran.code == 2
    assert f"{PATH} is there already" in ran.err


def test_an_error_points_into_the_file(world: World) -> None:
    """Whatever document it is in: line and column are those of the file. A bare time is the one that people meet."""
    text = govops("sla", "export", "--repository", world.path).out
    line = next(n for n, one in enumerate(text.splitlines(), 1) if "startTime" in one)
    ran = take(world, text.replace('"2024-01-01 00:00:00"', "2024-01-01 00:00:00"))
    assert ran.code == 2
    assert f"openslo.yaml:{line}:" in ran.err
    assert "quote it" in ran.err


@pytest.mark.threat("E07", "E09")
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("value: 600", "value: 1e400"),
        ("value: 600", "value: 1_000"),
        ("value: 600", "value: .nan"),
        ("value: 600", "value: 9007199254740993"),
        ("value: 600", "value: true"),
        ("value: 600", "value: -1"),
        ("kind: SLO", "kind: SLO\nkind: SLO"),
        ("service: ", "service: &a "),
    ],
)
def test_yaml_that_readers_understand_differently_is_refused(world: World, old: str, new: str) -> None:
    """As in any resource."""
    text = govops("sla", "export", "--repository", world.path).out.replace("sla: answers", "sla: others")
    ran = take(world, text.replace(old, new, 1))
    left_out = "SLO `answers-p95` is left out" in ran.err
    assert ran.code == 2 or (left_out and "p95" not in ran.out)


def test_nothing_to_say_is_exit_2(world: World, tmp_path: Path) -> None:
    """An import of which nothing is left, a file that is not there, and a registry without agreements."""
    ran = take(world, "apiVersion: openslo/v1\nkind: SLO\nmetadata:\n  name: a\nspec:\n  service: b\n")
    assert (ran.code, ran.out) == (2, "")
    assert "give --service b=KIND/NAME" in ran.err
    assert govops("sla", "import", tmp_path / "none.yaml", "--repository", world.path).code == 2
    assert govops("sla", "import", tmp_path / "none.yaml", "--service", "x", "--repository", world.path).code == 2
    assert govops("sla", "export", "--repository", World(tmp_path / "empty").path).code == 2


def test_documents_stand_between_marks_with_comments(world: World) -> None:
    """Empty documents, comments and a mark at the start are nothing."""
    text = govops("sla", "export", "--repository", world.path).out.replace("sla: answers", "sla: others")
    ran = take(world, f"# made elsewhere\n---\n{text}---\n# the end\n")
    assert ran.code == 0, ran.err
    assert "registry/slas/others.yaml on branch sla-import-others" in ran.err
