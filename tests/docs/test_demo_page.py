"""What the tutorial quotes from the demo's report stands in that report."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.support.golden import GOLDEN
from tests.support.lowest import ROOT
from tests.support.sessions import missing

PAGE = (ROOT / "docs/tutorial/read-the-demo-report.md").read_text(encoding="utf-8")
REPORT = (GOLDEN / "demo.report.md").read_text(encoding="utf-8")
QUOTES = re.findall(r"^```markdown\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("quote", QUOTES, ids=lambda quote: quote.split("\n", 1)[0][:40])
def test_a_quote_stands_in_the_report(quote: str) -> None:
    """Line by line and in this order; ``…`` stands for lines that are left out."""
    assert missing(quote.splitlines(), REPORT) is None


def test_quotes_follow_the_report() -> None:
    """The page walks through the report from its head to its end, and skips no section."""
    sections = [line for line in REPORT.splitlines() if line.startswith("## ")]
    assert len(QUOTES) >= 10
    assert missing([line for quote in QUOTES for line in quote.splitlines()], REPORT) is None
    assert [title for title in sections if title.removeprefix("## ").split(":")[0].lower() not in PAGE.lower()] == []


def test_the_table_names_every_finding_under_its_rule() -> None:
    """Twelve findings, each with the change and the rule under which the report has it."""
    told = re.findall(r"^\| `([0-9a-f]{10})` \| \[`([a-z-]+)`\]", PAGE, re.MULTILINE)
    assert sorted(told) == sorted(_found())
    assert len(told) == 12


def _found() -> Iterator[tuple[str, str]]:
    change = ""
    for line in REPORT.splitlines():
        if title := re.match(r"### Change `([0-9a-f]{10})`", line):
            change = title[1]
        elif named := re.match(r"\*\*(?:Violation|Open question) \d+\*\*: `([a-z-]+)`", line):
            yield change, named[1]
