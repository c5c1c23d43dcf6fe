"""What a commit's message says: its subject, and its trailers by a rule stricter than git's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.facts import commit, oid

MESSAGES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "a block": ("S\n\nA: 1\nB: 2\n", [("a", "1"), ("b", "2")]),
    "keys in any letters": ("S\n\nCo-Authored-BY: me\n", [("co-authored-by", "me")]),
    "folded lines": ("S\n\nA: 1\n 2\n\t3\nB: 4\n", [("a", "1 2 3"), ("b", "4")]),
    "a value with colons": ("S\n\nA: b: c\n", [("a", "b: c")]),
    "no value": ("S\n\nA:\n", [("a", "")]),
    "blank lines at the end": ("S\n\nA: 1\n\n\n", [("a", "1")]),
    "no subject": ("\n\nA: 1\n", []),
    "the subject alone": ("A: 1\n", []),
    "an earlier paragraph": ("S\n\nA: 1\n\nwords\n", []),
    "one line of prose": ("S\n\nA: 1\nwords\n", []),
    "a key with a space": ("S\n\nA b: 1\n", []),
    "a key of other letters": ("S\n\nС: 1\n", []),
    "a key that is empty": ("S\n\n: 1\n", []),
    "begins with a continuation": ("S\n\n 1\nA: 1\n", []),
    "carriage returns": ("S\r\n\r\nA: 1\r\n", []),
    "nothing": ("", []),
}


@pytest.mark.threat("C02")
@pytest.mark.parametrize(("message", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_trailers_are_the_whole_last_paragraph_or_none(message: str, expected: list[tuple[str, str]]) -> None:
    assert list(commit("c", message=message).trailers()) == expected


@given(st.text())
def test_no_message_crashes_and_the_subject_is_one_line(message: str) -> None:
    made = commit("c", message=message)
    assert "\n" not in made.subject
    assert all(key == key.lower() and key.isascii() for key, _ in made.trailers())


def test_the_first_parent_is_the_line_of_the_branch() -> None:
    assert commit("root").first_parent is None
    assert commit("merge", "main", "side").first_parent == oid("main")
