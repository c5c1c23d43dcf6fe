"""Expressions: refused at a place inside of them, or answered within bounds, and the same each time."""

from __future__ import annotations

from govops.expression import Programs, Undecided
from govops.expression.check import check as checked
from tests.expression.sample import MODEL, facts, question

_LONGEST = 2_000  # characters, as the kinds allow


def check(data: bytes) -> None:
    """As a rule about models."""
    text = data.decode("utf-8", "replace")[:_LONGEST]
    faults = checked(text, "resource", ["Model"])
    lines = text.split("\n")
    for fault in faults:
        assert fault.message
        assert 1 <= fault.line <= len(lines)
        assert fault.column >= 1
    if faults:
        return
    programs = Programs(facts())
    answer = programs.holds(text, question(programs, MODEL))
    assert isinstance(answer, bool | Undecided)
    assert programs.holds(text, question(programs, MODEL)) == answer
