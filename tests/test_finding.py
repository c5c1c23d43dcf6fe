"""Findings and the report: what a fingerprint survives, and which exit code the worst of them asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.errors import ExitCode
from govops.finding import Counts, Finding, Provenance, Report, Severity, Status, exit_code

FINDINGS = st.builds(
    Finding,
    st.just("some-rule"),
    st.just("found"),
    st.sampled_from([status for status in Status if status is not Status.PASS]),
    st.sampled_from(Severity),
)


def report(*findings: Finding, **counts: int) -> Report:
    """A report with these findings, and sums that hold unless told otherwise."""
    origin = Provenance("acme", "main", "a" * 40, "b" * 40, "sha1", "0", "2.39")
    return Report(origin, Counts(**counts), findings)


@pytest.mark.threat("A01")
@pytest.mark.parametrize("number", [1, 255, 256, 257, 65_536])
@pytest.mark.parametrize("status", [Status.FAIL, Status.UNVERIFIABLE, Status.ERROR])
def test_any_number_of_findings_asks_for_the_same_code_as_one(number: int, status: Status) -> None:
    one = Finding("some-rule", "found", status)
    assert report(*[one] * number).exit_code() is report(one).exit_code()


@pytest.mark.threat("A01")
@given(st.lists(FINDINGS), st.sampled_from(Severity))
def test_the_code_is_always_one_of_five_and_zero_only_where_nothing_is_open(
    found: list[Finding], fail_on: Severity
) -> None:
    code = report(*found).exit_code(fail_on)
    assert code in set(ExitCode) - {ExitCode.USAGE}
    open_ = [
        finding
        for finding in found
        if finding.status in (Status.ERROR, Status.UNVERIFIABLE)
        or (finding.status in (Status.FAIL, Status.WARN) and finding.severity.rank >= fail_on.rank)
    ]
    assert (code is ExitCode.OK) == (not open_)


@given(st.lists(FINDINGS), FINDINGS, st.sampled_from(Severity))
def test_one_finding_more_never_lowers_the_code(found: list[Finding], more: Finding, fail_on: Severity) -> None:
    assert exit_code((*found, more), fail_on) >= exit_code(tuple(found), fail_on)


CODES: dict[str, tuple[Status, Severity, Severity, ExitCode]] = {
    "a failure": (Status.FAIL, Severity.HIGH, Severity.LOW, ExitCode.VIOLATION),
    "a failure below the threshold": (Status.FAIL, Severity.LOW, Severity.HIGH, ExitCode.OK),
    "a failure at the threshold": (Status.FAIL, Severity.HIGH, Severity.HIGH, ExitCode.VIOLATION),
    "a warning": (Status.WARN, Severity.INFO, Severity.LOW, ExitCode.OK),
    "a warning where warnings count": (Status.WARN, Severity.INFO, Severity.INFO, ExitCode.VIOLATION),
    "something unknown, however small": (Status.UNVERIFIABLE, Severity.INFO, Severity.CRITICAL, ExitCode.UNDECIDABLE),
    "an error, however small": (Status.ERROR, Severity.INFO, Severity.CRITICAL, ExitCode.INTERNAL),
    "what was waived": (Status.WAIVED, Severity.CRITICAL, Severity.INFO, ExitCode.OK),
}


@pytest.mark.parametrize(("status", "severity", "fail_on", "expected"), CODES.values(), ids=CODES)
def test_which_code_a_finding_asks_for(
    status: Status, severity: Severity, fail_on: Severity, expected: ExitCode
) -> None:
    assert report(Finding("some-rule", "found", status, severity)).exit_code(fail_on) is expected


def test_the_highest_code_wins() -> None:
    failed, unknown = Finding("r", "m", Status.FAIL), Finding("r", "m", Status.UNVERIFIABLE)
    assert report(failed, unknown).exit_code() is ExitCode.UNDECIDABLE
    assert report(failed, unknown, Finding("r", "m", Status.ERROR)).exit_code() is ExitCode.INTERNAL


def test_an_undecidable_change_counts_without_any_finding() -> None:
    assert report(chain=1, undecidable=1, governed=1).exit_code() is ExitCode.UNDECIDABLE


@pytest.mark.threat("A04")
def test_sums_that_do_not_hold_are_an_internal_error_and_never_a_pass() -> None:
    assert report(chain=1).exit_code() is ExitCode.INTERNAL
    assert report(governed=1).exit_code() is ExitCode.INTERNAL
    assert report(chain=1, evaluated=1, governed=1, approved=1).exit_code() is ExitCode.OK


@pytest.mark.threat("A10")
def test_whoever_looks_past_the_unknown_still_sees_failures() -> None:
    failed, unknown = Finding("r", "m", Status.FAIL), Finding("r", "m", Status.UNVERIFIABLE)
    assert report(unknown).violation_code() is ExitCode.OK
    assert report(failed, unknown).violation_code() is ExitCode.VIOLATION


HERE = Finding("some-rule", "found", commit="c" * 40, path="registry/x", line=3, column=1, subject="bob")


def test_a_fingerprint_survives_words_and_lines_and_nothing_else() -> None:
    moved = replace(HERE, line=9, column=2, message="said otherwise", severity=Severity.LOW, hint="x", excerpt="y")
    assert moved.fingerprint == HERE.fingerprint
    others: dict[str, Any] = {"rule": "other", "commit": "d" * 40, "path": "registry/y", "subject": "carol"}
    assert len({replace(HERE, **{name: value}).fingerprint for name, value in others.items()} | {HERE.fingerprint}) == 5


def test_a_fingerprint_does_not_confuse_neighbouring_fields() -> None:
    assert Finding("a", "m", path="bc").fingerprint != Finding("ab", "m", path="c").fingerprint


@pytest.mark.threat("F05")
def test_a_path_that_is_not_utf_8_has_a_fingerprint() -> None:
    assert len(replace(HERE, path="registry/\udcff").fingerprint) == 16


def test_a_place_says_as_much_as_is_known() -> None:
    assert HERE.place == "registry/x:3:1"
    assert replace(HERE, line=None, column=None).place == "registry/x"
    assert replace(HERE, path=None, line=None, column=None).place == ""
