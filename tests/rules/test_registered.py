"""Every rule is registered once, named after its file, and documented; every id that the judge uses is a rule."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from govops.app.rules_reference import reference_page
from govops.finding import Severity
from govops.rule import Rule, Scope
from govops.rules import RULES, rule_named
from tests.support.lowest import ROOT

FOLDER = ROOT / "govops" / "rules"
PAGE = ROOT / "docs" / "reference" / "rules.md"
SECTIONS = ["## Why it matters", "## Example", "## How to fix it"]
IDENTIFIER = re.compile(r"[a-z]+(-[a-z]+)+")
SILENT = {"superseded"}  # a decision that a later one of the same person replaced is no fault
SOURCES = [*sorted((ROOT / "govops" / "decision").glob("*.py")), ROOT / "govops" / "engine" / "grouping.py"]
EVIDENCE_PROBLEMS = {
    "no-receipt",
    "receipts-disagree",
    "receipt-mismatch",
    "evidence-untrusted",
    "octopus-merge",
    "unreadable-history",
    "rests-on-missing-object",
}


def test_every_module_is_registered_exactly_once() -> None:
    """A file that nobody lists would check nothing; ids are the names of the files."""
    modules = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")
    assert sorted(rule.id.replace("-", "_") for rule in RULES) == modules


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_check_is_the_one_of_its_file(rule: Rule) -> None:
    """No entry of the table points at another rule's function."""
    assert rule.check.__module__ == f"govops.rules.{rule.id.replace('-', '_')}"
    assert rule.check.__name__ == "check"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_the_docstring_is_a_page(rule: Rule) -> None:
    """A claim in one sentence, then why, an example and the cure, in 10 to 30 lines."""
    lines = rule.documentation.splitlines()
    assert rule.claim.endswith(".")
    assert lines[1] == ""
    assert [line for line in lines if line.startswith("#")] == SECTIONS
    assert 10 <= len(lines) <= 30
    for start, end in zip(SECTIONS, [*SECTIONS[1:], None], strict=True):
        stop = lines.index(end) if end else len(lines)
        assert any(line.strip() for line in lines[lines.index(start) + 1 : stop]), start


def test_no_two_rules_share_words() -> None:
    """Each page is about its own rule: no sentence of any length stands on two of them."""
    seen: dict[str, str] = {}
    for rule in RULES:
        prose = " ".join(line for line in rule.documentation.splitlines() if line[:1] not in ("", " ", "#"))
        for sentence in {part for part in re.split(r"(?<=[.:;?]) ", prose) if len(part) > 40}:
            assert seen.setdefault(sentence, rule.id) == rule.id, sentence


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_reports_under_its_own_id(rule: Rule) -> None:
    """The id stands in its module, and no other rule's id does so as a text."""
    texts = set(_texts(Path(inspect.getfile(rule.check))))
    assert rule.id in texts
    assert {text for text in texts if rule_named(text)} == {rule.id}


def test_every_cause_of_the_judge_is_a_rule() -> None:
    """Nothing that the judge holds against a change goes without words and documentation."""
    assert _caused() - SILENT <= {rule.id for rule in RULES}
    assert _caused() >= {"not-approved", "stale-approval", "no-receipt", *SILENT}


def test_every_rule_on_a_verdict_has_a_cause() -> None:
    """No rule waits for a cause that the judge never gives."""
    told = {rule.id for rule in RULES if rule.scope is Scope.CHANGE and _asks_for_causes(rule)}
    assert told == (_caused() | EVIDENCE_PROBLEMS) - SILENT


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_only_warnings_are_of_no_weight(rule: Rule) -> None:
    """A rule that can make a change fail or undecidable is never `info`: no threshold hides it."""
    source = inspect.getsource(rule.check)
    warns = "warning(" in source and " if cause.status is Status.WARN else finding" not in source
    assert (rule.severity is Severity.INFO) == warns


def test_what_keeps_a_change_from_being_approved_is_at_least_high() -> None:
    """`--fail-on high` lets no unapproved change pass; an emergency that was approved afterwards is one."""
    told = [rule for rule in RULES if rule.scope is Scope.CHANGE and _asks_for_causes(rule)]
    assert [rule.id for rule in told if rule.severity.rank < Severity.HIGH.rank] == ["emergency-change"]


def test_a_rule_is_found_by_its_id() -> None:
    """And nothing else is."""
    assert all(rule_named(rule.id) is rule for rule in RULES)
    assert rule_named("no-such-rule") is None


def test_the_reference_page_is_up_to_date() -> None:
    """docs/reference/rules.md is what the docstrings say now."""
    assert PAGE.read_text(encoding="utf-8") == reference_page(), "docs/reference/rules.md is stale; run: make docs"


def test_the_reference_page_has_every_rule_in_the_table_and_by_itself() -> None:
    """Each under one heading, to which the table leads."""
    page = reference_page()
    for rule in RULES:
        assert page.count(f"| [`{rule.id}`](#{rule.id}) | {rule.severity} | {rule.claim} |") == 1
        assert page.count(f"\n### {rule.id}\n") == 1


def _asks_for_causes(rule: Rule) -> bool:
    return "facts.causes(" in inspect.getsource(rule.check)


def _caused() -> set[str]:
    """Rule ids that decision/ and grouping give: of Cause(…) and Objection(…), and of ``problem=``."""
    return {text for path in SOURCES for text in _ids(ast.parse(path.read_text(encoding="utf-8")))}


def _ids(tree: ast.AST) -> Iterator[str]:
    for call in ast.walk(tree):
        if isinstance(call, ast.Call):
            named = [word.value for word in call.keywords if word.arg in ("rule", "problem")]
            first = call.args[:1] if ast.unparse(call.func) in ("Cause", "Objection") else []
            for node in (*first, *named):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
                    yield node.value


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and IDENTIFIER.fullmatch(node.value):
            yield node.value
