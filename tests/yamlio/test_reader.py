"""The strict subset: what is refused, with which words, and that limits hold before time is lost."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from itertools import pairwise
from typing import Any

import pytest
import yaml

from govops.yamlio import MAX_BYTES, MAX_NODES, MAX_SCALAR_BYTES, read
from govops.yamlio.builder import Builder
from govops.yamlio.layout import Layout


def rules(data: bytes | str) -> list[str]:
    """The rule of each finding, in order."""
    encoded = data.encode() if isinstance(data, str) else data
    reading = read(encoded, path="x.yaml")
    assert (reading.value is None) == bool(reading.findings)
    return [finding.rule for finding in reading.findings]


def accepted(text: str) -> dict[str, Any]:
    reading = read(text.encode())
    assert reading.findings == ()
    assert reading.value is not None
    return reading.value


def shown(data: bytes | str) -> str:
    """Every finding as people see it."""
    encoded = data.encode() if isinstance(data, str) else data
    found = read(encoded, path="registry/x.yaml").findings
    return "\n".join(f"{f.place}: {f.rule}: {f.message}\n{f.excerpt}\nhint: {f.hint}" for f in found) + "\n"


def test_an_ordinary_document_is_read() -> None:
    text = """\
        --- # a single start mark is fine
        apiVersion: govops/v1
        spec:
          title: Credit scoring
          on-call: true
          limits: [1, -2, 0.5, null, ~, ]
          empty:
          items:
          - a: "1"
            b: 'it''s'
          text: |
            two
            lines
          folded: >-
            one
            line
          "quoted key": {x: z}
        """
    assert accepted(textwrap.dedent(text)) == {
        "apiVersion": "govops/v1",
        "spec": {
            "title": "Credit scoring",
            "on-call": True,
            "limits": [1, -2, 0.5, None, None],
            "empty": None,
            "items": [{"a": "1", "b": "it's"}],
            "text": "two\nlines\n",
            "folded": "one line",
            "quoted key": {"x": "z"},
        },
    }


@pytest.mark.threat("E01")
@pytest.mark.parametrize(
    "text",
    ["a: 1\nb: 2\na: 3\n", '"\\x61": 1\na: 2\n', "{a: 1, 'a': 2}", "o:\n  a: 1\n  a:\n    x: 1\n", "l: [{a: 1, a: 1}]"],
)
def test_a_key_that_stands_twice_is_refused(text: str) -> None:
    """In any spelling, at any depth."""
    assert rules(text) == ["duplicate-key"]


@pytest.mark.threat("E01")
def test_a_duplicate_key_is_reported_with_both_lines() -> None:
    assert shown('a: 1\nb: 2\n\n"\\x61": 3\n') == (
        'registry/x.yaml:4:1: duplicate-key: the key "a" stands here and on line 1\n'
        '"\\x61": 3\n'
        "^\n"
        "hint: keep one of the two\n"
    )


def test_the_same_key_in_two_mappings_is_no_duplicate() -> None:
    assert accepted("a: {x: 1}\nb: {x: 1}\n") == {"a": {"x": 1}, "b": {"x": 1}}


_LAUGHS = "a: &a [x, x]\n" + "".join(f"{to}: &{to} [*{of}, *{of}, *{of}]\n" for of, to in pairwise("abcdefghi"))


@pytest.mark.threat("E02")
@pytest.mark.parametrize(
    "text",
    [
        "a: &x 1\n",
        "a: *x\n",
        "? *x\n: 1\n",
        "*x : 1\n",
        "&x a: 1\n",
        "a: &x {b: 1}\n",
        "a: &x [1]\n",
        "<<: {a: 1}\n",
        "'<<': {a: 1}\n",
        "<<: [{a: 1}]\n",
        "<<: *x\n",
        "a: &a\n  b: *a\n",
        _LAUGHS,
    ],
)
def test_anchors_aliases_and_merge_keys_are_refused(text: str) -> None:
    """Nothing is expanded: the billion laughs cost as much as any other file of their size."""
    started = time.perf_counter()
    assert set(rules(text)) == {"forbidden-yaml"}
    assert time.perf_counter() - started < 0.5


@pytest.mark.threat("E03")
@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system [id]\n",
        "a: !!python/name:os.system\n",
        "a: !foo 1\n",
        "a: ! 1\n",
        "a: !!binary aGk=\n",
        "a: !!set {x, z}\n",
        "a: !!str 1\n",
        "a: !!omap [x: 1]\n",
        "a: !<tag:yaml.org,2002:str> 1\n",
        "!!map {a: 1}\n",
        "!!str a: 1\n",
        "%TAG !e! tag:example.org,2026:\n---\na: 1\n",
        "%YAML 1.1\n---\na: 1\n",
        "%YAML 1.3\n---\na: 1\n",
        "%YAML 2.0\n---\na: 1\n",
        "%FOO bar\n---\na: 1\n",
        "# first\n\n  \n%YAML 1.2\n---\na: 1\n",
    ],
)
def test_tags_and_directives_are_refused(text: str) -> None:
    assert rules(text) == ["forbidden-yaml"]


def test_a_percent_sign_elsewhere_is_text() -> None:
    assert accepted("a: |\n  %YAML\nb: 5%\n") == {"a": "%YAML\n", "b": "5%"}


_DEEP = {
    "lists in one line": "[" * 1_000_000,
    "mappings in one line": "{" * 1_000_000,
    "keys in lists": "[? " * 80_000,
    "short enough to be parsed": "a: " + "[" * 200_000,
    "one bracket a line": "[\n" * 100_000,
    "block lists in one line": "- " * 100_000,
    "explicit keys": "? " * 100_000,
    "block mappings": "".join(" " * depth + "a:\n" for depth in range(600)),
    "mappings in mappings": "{a: " * 50_000,
}


@pytest.mark.threat("E04", "E16")
@pytest.mark.parametrize("name", _DEEP)
def test_deep_nesting_is_refused_at_once(name: str) -> None:
    """A million brackets take less than 50 ms (the best of three, for slow machines)."""
    data = _DEEP[name].encode()
    times = []
    for _ in range(3):
        started = time.perf_counter()
        assert set(rules(data)) == {"unreadable-file"}
        times.append(time.perf_counter() - started)
    assert min(times) < 0.05


@pytest.mark.threat("E04")
def test_the_depth_limit_is_exact() -> None:
    """32 collections within each other, the document's own mapping included."""
    assert accepted("a: " + "[" * 31 + "]" * 31)
    assert rules("a: " + "[" * 32 + "]" * 32) == ["unreadable-file"]


@pytest.mark.threat("E05")
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"a: 1 #" + b"x" * (MAX_BYTES - 6), ""),
        (b"a: 1 #" + b"x" * (MAX_BYTES - 5), "the file has 262145 bytes, more than the 262144 that are allowed"),
        (b"a: [" + b"1," * (MAX_NODES - 3) + b"]", ""),
        (b"a: [" + b"1," * (MAX_NODES - 2) + b"]", "the file has more than 20000 values"),
        (b"a: [" + b"[]," * (MAX_NODES - 2) + b"]", "the file has more than 20000 values"),
        (b"a: " + b"x" * MAX_SCALAR_BYTES, ""),
        (b"a: " + b"x" * (MAX_SCALAR_BYTES + 1), "a value of more than 65536 bytes"),
        (b"a: " + "ü".encode() * (MAX_SCALAR_BYTES // 2 + 1), "a value of more than 65536 bytes"),
        (b"? " + b"x" * (MAX_SCALAR_BYTES + 1) + b"\n: 1", "a value of more than 65536 bytes"),
    ],
    ids=["bytes", "bytes + 1", "values", "values + 1", "lists", "scalar", "scalar + 1", "wide", "key"],
)
def test_limits_are_exact(data: bytes, words: str) -> None:
    found = read(data).findings
    if words:
        assert any(words in finding.message for finding in found)
    else:
        assert found == ()


@pytest.mark.threat("E05")
def test_the_size_limit_can_be_lowered_and_not_raised() -> None:
    assert read(b"a: 12345\n", max_bytes=8).findings[0].message.endswith("more than the 8 that are allowed")
    assert read(b"#" * (MAX_BYTES + 1), max_bytes=10**9).findings[0].message.startswith("the file has 262145 bytes")


_SLOW_FOR_OTHERS = {
    "tag directives": b"".join(b"%%TAG !a%d! b\n" % number for number in range(15_000)),
    "anchors": b"a: &a x\n" + b"b: *a\n" * 40_000,
    "keys": b"".join(b"k%d: 1\n" % number for number in range(24_000)),
    "the same key": b"k: 1\n" * 50_000,
    "blank lines": b"\n" * MAX_BYTES,
    "comments": b"#\n" * (MAX_BYTES // 2),
    "comments then a directive": b"#\n" * (MAX_BYTES // 2 - 1) + b"%",
    "spaces": b" " * MAX_BYTES,
    "quotes": b'["a": ' * 40_000,
    "documents": b"---\n" * 60_000,
    "empty flow entries": b"a: [" + b"[]," * 80_000,
    "indentation": b"a: |\n" + b"".join(b" " * (number % 700) + b"\n" for number in range(740)),
    "digits": b"a: " + b"9" * 60_000,
    "almost a number": b"a: " + b"1_" * 30_000 + b"x",
    "almost base 60": b"a: " + b"1:" * 30_000 + b"x",
    "almost a time": b"a: 2026-01-01 " + b" " * 60_000 + b"x",
    "tabs": b"\t" * MAX_BYTES,
    "many refused characters": "".join(map(chr, range(0xE000, 0xF8FF))).encode(),
}


@pytest.mark.threat("E04", "E05", "E07", "E17")
@pytest.mark.parametrize("name", _SLOW_FOR_OTHERS)
def test_no_file_within_the_limits_takes_long(name: str) -> None:
    started = time.perf_counter()
    reading = read(_SLOW_FOR_OTHERS[name])
    assert time.perf_counter() - started < 1
    assert len(reading.findings) <= 21


@pytest.mark.threat("E14")
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "the document is empty, not a mapping"),
        ("# only a comment\n", "the document is empty, not a mapping"),
        ("---\n", "the document is empty, not a mapping"),
        ("null\n", "the document is empty, not a mapping"),
        ("text\n", "the document is a single value, not a mapping"),
        ("42\n", "the document is a single value, not a mapping"),
        ("- a: 1\n", "the document is a list, not a mapping"),
        ("a: 1\n---\nb: 2\n", "a second document starts here"),
        ("---\na: 1\n---\n", "a second document starts here"),
        ("a: 1\n...\n", 'the end mark "..." is not allowed'),
        ("a: 1\n...\nb: 2\n", 'the end mark "..." is not allowed'),
        ("---\n...\n", 'the end mark "..." is not allowed'),
    ],
)
def test_a_file_is_one_document_and_a_mapping(text: str, message: str) -> None:
    found = read(text.encode()).findings
    assert message in [finding.message for finding in found]
    assert {finding.rule for finding in found} == {"unreadable-file"}


@pytest.mark.threat("E02")
@pytest.mark.parametrize("text", ["? [a]\n: 1\n", "{a: 1}: 2\n", "? {a: {b: 1}}\n: [2]\nc: 1\n", "[[a, b], c]: 1\n"])
def test_a_key_is_text(text: str) -> None:
    assert rules(text) == ["unreadable-file"]


def test_a_key_stands_on_one_line() -> None:
    assert rules('"a\\nb": 1\n') == ["unreadable-file"]
    assert rules("? |\n  a\n  b\n: 1\n") == ["unreadable-file"]


class _Failing:
    """A parser that breaks in a way that is no YAML error."""

    def __init__(self, failure: BaseException) -> None:
        self.failure = failure

    def get_event(self) -> yaml.Event:
        raise self.failure


@pytest.mark.threat("E16")
@pytest.mark.parametrize(
    "failure", [ValueError("x"), OverflowError("x"), RecursionError("x"), MemoryError(), yaml.YAMLError("x")]
)
def test_whatever_the_parser_raises_is_a_finding(failure: Exception) -> None:
    builder = Builder(_Failing(failure), Layout(b""))
    builder.run()
    assert [(problem.rule, problem.line) for problem in builder.problems] == [("unreadable-file", 1)]


@pytest.mark.threat("E16")
def test_an_interrupt_is_not_swallowed() -> None:
    with pytest.raises(KeyboardInterrupt):
        Builder(_Failing(KeyboardInterrupt()), Layout(b"")).run()


@pytest.mark.threat("E15")
def test_without_libyaml_nothing_is_read() -> None:
    """The pure parser reads some files differently, so it is never a fallback."""
    program = """
        import sys
        sys.modules["yaml._yaml"] = None
        from govops.errors import UsageError
        try:
            import govops.yamlio
        except UsageError as error:
            print(error.message, "/", error.hint)
    """
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)], capture_output=True, text=True, check=True, timeout=60
    )
    assert ran.stdout == (
        "PyYAML was installed without libyaml / install a PyYAML wheel, or build PyYAML with libyaml's headers\n"
    )


def test_all_problems_of_a_file_are_told_in_one_go() -> None:
    text = "a: NO\nb: &x 1\nc: *x\na: 010\non: !!str 5\nd: [1\n"
    assert rules(text) == [
        "ambiguous-scalar",
        "forbidden-yaml",
        "forbidden-yaml",
        "duplicate-key",
        "ambiguous-scalar",
        "ambiguous-scalar",
        "forbidden-yaml",
        "unreadable-file",
    ]


def test_twenty_findings_and_the_number_of_the_others() -> None:
    found = read(b"a: [" + b"no, " * 30 + b"]\n").findings
    assert len(found) == 21
    assert found[-1].message == "and 10 more problems"


SYNTAX = [
    (
        "a: b: c\n",
        'registry/x.yaml:1:5: unreadable-file: a ": " is not expected here\n'
        "a: b: c\n"
        "    ^\n"
        'hint: put text that holds ": ", " #" or starts with one of `@%&*!|>{[ into quotes\n',
    ),
    (
        "spec:\n  title: 'It is\n  owner: x\n",
        "registry/x.yaml:2:10: unreadable-file: this quote is never closed\n"
        "  title: 'It is\n"
        "         ^\n"
        "hint: close the quote; a quote inside quotes is written twice ('') or as \\\"\n",
    ),
    (
        "a: [1, 2\nb: 3\n",
        "registry/x.yaml:1:4: unreadable-file: this list is not closed\n"
        "a: [1, 2\n"
        "   ^\n"
        'hint: put "," between items and "]" at the end\n',
    ),
    (
        "a:\n  b: 1\n c: 2\n",
        "registry/x.yaml:3:2: unreadable-file: a key is expected here\n"
        " c: 2\n"
        " ^\n"
        "hint: align the keys of a mapping in one column, and indent what is inside by two spaces\n",
    ),
    (
        "a: @x\n",
        "registry/x.yaml:1:4: unreadable-file: a value cannot start with this character\n"
        "a: @x\n"
        "   ^\n"
        'hint: put text that holds ": ", " #" or starts with one of `@%&*!|>{[ into quotes\n',
    ),
    (
        "größe: Ö\nweiß: NO\n",
        'registry/x.yaml:2:7: ambiguous-scalar: "NO" is false to some readers of YAML and text to others\n'
        "weiß: NO\n"
        "      ^\n"
        'hint: quote it: "NO", or write false\n',
    ),
]


@pytest.mark.parametrize(("text", "expected"), SYNTAX)
def test_a_message_shows_the_line_and_what_to_do(text: str, expected: str) -> None:
    """Columns count characters, not bytes."""
    assert shown(text) == expected
