"""Annotations: the right place, the most severe first, and no command but our own."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.finding import Finding, Report, Severity, Status
from govops.render import render, render_findings
from tests.render import sample
from tests.render.naughty import STRINGS, appended, replaced
from tests.render.strategies import findings, reports
from tests.support.golden import Golden

COMMAND = re.compile(r"::(error|warning|notice) ((?:[a-z]+=[^,:]*)(?:,[a-z]+=[^,:]*)*)::(.*)")


def test_the_annotations_are_the_ones_that_were_reviewed(golden: Golden) -> None:
    """One line each, then the verdict."""
    golden("report.github", render(sample.remarkable(), "github"))


@pytest.mark.threat("G07")
@pytest.mark.parametrize("naughty", STRINGS, ids=[f"{string[:20]!a}" for string in STRINGS])
def test_data_never_becomes_a_command(naughty: str) -> None:
    """As many lines as with a harmless letter, each an annotation of ours or plain words of ours."""
    for how in (appended, replaced):
        lines = render(how(sample.rich(), naughty), "github").split("\n")
        assert len(lines) == len(render(how(sample.rich(), "z"), "github").split("\n"))
        assert all(COMMAND.fullmatch(line) or line.startswith("govops: ") or not line for line in lines)
        assert not any(re.search(r"##(\[|vso\[|teamcity\[)", line) for line in lines)


@pytest.mark.threat("G07")
@given(reports())
def test_no_report_contains_a_foreign_command(report: Report) -> None:
    """The same for reports that nobody thought of."""
    lines = render(report, "github").removesuffix("\n").split("\n")
    assert all(COMMAND.fullmatch(line) or line.startswith("govops: ") for line in lines)


@given(findings(), st.sampled_from([Status.FAIL, Status.WARN]))
def test_a_runner_reads_back_the_file_and_the_line(finding: Finding, status: Status) -> None:
    """Decoded as the runner decodes it, an annotation names the finding's own place."""
    found = Finding(rule="r", message="m: 100%, a", status=status, path="a,b:c%25.yaml", line=finding.line)
    command = COMMAND.fullmatch(render_findings([found], "github").split("\n")[0])
    assert command is not None
    properties = dict(pair.split("=", 1) for pair in command[2].split(","))
    assert _decoded(properties["file"]) == "a,b:c%25.yaml"
    assert properties.get("line") == (None if finding.line is None else str(finding.line))
    assert _decoded(command[3]) == "m: 100%, a"


@pytest.mark.threat("G07")
def test_the_most_severe_come_first_and_the_rest_is_counted() -> None:
    """GitHub drops what exceeds ten of a level without a word, so we choose, and say how many."""
    many = [Finding(rule=f"r{at}", message="m", severity=Severity.LOW) for at in range(12)]
    worst = Finding(rule="worst", message="m", severity=Severity.CRITICAL)
    lines = render_findings([*many, worst], "github").splitlines()
    assert "title=govops worst::" in lines[0]
    assert [line.split()[0] for line in lines[:10]] == ["::error"] * 10
    assert lines[10] == "govops: 3 more errors without an annotation; the report has them all"


@pytest.mark.parametrize(
    ("status", "level"),
    [
        (Status.FAIL, "error"),
        (Status.UNVERIFIABLE, "error"),
        (Status.ERROR, "error"),
        (Status.WARN, "warning"),
        (Status.WAIVED, "notice"),
    ],
)
def test_a_status_has_its_level(status: Status, level: str) -> None:
    """What fails a run is an error; what is waived is still seen."""
    assert render_findings([Finding(rule="r", message="m", status=status)], "github").startswith(f"::{level} ")


def _decoded(text: str) -> str:
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text
