"""The table of threats says what the tests prove, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import threats
from tests.support.lowest import ROOT

EVERY_FORM = """
pytestmark = [pytest.mark.slow, pytest.mark.threat("A01")]

@pytest.mark.threat("B06", "B07", rule="replace-refs-present")
def test_function(): ...

@pytest.mark.threat("C01")
class TestClass:
    @pytest.mark.threat("C02", rule=("one", "two"))
    def test_method(self): ...

@pytest.mark.parametrize("x", [pytest.param(1, marks=pytest.mark.threat("E01"))])
def test_table(x): ...
"""


def test_the_page_is_up_to_date() -> None:
    """docs/reference/threats.md is what the tests say now."""
    for path, text in threats.page().items():
        assert (ROOT / path).read_text(encoding="utf-8") == text, f"{path} is stale; run: make docs"


def test_every_marked_row_exists() -> None:
    """A test cannot bear the id of a row that nobody wrote."""
    text = (ROOT / "docs/reference/threat-rows.yaml").read_text(encoding="utf-8")
    known = {row for group in threats.groups(text) for row, _ in group.rows}
    unknown = [mark for mark in threats.marks(ROOT / "tests", ROOT) + threats.stories(ROOT) if mark.row not in known]
    assert not unknown


def test_a_mark_is_found_in_every_place_where_it_may_stand(tmp_path: Path) -> None:
    """On modules, functions, classes, methods and the cases of a table."""
    (tmp_path / "test_x.py").write_text(EVERY_FORM, encoding="utf-8")
    found = {(mark.row, mark.test): mark.rules for mark in threats.marks(tmp_path, tmp_path)}
    assert found == {
        ("A01", ""): (),
        ("B06", "test_function"): ("replace-refs-present",),
        ("B07", "test_function"): ("replace-refs-present",),
        ("C01", "TestClass"): (),
        ("C02", "TestClass::test_method"): ("one", "two"),
        ("E01", "test_table"): (),
    }


def test_a_row_without_a_test_says_later(tmp_path: Path) -> None:
    """The page does not promise what nothing proves."""
    (tmp_path / "tests").mkdir()
    rows = tmp_path / "docs/reference/threat-rows.yaml"
    rows.parent.mkdir(parents=True)
    rows.write_text("A:\n  title: Verdicts\n  rows:\n    A01: it holds\n", encoding="utf-8")
    (page,) = threats.page(tmp_path).values()
    assert "| A01 | it holds | - | later |" in page


@pytest.mark.threat("L06")
def test_there_is_a_way_to_report_a_vulnerability() -> None:
    """The security policy stands where GitHub looks for it, names a channel and the supported versions."""
    text = (ROOT / ".github/SECURITY.md").read_text(encoding="utf-8")
    assert "Report a vulnerability" in text
    assert "Supported versions" in text
