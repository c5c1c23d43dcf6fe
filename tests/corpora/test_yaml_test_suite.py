"""The yaml-test-suite: what is accepted means what the suite says, and what it calls an error is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from govops.yamlio import read
from tests.support.parts import corpus

pytestmark = pytest.mark.threat("E25")

# Errors to the suite that libyaml reads, and why that misleads nobody.
ACCEPTED_ERRORS = {
    "S98Z": "a folded text of nothing but blank lines of growing indentation: empty to every reader",
    "SU5Z": "a comment directly after a closing quote: the value is what stands between the quotes",
    "X4QW": "a comment directly after the sign of a folded text: the text is what stands below",
}
SUITE_SIZE = 402


@pytest.fixture(scope="module")
def cases() -> list[dict[str, Any]]:
    suite: list[dict[str, Any]] = corpus("yaml-test-suite")
    assert len(suite) == SUITE_SIZE, "another edition of the suite: look at what is new"
    return suite


def test_what_is_accepted_means_what_the_suite_says(cases: list[dict[str, Any]]) -> None:
    compared = 0
    for case, value in _accepted(cases):
        if not case.get("fail"):
            assert value == json.loads(case["json"]), case["id"]
            compared += 1
    assert compared > 50


def test_every_error_that_is_accepted_has_its_reason(cases: list[dict[str, Any]]) -> None:
    accepted = {case["id"] for case, _ in _accepted(cases) if case.get("fail")}
    assert accepted == set(ACCEPTED_ERRORS)
    assert len([case for case in cases if case.get("fail")]) > 90


def test_what_is_refused_says_where_and_why(cases: list[dict[str, Any]]) -> None:
    for case in cases:
        reading = read(case["yaml"].encode())
        lines = case["yaml"].count("\n") + 1
        for finding in reading.findings:
            assert finding.message, case["id"]
            assert finding.line, case["id"]
            assert 1 <= finding.line <= lines, case["id"]


def _accepted(cases: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    for case in cases:
        value = read(case["yaml"].encode()).value
        if value is not None:
            yield case, value
