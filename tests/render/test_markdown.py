"""The report for auditors: complete, readable, and a document of its own whatever the data says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from jinja2 import DictLoader, UndefinedError
from markdown_it import MarkdownIt
from markdown_it.token import Token

import govops.render
from govops.errors import ExitCode
from govops.finding import ActionRecord, Counts, Finding, Report, Status
from govops.fleet import Fleet, Member, State
from govops.render import markdown, render
from govops.render.fleet import markdown as fleet
from govops.render.markdown.frameworks import books
from tests.render import sample
from tests.render.naughty import STRINGS, appended, replaced
from tests.render.strategies import reports
from tests.support.golden import Golden

TEMPLATES = Path(govops.render.__file__).parent / "templates"
SOURCES = {path.name: path.read_text(encoding="utf-8") for path in sorted(TEMPLATES.iterdir())}
PAGES: dict[str, Callable[[], dict[str, object]]] = {
    "report.md.j2": lambda: markdown.sections(sample.remarkable()),
    "framework.md.j2": lambda: {"books": books(sample.remarkable())},
    "fleet.md.j2": lambda: fleet.sections(Fleet(None, None, None, (Member("a", "a", State.NOT_AUDITED, ExitCode.OK),))),
}
PARSER = MarkdownIt("commonmark").enable("table")
OURS = {"text", "code_inline", "strong_open", "strong_close", "em_open", "em_close", "softbreak"}

anything = pytest.mark.parametrize("text", STRINGS, ids=[f"{text[:20]!a}" for text in STRINGS])


def test_the_report_is_the_one_that_was_reviewed(golden: Golden) -> None:
    """Every section, read by a person and kept."""
    golden("report.md", render(sample.remarkable(), "markdown"))


@pytest.mark.threat("G01", "G03")
@anything
def test_text_behind_every_value_changes_no_structure(text: str) -> None:
    """As many tables, rows, cells, headings, lists and blocks as there are with a harmless letter."""
    assert _skeleton(appended(sample.rich(), text)) == _harmless(appended)


@pytest.mark.threat("G01")
@anything
def test_text_instead_of_every_value_changes_no_structure(text: str) -> None:
    """The same where the value is nothing else."""
    assert _skeleton(replaced(sample.rich(), text)) == _harmless(replaced)


@pytest.mark.threat("G01")
@given(reports())
def test_no_report_contains_links_images_or_html(report: Report) -> None:
    """Whatever the report is about."""
    found = {child.type for token in _tokens(report) for child in token.children or ()}
    assert found <= OURS
    assert not any(token.type == "html_block" for token in _tokens(report))


@pytest.mark.threat("G01")
def test_every_fact_has_its_row() -> None:
    """The parser counts as many rows as there are facts."""
    report = sample.rich()
    rows = _rows_by_heading(render(report, "markdown"))
    assert rows["Warnings"] == 1
    assert rows["Approvals ledger"] == len(report.changes)
    assert rows["Deployments over the period"] == len(report.deployments)
    assert rows["Role holders over the period"] == len(report.tenures)
    assert rows["Changes of policy"] == len(report.policy_changes)
    assert rows["Rules of one's own at the tip"] == len(report.rules)
    assert rows["Policy files at the tip"] == len(report.provenance.policies)
    assert rows["Waivers and ratifications"] == len([item for item in report.waivers if item.kind == "Waiver"])
    assert rows["Incidents"] == len(report.incidents)
    assert rows["Reviews due"] == len(report.reviews)
    assert rows["Approval process"] == len(report.process.paces)
    assert rows["Late decisions"] == len(report.process.late)
    assert rows["Violations of service levels"] == 2
    assert rows["Service levels"] == 6
    assert rows["Time in each status"] == len(report.process.statuses)
    shelves = ("Models", "Model versions", "Deployments", "Use cases", "Service level agreements")
    assert sum(rows[shelf] for shelf in shelves) == len(report.inventory)


@pytest.mark.threat("G03")
def test_a_template_in_the_data_is_not_run() -> None:
    """Data is rendered once: what looks like a template comes out as it went in."""
    text = render(replaced(sample.rich(), "{{7*7}}"), "markdown")
    assert "{{7*7}}" in text
    assert "49" not in text


@pytest.mark.threat("G05")
@pytest.mark.parametrize(
    ("name", "expression"),
    [(name, found) for name, source in SOURCES.items() for found in dict.fromkeys(re.findall(r"{{ (.+?) }}", source))],
)
def test_a_renamed_field_is_an_error(name: str, expression: str) -> None:
    """A template that asks for what is not there renders nothing, rather than an empty answer."""
    broken = SOURCES | {name: SOURCES[name].replace(f"{{{{ {expression} }}}}", f"{{{{ {expression}.gone }}}}")}
    page = name if name in PAGES else "report.md.j2"
    template = markdown.environment().overlay(loader=DictLoader(broken)).get_template(page)
    with pytest.raises(UndefinedError):
        template.render(PAGES[page]())


def test_every_template_is_used() -> None:
    """No section is forgotten on its page."""
    included = re.findall(r'include "(.+?)"', "".join(SOURCES.values()))
    assert set(included) | set(PAGES) == set(SOURCES)


@pytest.mark.parametrize("words", ["One maintainer", "Rules applied in retrospect"])
def test_what_weakens_every_verdict_is_said_before_the_first_section(words: str) -> None:
    """A repository of one person, and rules from elsewhere, are on page one."""
    assert words in render(sample.remarkable(), "markdown").split("\n## ")[0]
    assert words not in render(sample.rich(), "markdown")


def test_sums_that_do_not_hold_are_the_first_thing_said() -> None:
    """A report whose counts disagree says that it is worth nothing."""
    text = render(replace(sample.rich(), counts=Counts(chain=3, evaluated=2)), "markdown")
    assert text.split("\n")[2].startswith("**This report cannot be relied on.** The counts do not add up")


@pytest.mark.parametrize("finding", sample.rich().findings, ids=lambda finding: f"{finding.rule}-{finding.status}")
def test_every_finding_can_be_checked_by_hand(finding: Finding) -> None:
    """Rule, file and commit of every finding stand in the report."""
    text = render(sample.rich(), "markdown")
    assert f"`{finding.rule}`" in text
    assert not finding.path or f"`{finding.place}`" in text
    assert not finding.commit or finding.commit[:10] in text


def test_names_of_refs_cannot_run_anything_in_the_commands() -> None:
    """The commands are to be copied into a shell, so every value in them is quoted."""
    report = sample.rich()
    hostile = replace(report.provenance, ref="refs/heads/$(touch x);y", as_of="`z`")
    text = render(replace(report, provenance=hostile), "markdown")
    assert "--ref 'refs/heads/$(touch x);y'" in text
    assert "--as-of '`z`'" in text


@pytest.mark.parametrize(("count", "named"), [(6, 6), (7, 5), (700, 5)])
def test_many_actions_of_one_name_are_counted_and_not_listed(count: int, named: int) -> None:
    """A change of hundreds of files stays one line that can be read."""
    change = sample.rich().changes[0]
    actions = tuple(ActionRecord("report.update", f"Report/{number}", f"r/{number}.yaml") for number in range(count))
    text = render(replace(sample.rich(), changes=(replace(change, actions=actions),)), "markdown")
    assert text.count("`report.update` Report/") == named
    assert (f"; {count - named} more of `report.update`" in text) is (count > named)


def test_an_approval_that_nothing_waited_for_is_not_shown_as_counted() -> None:
    """One is enough, two were given: the second is neither counted nor held against anybody."""
    change = next(c for c in sample.rich().changes if c.status is Status.PASS and any(a.counted for a in c.approvals))
    spare = replace(change.approvals[0], person="zoe", roles=(), counted=(), reasons=())
    text = render(replace(sample.rich(), changes=(replace(change, approvals=(*change.approvals, spare)),)), "markdown")
    assert "; not needed: zoe, " in text


def _tokens(report: Report) -> list[Token]:
    return PARSER.parse(render(report, "markdown"))


def _skeleton(report: Report) -> tuple[list[str], Counter[str]]:
    """The block structure, and how much of our own emphasis there is."""
    tokens = _tokens(report)
    inline = Counter(child.type for token in tokens for child in token.children or ())
    assert set(inline) <= OURS
    ours = Counter({kind: inline[kind] for kind in ("strong_open", "em_open", "softbreak")})
    return [f"{token.type} {token.level} {token.info}" for token in tokens], ours


@cache
def _harmless(how: Callable[[Report, str], Report]) -> tuple[list[str], Counter[str]]:
    return _skeleton(how(sample.rich(), "z"))


def _rows_by_heading(text: str) -> Counter[str]:
    rows: Counter[str] = Counter()
    heading, body = "", False
    tokens = PARSER.parse(text)
    for at, token in enumerate(tokens):
        if token.type == "heading_open":
            heading = tokens[at + 1].content
        body = token.type == "tbody_open" or (body and token.type != "tbody_close")
        rows[heading] += body and token.type == "tr_open"
    return rows
