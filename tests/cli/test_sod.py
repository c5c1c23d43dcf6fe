"""``govops sod`` tells what is kept apart, and who took both sides of it, each with the commits that show it."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from govops.app.demo import DemoRepository
from govops.errors import ExitCode
from tests.support.cli import govops
from tests.support.files import conflict, duty, model, policy, role, segregation, user, version
from tests.support.lowest import ROOT
from tests.support.sessions import Shown, missing, shown
from tests.support.world import World

PAGE = ROOT / "docs/how-to/keep-duties-apart.md"
APART = segregation(
    role_pairs=[{"roles": ["auditor", "operator"], "reason": "Who audits does not operate"}],
    lifecycle=[conflict(duty("contribute", "model.register"), duty("approve", "model.approve"))],
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Dave held two roles for a while before they were kept apart, and bob built what he approved later."""
    admins = policy("models", actions=["model.*"], approvals=[{"role": "admin"}])
    both = user("dave", roles=["operator", "auditor"])
    world = World(tmp_path / "world", admins, role("auditor"), user("bob", roles=["admin"]), both)
    built = (model("fraud"), version("fraud", "1.0", status="registered"))
    world.propose("bob", "Build", *built).approve("carol").merge("squash")
    world.propose("alice", "Approve", version("fraud", "1.0", status="approved")).approve("bob").merge("squash")
    world.propose("carol", "Dave audits", user("dave", roles=["auditor"])).approve("erin").merge("squash")
    world.propose("carol", "Keep apart", APART).approve("erin").merge("squash")
    return world


def test_what_was_done_before_the_rule_is_told_and_breaks_nothing(world: World) -> None:
    done = govops("sod", world.path)
    assert done.code == ExitCode.OK
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert "independence#1 (strict): role auditor / role operator" in lines
    assert any(line.startswith("dave: both since") and ", until " in line for line in lines)
    assert any(line.startswith("bob in fraud: both since") for line in lines)
    assert any(line.startswith("made model.register of Model/fraud:") for line in lines)
    assert any(line.startswith("approved model.approve of ModelVersion/fraud/1.0:") for line in lines)


def test_what_breaks_a_rule_is_told_with_the_change(world: World) -> None:
    world.propose("carol", "Both", user("dave", roles=["operator", "auditor"])).approve("erin").merge("squash")
    done = govops("sod", world.path)
    assert done.code == ExitCode.VIOLATION
    assert f"fail conflicting-roles ({world.main[:10]})" in done.out


def test_one_person_can_be_asked_about(world: World) -> None:
    told = json.loads(govops("sod", world.path, "--person", "bob", "--output", "json").out)
    assert {row["person"] for row in told["duties"]["conflicts"]} == {"bob"}
    assert told["schema"] == "govops/duties/v1"
    assert len(told["duties"]["rules"]) == 2


def test_markdown_is_a_matrix_of_people_and_rules(world: World) -> None:
    text = govops("sod", world.path, "--output", "markdown").out
    assert "| Person | independence\\#1 | independence\\#2 |" in text
    assert "| dave | ended | – |" in text
    assert "| bob | – | 1 time |" in text
    kinds = [token.type for token in MarkdownIt("commonmark").enable("table").parse(text)]
    assert kinds.count("table_open") == 3


def test_where_nothing_is_kept_apart_that_is_said(tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    done = govops("sod", world.path)
    assert (done.code, "no policy keeps duties apart" in done.out) == (ExitCode.OK, True)


@pytest.mark.slow
@pytest.mark.parametrize("want", list(shown(PAGE.read_text(encoding="utf-8"))), ids=lambda want: want.command)
def test_the_how_to_page_shows_what_is_printed(
    demo: DemoRepository, monkeypatch: pytest.MonkeyPatch, want: Shown
) -> None:
    monkeypatch.chdir(demo.directory)
    ran = govops(*shlex.split(want.command, comments=True)[1:])
    assert (ran.code, missing(want.output, ran.out + ran.err)) == (want.code, None)
