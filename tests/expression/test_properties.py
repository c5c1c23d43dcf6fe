"""Whatever is written: refused at a place inside of it, or answered, and the same each time."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from govops.expression import Programs, Undecided
from govops.expression.check import check
from tests.expression.sample import VERSION, facts, question
from tests.fuzz import check_of

_FIELDS = (
    "spec.status",
    "spec.metrics.accuracy",
    "spec.artifact.size_bytes",
    "metadata.labels",
    "spec.nothing",
    "kind",
)
_ATOMS = st.one_of(
    st.sampled_from([f"resource.{field}" for field in _FIELDS]),
    st.sampled_from(
        ["key", "time", "old", "'a'", "1", "2.5", "true", "null", "[]", "approved_by(key)", "Incident.all()"]
    ),
    st.integers(-(2**64), 2**64).map(str),
    st.text(max_size=5).map(repr),
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from(["&&", "||", "==", "!=", "<", "in", "+", "-", "*", "/", "%"])
    macros = st.sampled_from(["all", "exists", "filter", "map", "exists_one"])
    return st.one_of(
        st.tuples(inner, operators, inner).map(lambda found: f"({' '.join(found)})"),
        st.tuples(inner, macros, inner).map(lambda found: f"{found[0]}.{found[1]}(x, {found[2]})"),
        st.tuples(inner, inner, inner).map(lambda found: f"({found[0]} ? {found[1]} : {found[2]})"),
        inner.map(lambda text: f"!{text}"),
        inner.map(lambda text: f"size({text})"),
        inner.map(lambda text: f"has({text})"),
        inner.map(lambda text: f"[{text}]"),
        inner.map(lambda text: f"{text}.matches('a+')"),
    )


EXPRESSIONS = st.recursive(_ATOMS, _larger, max_leaves=12)


@pytest.mark.threat("E24")
@settings(max_examples=300)
@given(EXPRESSIONS)
def test_an_expression_is_refused_or_answered(text: str) -> None:
    """One that is let through is never found to be unbounded or no expression when it is asked."""
    faults = check(text, "resource", ["ModelVersion"])
    assert check(text, "resource", ["ModelVersion"]) == faults
    if faults:
        assert all(fault.line == 1 and 1 <= fault.column <= len(text) + 1 for fault in faults)
        return
    fresh = [Programs(facts()) for _ in range(2)]
    answers = [programs.holds(text, question(programs, VERSION)) for programs in fresh]
    assert answers[0] == answers[1]
    assert isinstance(answers[0], bool | Undecided)


@settings(max_examples=200)
@given(st.text(max_size=60) | EXPRESSIONS)
def test_no_text_at_all_breaks_anything(text: str) -> None:
    check_of("expression")(text.encode("utf-8", "surrogatepass"))
