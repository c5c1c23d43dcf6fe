"""Findings as JUnit XML, for the test views of build servers.

A violation is a failure, what could not be established an error, what is waived or was known before is skipped, and a
warning passes with its words as output. A change that was plainly allowed is a test that passed. Servers show a test by
its class and its name and leave suites out, so the class is the rule and the name says where; both together are
distinct.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from govops.finding import ChangeRecord, Finding, Report, Status
from govops.render.untrusted import log_exact, log_line
from govops.render.wording import short, when

_ELEMENTS = {
    Status.FAIL: "failure",
    Status.UNVERIFIABLE: "error",
    Status.ERROR: "error",
    Status.WAIVED: "skipped",
}
_SPECIAL = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_NO_XML = re.compile("[\ufffe\uffff]")  # of what untrusted.py leaves as it is: XML 1.0 has no way to write these
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="govops">\n'
_FOOT = "</testsuites>\n"


def stream(report: Report) -> Iterator[str]:
    """The findings of a report, then the changes that were plainly allowed."""
    yield _HEAD
    yield from _findings(report.findings)
    allowed = sum(change.status is Status.PASS for change in report.changes)
    yield f'<testsuite name="changes allowed" tests="{allowed}" failures="0" errors="0" skipped="0">\n'
    yield from (_change(change) for change in report.changes if change.status is Status.PASS)
    yield "</testsuite>\n"
    yield _FOOT


def stream_findings(findings: Sequence[Finding]) -> Iterator[str]:
    """Findings without a report."""
    yield _HEAD
    yield from _findings(findings)
    yield _FOOT


def escaped(text: str) -> str:
    """Text that was made visible before, for an attribute or an element of XML 1.0."""
    return _NO_XML.sub(lambda found: f"\\u{{{ord(found[0]):x}}}", text.translate(_SPECIAL))


def _findings(findings: Sequence[Finding]) -> Iterator[str]:
    """A suite; without findings it has one test that passed, because servers take an empty one for a mishap."""
    found = dict.fromkeys(("", *_ELEMENTS.values()), 0)
    for finding in findings:
        found[_element(finding)] += 1
    counts = f'failures="{found["failure"]}" errors="{found["error"]}" skipped="{found["skipped"]}"'
    yield f'<testsuite name="findings" tests="{max(1, len(findings))}" {counts}>\n'
    yield from map(finding_case, findings)
    if not len(findings):
        yield '<testcase classname="govops" name="no findings"/>\n'
    yield "</testsuite>\n"


def _element(finding: Finding) -> str:
    """Empty for what passes."""
    element = _ELEMENTS.get(finding.status, "")
    return "skipped" if element and finding.known else element


def finding_case(finding: Finding) -> str:
    """One finding as a test case."""
    element = _element(finding)
    text = escaped("\n".join(_lines(finding)))
    if not element:
        inner = f"<system-out>{text}</system-out>"
    elif element == "skipped":
        inner = f"<skipped>{text}</skipped>"
    else:
        message, severity = escaped(log_line(finding.message)), finding.severity.value
        inner = f'<{element} message="{message}" type="{severity}">{text}</{element}>'
    return f"<testcase {_named(finding.rule, _name(finding))}>{inner}</testcase>\n"


def _name(finding: Finding) -> str:
    """Where, at which commit, and the fingerprint: of tests with one name servers keep the first."""
    commit = f" at {short(finding.commit)}" if finding.commit else ""
    return f"{log_exact(finding.place) if finding.path else 'history'}{log_line(commit)} ({finding.fingerprint})"


def _lines(finding: Finding) -> Iterator[str]:
    """What there is to say. Words of our own begin each line, for the sake of whoever shows it in a log."""
    yield f"{finding.status.value}: {log_line(finding.message)}"
    if finding.path:
        yield f"at {log_exact(finding.place)}"
    if finding.excerpt:
        yield from (f"    | {log_exact(line, 200)}" for line in finding.excerpt.split("\n"))
    if finding.waived:
        yield f"waived by {log_exact(finding.waived)}: {log_line(finding.hint)}"
    elif finding.hint:
        yield f"hint: {log_line(finding.hint)}"
    if finding.known:
        yield f"known: {log_line(finding.known)}"
    if finding.commit:
        yield f"commit: {log_line(finding.commit)}"
    if finding.evidence:
        yield f"evidence: {log_line(', '.join(finding.evidence))}"


def _change(change: ChangeRecord) -> str:
    name = f"{log_line(short(change.id))}, {log_line(when(change))}: {log_line(change.subject, 120)}"
    return f"<testcase {_named('change', name)}/>\n"


def _named(kind: str, name: str) -> str:
    return f'classname="govops.{escaped(log_line(kind))}" name="{escaped(name)}"'
