"""The report for terminals and build logs: plain, complete, and unable to command either."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given

from govops.finding import ActionRecord, Finding, Report, Severity, Status
from govops.render import render, render_findings
from tests.render import sample
from tests.render.naughty import STRINGS, appended, replaced
from tests.render.strategies import reports
from tests.support.golden import Golden

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}

anything = pytest.mark.parametrize("naughty", STRINGS, ids=[f"{string[:20]!a}" for string in STRINGS])


def test_the_report_is_the_one_that_was_reviewed(golden: Golden) -> None:
    """Findings, verdict trees, sums, verdict."""
    golden("report.txt", render(sample.remarkable(), "text"))


@pytest.mark.threat("G06")
@pytest.mark.parametrize(
    "char", ["\x1b", "\x07", "\x00", "\x7f", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028"]
)
def test_an_invisible_character_is_spelled_out(char: str) -> None:
    """Escapes, bells, bidirectional and zero-width characters reach nobody's terminal."""
    shown = render_findings([Finding(rule="r", message=f"a{char}b", path=f"p{char}q", excerpt=f"e{char}")], "text")
    assert char not in shown
    assert shown.count(f"\\u{{{ord(char):x}}}") == 3


@pytest.mark.threat("G06")
@given(reports())
def test_no_report_contains_invisible_characters(report: Report) -> None:
    """Whatever the report is about, its only control character is the line break."""
    shown = render(report, "text")
    assert {char for char in shown if unicodedata.category(char) in UNSEEN} <= {"\n"}


def test_many_actions_of_one_name_are_counted_and_not_listed() -> None:
    """A change of hundreds of files does not push the verdict off the screen."""
    change = next(change for change in sample.rich().changes if change.status is Status.FAIL)
    actions = tuple(ActionRecord("report.update", f"Report/{number}", f"r/{number}.yaml") for number in range(700))
    shown = render(replace(sample.rich(), changes=(replace(change, actions=actions),)), "text")
    assert shown.count("action report.update: Report/") == 5
    assert "action report.update: 695 more\n" in shown


@pytest.mark.threat("G07")
@anything
def test_no_line_commands_a_build_runner(naughty: str) -> None:
    """Data never starts a line, not even after spaces, and commands that work anywhere are broken up."""
    for how in (appended, replaced):
        for line in render(how(sample.rich(), naughty), "text").splitlines():
            assert not line.lstrip().startswith(("::", "##["))
            assert not re.search(r"##(\[|vso\[|teamcity\[)", line)


def test_a_line_has_place_rule_message_and_then_the_hint() -> None:
    """As compilers write it, so editors and people find the place."""
    finding = Finding(
        rule="duplicate-key",
        message="'spec' stands twice",
        path="registry/models/a/model.yaml",
        line=3,
        column=5,
        excerpt="    spec:\n    ^",
        hint="keep one",
    )
    assert render_findings([finding], "text") == (
        "registry/models/a/model.yaml:3:5: duplicate-key: 'spec' stands twice\n"
        "    |     spec:\n"
        "    |     ^\n"
        "    hint: keep one\n"
        "1 problem in 1 file\n"
    )


def test_no_problems_are_said_to_be_none() -> None:
    """Silence would not tell success from a run that never happened."""
    assert render_findings([], "text") == "no problems\n"


@pytest.mark.parametrize(
    ("fail_on", "ending"),
    [
        (Severity.LOW, "(exit 1: violations)\n"),
        (Severity.CRITICAL, "(exit 0: nothing at or above severity critical)\n"),
    ],
)
def test_the_last_line_says_what_the_exit_code_means(fail_on: Severity, ending: str) -> None:
    """The verdict and the exit code agree at any threshold."""
    report = Report(sample.smallest().provenance, sample.smallest().counts, (Finding(rule="r", message="m"),))
    assert render(report, "text", fail_on=fail_on).endswith(ending)


def test_colour_changes_nothing_but_colour() -> None:
    """Without its codes, the coloured report is the plain one."""
    coloured = render(sample.rich(), "text", colour=True)
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[\d+m", "", coloured) == render(sample.rich(), "text")


def test_a_change_that_passed_takes_no_space() -> None:
    """The log is about what needs attention; the markdown report has the rest."""
    report = sample.rich()
    shown = render(report, "text")
    for change in report.changes:
        assert (f"change {change.id}" in shown) is (change.status is not Status.PASS)
