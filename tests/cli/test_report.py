"""``govops report --framework`` shows one framework clause by clause, out of a history or a saved report."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from govops.app.frameworks import packs
from govops.errors import ExitCode
from tests.support.cli import govops
from tests.support.files import clause, framework, model
from tests.support.world import World

HOUSE = framework("house", clause("1", rules=["not-approved"]), clause("2"))
OTHER = framework("other", clause("A", permissions=["model:approve"]))


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path / "world", HOUSE, OTHER)
    world.propose("alice", "Register fraud", model("fraud")).approve("bob").merge("squash")
    return world


def test_every_clause_is_told_with_its_evidence(world: World) -> None:
    done = govops("report", "--framework", "house", "--repository", world.path)
    assert done.code == ExitCode.OK
    assert "clause 1: shown: What 1 asks" in done.out
    assert f"rule `not-approved`: kept by 1 change, `{world.main[:10]}`" in done.out
    assert "clause 2: not covered: What 2 asks" in done.out
    assert done.out.endswith("house 1: 1 shown, 1 not covered\n")


def test_a_failing_clause_is_exit_1_and_leads_to_commit_file_and_finding(world: World) -> None:
    bad = world.push("mallory", model("fraud", risk_tier="low"))
    done = govops("report", "--framework", "house", "--repository", world.path)
    assert done.code == ExitCode.VIOLATION
    (line,) = (line for line in done.out.splitlines() if "not approved: " in line)
    assert f"in `{bad.commit[:10]}` at `registry/models/fraud/model.yaml`" in line


def test_a_clause_that_could_not_be_established_is_exit_3(world: World) -> None:
    world.propose("alice", "Lost", model("churn")).approve("bob").merge("squash", record=False)
    assert govops("report", "--framework", "house", "--repository", world.path).code == ExitCode.UNDECIDABLE
    assert govops("report", "--framework", "other", "--repository", world.path).code == ExitCode.OK


def test_it_may_be_asked_of_an_earlier_revision(world: World) -> None:
    tip = world.main
    world.push("mallory", model("fraud", risk_tier="low"))
    assert govops("report", tip, "--framework", "house", "--repository", world.path).code == ExitCode.OK


def test_a_saved_report_tells_the_same_in_every_format(world: World, tmp_path: Path) -> None:
    world.push("mallory", model("fraud", risk_tier="low"))
    saved = tmp_path / "report.json"
    govops("audit", world.path, "--output", f"json:{saved}")
    for name in ("text", "markdown", "json", "oscal"):
        asked = ("--framework", "house", "--output", name)
        of_saved, of_history = govops("report", saved, *asked), govops("report", *asked, "--repository", world.path)
        assert of_saved == of_history
        assert of_saved.code == ExitCode.VIOLATION


def test_oscal_goes_to_a_file_of_its_own(world: World, tmp_path: Path) -> None:
    file = tmp_path / "assessment-results.json"
    govops("report", "--framework", "house", "--repository", world.path, "--output", f"oscal:{file}")
    document = json.loads(file.read_text(encoding="utf-8"))["assessment-results"]
    assert document["metadata"]["version"] == world.main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--framework", "hous"), "did you mean `house`?"),
        (("--framework", "nist"), "these count: house, other"),
        ((), "give a saved report, or a framework with --framework NAME"),
        (("--framework", "house", "--output", "sarif"), "there is no format 'sarif' here"),
    ],
)
def test_what_cannot_be_answered_is_a_matter_of_usage(world: World, arguments: tuple[str, ...], said: str) -> None:
    where = ("--repository", world.path) if "--framework" in arguments else ()
    done = govops("report", *arguments, *where)
    assert done.code == ExitCode.USAGE
    assert said in done.err


def test_oscal_is_of_one_framework_and_not_of_a_whole_report(world: World, tmp_path: Path) -> None:
    saved = tmp_path / "report.json"
    govops("audit", world.path, "--output", f"json:{saved}")
    assert govops("report", saved, "--output", "oscal").code == ExitCode.USAGE
    assert govops("report", saved, "--as-of", "now").code == ExitCode.USAGE


def test_without_a_framework_the_hint_says_how_to_get_one(tmp_path: Path) -> None:
    world = World(tmp_path / "world")
    done = govops("report", "--framework", "house", "--repository", world.path)
    assert done.code == ExitCode.USAGE
    assert "govops framework add NAME" in done.err


def test_what_comes_with_govops_is_listed_and_added(tmp_path: Path) -> None:
    listed = govops("framework", "list").out
    assert [line.split()[0] for line in listed.splitlines()] == [pack.name for pack in packs()]
    assert "from 2011-04-04 until 2026-04-17" in listed
    added = govops("framework", "add", "nist-ai-rmf", "--repository", tmp_path)
    assert added.out == "wrote policies/frameworks/nist-ai-rmf.yaml\n"
    again = govops("framework", "add", "nist-ai-rmf", "--repository", tmp_path)
    assert (again.code, again.out) == (ExitCode.OK, "")
    assert "is there already, and was left alone" in again.err
