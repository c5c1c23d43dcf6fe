"""A trial as JUnit XML: a suite for each test file, and one for what is broken."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from govops.outlook import Trial, Tried
from govops.render.junit import escaped, finding_case
from govops.render.policy_tests.wording import place, reasons
from govops.render.untrusted import log_line

_ELEMENTS = {"differs": "failure", "broken": "error"}


def stream(trial: Trial) -> Iterator[str]:
    """A case that differs is a failure, one that is broken an error."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="govops">\n'
    if trial.problems:
        count = len(trial.problems)
        yield f'<testsuite name="problems" tests="{count}" failures="{count}" errors="0" skipped="0">\n'
        yield from map(finding_case, trial.problems)
        yield "</testsuite>\n"
    for test, group in groupby(trial.cases, key=lambda case: case.test):
        yield from _suite(test, tuple(group))
    yield "</testsuites>\n"


def _suite(test: str, cases: tuple[Tried, ...]) -> Iterator[str]:
    failures, errors = (sum(case.outcome == outcome for case in cases) for outcome in _ELEMENTS)
    counts = f'tests="{len(cases)}" failures="{failures}" errors="{errors}" skipped="0"'
    yield f'<testsuite name="{escaped(log_line(test))}" {counts}>\n'
    yield from map(_case, cases)
    yield "</testsuite>\n"


def _case(case: Tried) -> str:
    element = _ELEMENTS.get(case.outcome)
    inner = ""
    if element is not None:
        text = escaped("\n".join((f"at {place(case)}", *reasons(case))))
        inner = f'<{element} message="{escaped(log_line(case.differences[0]))}">{text}</{element}>'
    named = f'classname="govops.policies.{escaped(log_line(case.test))}" name="{escaped(log_line(case.case))}"'
    return f"<testcase {named}>{inner}</testcase>\n"
