"""Where the extra is not installed, whoever needs it is told so, and nothing passes for want of it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from govops.app.validate import validate_revision
from govops.decision import conditions
from govops.errors import ExitCode
from govops.expression import MISSING, Programs, Undecided, is_installed, words_of
from govops.expression.check import check
from govops.finding import Status, exit_code
from tests.decision.sample import facts
from tests.expression import sample
from tests.support.audit import assert_clean, only, verdict
from tests.support.facts import law
from tests.support.files import model, rule, usecase
from tests.support.lowest import ROOT
from tests.support.world import World

RULE = rule("owned", "resource.spec.owner != 'mallory'")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path, RULE)


@pytest.fixture(autouse=True)
def _absent(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As Python has it where nobody installed the library."""
    is_installed.cache_clear()
    words_of.cache_clear()
    monkeypatch.setitem(sys.modules, "cel_expr_python", None)
    yield
    is_installed.cache_clear()
    words_of.cache_clear()


def test_an_audit_cannot_tell(world: World) -> None:
    landed = world.propose("alice", "Register", model("fraud")).approve("bob").merge("squash")
    report = verdict(world)
    (finding,) = only(report, "owned", landed, path=RULE[0])
    assert finding.status is Status.UNVERIFIABLE
    assert "pip install" in finding.hint
    assert report.exit_code() is ExitCode.UNDECIDABLE


def test_a_condition_of_a_policy_has_no_answer_and_says_what_is_missing() -> None:
    change = facts(law(), holds=conditions(lambda: Programs(sample.facts()), law(), facts(law()).testimony, None))
    assert change.holds("true", change.actions[0]) == Undecided(MISSING)


def test_what_no_rule_is_about_is_told_as_ever(world: World) -> None:
    world.propose("alice", "Draft", usecase("claims")).approve("bob").merge("squash")
    assert_clean(verdict(world))


def test_a_rule_about_what_stands_might_have_said_something_of_any_change(tmp_path: Path) -> None:
    world = World(tmp_path / "other", rule("few", "Model.all().size() < 3", kinds=()))
    landed = world.propose("alice", "Draft", usecase("claims")).approve("bob").merge("squash")
    only(verdict(world), "few", landed)


def test_files_cannot_be_judged_either(world: World) -> None:
    found = validate_revision(world.path, world.main, [Path("registry")])
    assert [(finding.rule, finding.status) for finding in found.findings] == [("owned", Status.UNVERIFIABLE)]
    assert exit_code(found.findings) is ExitCode.UNDECIDABLE


def test_nothing_is_said_of_an_expression_that_nobody_can_read() -> None:
    assert check("resource.spec.ownr ==", "resource", ["Model"]) == ()
    assert words_of("approved_by(key) == []") == frozenset()


@pytest.mark.parametrize(
    "arguments", [("--help",), ("validate", "registry/models/fraud-screen/model.yaml")], ids=" ".join
)
def test_nothing_is_imported_where_there_is_no_expression(arguments: tuple[str, ...]) -> None:
    run = [sys.executable, "-X", "importtime", "-m", "govops", *arguments]
    done = subprocess.run(run, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0
    assert not [line for line in done.stderr.splitlines() if "cel_expr_python" in line or "google.protobuf" in line]
