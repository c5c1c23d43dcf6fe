"""JUnit XML: valid by the schema of Jenkins, counted right, and text from outside stays text."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Callable
from functools import cache

import pytest
import xmlschema
from hypothesis import given, settings

from govops.finding import Finding, Report, Status
from govops.render import render, render_findings
from govops.render.untrusted import log_line
from tests.render import sample
from tests.render.naughty import STRINGS, appended, replaced
from tests.render.strategies import reports
from tests.support.golden import Golden
from tests.support.parts import corpus_file


@cache
def official() -> xmlschema.XMLSchema:
    """What Jenkins accepts."""
    return xmlschema.XMLSchema(corpus_file("junit.xsd"))


@pytest.fixture
def schema() -> xmlschema.XMLSchema:
    return official()


def test_the_tests_are_the_ones_that_were_reviewed(golden: Golden) -> None:
    golden("report.junit.xml", render(sample.remarkable(), "junit"))


@pytest.mark.parametrize("report", [sample.rich(), sample.remarkable(), sample.smallest()])
def test_a_report_is_valid_by_the_official_schema(schema: xmlschema.XMLSchema, report: Report) -> None:
    schema.validate(render(report, "junit"))
    schema.validate(render_findings(report.findings, "junit"))


def test_the_schema_would_notice_a_fault(schema: xmlschema.XMLSchema) -> None:
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema.validate(render(sample.rich(), "junit").replace("<failure ", "<fault ").replace("</failure", "</fault"))


@given(reports())
@settings(max_examples=40)
def test_any_report_is_valid(report: Report) -> None:
    """Parsed by expat from the bytes that are written; the schema is asked too."""
    text = render(report, "junit")
    ET.fromstring(text.encode("utf-8"))
    official().validate(text)


@given(reports())
def test_the_sums_of_a_suite_are_what_it_holds(report: Report) -> None:
    for suite in ET.fromstring(render(report, "junit").encode()):
        held = Counter(child.tag for case in suite for child in case)
        assert int(suite.attrib["tests"]) == len(suite.findall("testcase"))
        assert int(suite.attrib["failures"]) == held["failure"]
        assert int(suite.attrib["errors"]) == held["error"]
        assert int(suite.attrib["skipped"]) == held["skipped"]


@pytest.mark.parametrize(
    ("status", "element"),
    [
        (Status.FAIL, "failure"),
        (Status.UNVERIFIABLE, "error"),
        (Status.ERROR, "error"),
        (Status.WAIVED, "skipped"),
        (Status.WARN, "system-out"),
    ],
)
def test_a_status_has_its_outcome(status: Status, element: str) -> None:
    root = ET.fromstring(render_findings([Finding("r", "what is wrong", status, path="p", line=2)], "junit"))
    ((case,),) = root
    assert [child.tag for child in case] == [element]
    assert case[0].text is not None
    assert "what is wrong\nat p:2" in case[0].text
    assert case.attrib["classname"] == "govops.r"


def test_changes_that_were_allowed_are_tests_that_passed() -> None:
    report = sample.rich()
    findings, changes = ET.fromstring(render(report, "junit"))
    assert len(findings) == len(report.findings)
    assert len(changes) == sum(change.status is Status.PASS for change in report.changes) > 0
    assert not [child for case in changes for child in case]


def test_no_two_tests_have_one_name() -> None:
    """GitLab keeps the first of those that do and drops the others without a word."""
    root = ET.fromstring(render(sample.rich(), "junit"))
    names = [(case.attrib["classname"], case.attrib["name"]) for suite in root for case in suite]
    assert len(set(names)) == len(names)


def test_nothing_found_is_one_test_that_passed() -> None:
    """Jenkins fails a build whose report holds no test."""
    ((case,),) = ET.fromstring(render_findings([], "junit"))
    assert (case.attrib["name"], len(case)) == ("no findings", 0)


@pytest.mark.threat("G02", "G06", "G07")
@pytest.mark.parametrize("naughty", [*STRINGS, "\ufffe\uffff]]>"], ids=lambda text: f"{text[:20]!a}")
def test_text_from_outside_stays_text(schema: xmlschema.XMLSchema, naughty: str) -> None:
    """Read back, a message is the message, visible; there is not one element more, and no line that a runner obeys."""
    for how in (appended, replaced):
        report = how(sample.rich(), naughty)
        text = render(report, "junit")
        schema.validate(text)
        root = ET.fromstring(text.encode())
        assert [element.tag for element in root.iter()] == _harmless_tags(how)
        messages = [element.attrib["message"] for element in root.iter() if "message" in element.attrib]
        failed = [f for f in report.findings if f.status not in (Status.WARN, Status.WAIVED) and not f.known]
        assert messages == [_without_non_characters(log_line(finding.message)) for finding in failed]
        assert not [line for line in text.split("\n") if line.lstrip().startswith(("::", "##["))]


@cache
def _harmless_tags(how: Callable[[Report, str], Report]) -> list[str]:
    return [element.tag for element in ET.fromstring(render(how(sample.rich(), "z"), "junit")).iter()]


def _without_non_characters(text: str) -> str:
    return text.replace("\ufffe", "\\u{fffe}").replace("\uffff", "\\u{ffff}")
