"""Layout: a value that looks like something else in a diff is refused, although libyaml reads it."""

from __future__ import annotations

import pytest

from govops.yamlio import read


@pytest.mark.threat("E25", rule="unreadable-file")
@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('purpose: "draft\nstatus: approved\nend: here"\n', 2),
        ("purpose: 'draft\nstatus: approved'\n", 2),
        ('spec:\n  purpose: "draft\n  status: approved"\n', 3),
        ('links:\n  - title: "x\n    url: y"\n', 3),
        ('links:\n  - title: "x\n\n    url: y"\n', 4),
        ("roles: [admin,\nactive: true]\n", 2),
        ("roles: {a: 1,\n  b: [2,\n3]}\n", 3),
        ('roles: [\n  "a\nb"]\n', 3),
    ],
)
def test_a_quoted_value_cannot_pose_as_the_fields_below_it(text: str, line: int) -> None:
    (finding, *_) = read(text.encode()).findings
    assert (finding.rule, finding.line) == ("unreadable-file", line)
    assert "belongs to the value that began on line" in finding.message


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('a: "one\n  two"\n', {"a": "one two"}),
        ('a: "one\n\n  two"\n', {"a": "one\ntwo"}),
        ("a: [\n  1,\n  2\n]\nb: 3\n", {"a": [1, 2], "b": 3}),
        ("a: {\n  b: {\n    c: 1\n  }}  # end\n", {"a": {"b": {"c": 1}}}),
        ('l:\n  - k: "a\n     b"\n', {"l": [{"k": "a b"}]}),
        ("a: >\n  x\n\n\nb: |\n  y\n", {"a": "x\n", "b": "y\n"}),
    ],
)
def test_a_value_that_is_indented_may_take_several_lines(text: str, value: object) -> None:
    assert read(text.encode()).value == value


@pytest.mark.threat("E25", rule="unreadable-file")
@pytest.mark.parametrize("text", ["a: |\n  x", "a: >\n  x", "a: |\n  x\n   ", "a:\n  b: |\n    ä"])
def test_a_file_cannot_end_inside_a_text(text: str) -> None:
    """Readers disagree on whether such a text ends with a line break."""
    assert "readers disagree" in read(text.encode()).findings[0].message
    assert read(f"{text}\n".encode()).value is not None
    assert read(f"{text}\n".encode() + b"z: 1").value is not None


@pytest.mark.threat("E25", rule="unreadable-file")
@pytest.mark.parametrize("text", ["a: {?b: 1}\n", 'a: {?"b": 1}\n', "a: [?b: 1]\n", "a: {ä: 1, ?b: 1}\n"])
def test_a_question_mark_that_is_part_of_a_key_to_others_is_refused(text: str) -> None:
    assert 'a "?" stands directly before this key' in [finding.message for finding in read(text.encode()).findings]


@pytest.mark.parametrize("text", ["? a\n: 1\n", "a: why?\n", '"a?": 1\n', "{a?: 1}\n"])
def test_other_question_marks_are_nothing_odd(text: str) -> None:
    assert read(text.encode()).value is not None
