"""Rules of one's own on the command line: listed, explained, checked, and refused where they say nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from govops.errors import ExitCode
from govops.yamlio import read
from tests.support.cli import govops
from tests.support.lowest import ROOT

PAGE = (ROOT / "docs/how-to/write-a-rule.md").read_text(encoding="utf-8")
NAME = "no-deployment-over-an-open-incident"
FILE = f"policies/rules/{NAME}.yaml"
COMMANDS = [
    line.partition("  #")[0].split()[1:]
    for block in re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in block.splitlines()
]


@pytest.fixture
def company(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The example company's files, around here, and the test of a rule that the page shows."""
    for root in ("registry", "policies"):
        shutil.copytree(ROOT / root, tmp_path / root)
    (*_, test) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "policies/tests/answered-for.yaml").write_text(test, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_rule_on_the_page_is_one_that_ships() -> None:
    (shown, *_) = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert read(shown.encode()).value == read((ROOT / FILE).read_bytes()).value


def test_the_test_of_a_rule_on_the_page_notices_when_the_rule_lets_everything_pass(company: Path) -> None:
    assert "2 cases: 2 passed" in govops("test-policies", "-k", "answered-for").out
    rule = company / "policies/rules/high-risk-models-are-answered-for.yaml"
    rule.write_text(
        re.sub(r"(?ms)^  expression: .*?(?=^  \w)", '  expression: "true"\n', rule.read_text("utf-8")), "utf-8"
    )
    done = govops("test-policies", "-k", "answered-for")
    assert (done.code, "expected status fail, got pass" in done.out) == (ExitCode.VIOLATION, True)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_commands_of_the_page_run(company: Path, command: list[str]) -> None:
    assert COMMANDS
    done = govops(*command)
    assert done.code == ExitCode.OK, done.err


def test_rules_of_ones_own_are_listed_after_the_built_in_ones(company: Path) -> None:
    names = [line.split()[0] for line in govops("rules").out.splitlines()]
    own = sorted(path.stem for path in (company / "policies/rules").glob("*.yaml"))
    assert names[-len(own) :] == own
    assert names[0] == "unreadable-file"


def test_a_rule_is_explained_as_its_file_has_it(company: Path) -> None:
    text = govops("explain", NAME).out
    assert "severity: critical, looks at: resource, about: Deployment" in text
    assert "controls: EU AI Act Art. 73, NIST AI RMF MANAGE 4.3" in text
    assert "    Incident.about('Model/' + resource.metadata.name)" in text
    assert "did you mean" in govops("explain", f"{NAME}s").err


def test_text_in_a_rule_cannot_speak_for_govops(company: Path) -> None:
    path = company / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("description: Nobody", 'description: "::error::boo" #'), encoding="utf-8")
    shown = govops("explain", NAME).out + govops("rules").out
    assert "what for: ::error::boo" in shown
    assert not re.search(r"^\s*::error", shown, re.MULTILINE)


def test_an_expression_that_says_nothing_ends_with_two_and_its_place(company: Path) -> None:
    path = company / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("incident.spec.severity", "incident.spec.severty", 1), encoding="utf-8")
    for arguments in (("validate",), ("validate", FILE)):
        done = govops(*arguments)
        assert done.code == ExitCode.USAGE
        assert f"{FILE}:12:36: invalid-expression: spec.expression: IncidentSpec has no field" in done.out
        assert "did you mean `severity`?" in done.out


def test_what_stands_against_a_rule_is_found_in_the_whole_tree(company: Path) -> None:
    model = company / "registry/models/fraud-screen/model.yaml"
    text = model.read_text(encoding="utf-8")
    model.write_text(re.sub(r"  out_of_scope_use:\n(    .*\n)+", "", text), encoding="utf-8")
    done = govops("validate")
    assert done.code == ExitCode.VIOLATION
    assert "high-risk-models-are-answered-for: fraud-screen is of high risk" in done.out
    assert "rules that speak of changes, which `govops plan` asks: artifacts-never-change" in done.err
