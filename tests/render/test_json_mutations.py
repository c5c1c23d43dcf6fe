"""Saved reports that somebody changed: another report or a reason why not, and never half of one."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govops.errors import UsageError
from govops.finding import Report
from govops.render import json_v1, render
from govops.render.untrusted import visible
from tests.fuzz import check_of, seeds
from tests.render.strategies import reports

SEEDS = [file.read_text(encoding="utf-8") for file in seeds("report")]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("\ud800")
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner))


def answer(text: str) -> Report | None:
    """The report, or None for a refusal that people can read."""
    try:
        return json_v1.parse(text)
    except UsageError as error:
        refusal = error
    assert visible(refusal.message) == refusal.message
    assert len(refusal.message) < 500
    assert refusal.hint
    return None


@pytest.mark.threat("A08", "E16")
@given(st.text(max_size=100) | VALUES.map(json.dumps))
def test_any_text_and_any_json_is_no_report(text: str) -> None:
    assert answer(text) is None


@pytest.mark.threat("A08", "E16")
@given(reports(), st.data())
def test_a_report_with_any_value_exchanged_says_so_or_is_refused(report: Report, data: st.DataObject) -> None:
    """Nothing is coerced and nothing dropped: what is taken is written again with the same values in every field."""
    value = json.loads(render(report, "json"))
    where = value
    while True:
        key = data.draw(st.sampled_from(list(where) if isinstance(where, dict) else range(len(where))))
        if not isinstance(where[key], dict | list) or not where[key] or data.draw(st.booleans()):
            break
        where = where[key]
    if data.draw(st.booleans()):
        where[key] = data.draw(VALUES)
    else:
        del where[key]
    read = answer(json.dumps(value))
    if read is not None:
        written = json.loads(render(read, "json"))
        assert _within(value, written)
        assert json_v1.parse(json.dumps(written)) == read


@pytest.mark.threat("E16")
@settings(max_examples=200)
@given(st.sampled_from(SEEDS), st.data())
def test_a_file_with_a_piece_exchanged_is_a_report_that_can_be_shown_or_is_refused(
    seed: str, data: st.DataObject
) -> None:
    """In every format. Cuts are at any place, also inside of an escape."""
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(len(seed), start + 20)))
    piece = data.draw(st.text(max_size=3) | st.sampled_from(['\\ud800"', "1e9", "-0", "null", "[]", "{}", '"a":1,']))
    check_of("report")((seed[:start] + piece + seed[end:]).encode("utf-8", "surrogatepass"))


@pytest.mark.threat("A08")
@given(st.integers(0, 2000), st.sampled_from(['{"schema": ', "[", '{"schema": "govops/report/v1", "findings": ']))
def test_no_depth_breaks_the_reader(depth: int, head: str) -> None:
    assert answer(head + "[" * depth + "]" * depth + ("}" if head[0] == "{" else "]")) is None


def _within(part: Any, whole: Any) -> bool:
    """Whether ``whole`` says all that ``part`` does, with values of the same types; fields may be more."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and _within(part[key], whole[key]) for key in part)
    if isinstance(part, list):
        return isinstance(whole, list) and len(part) == len(whole) and all(map(_within, part, whole))
    return type(part) is type(whole) and bool(part == whole)
