"""Any input: an answer, never an exception; and where there is a value, other readers of YAML agree with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from govops.yamlio import dump, load, position, read
from govops.yamlio.characters import refused_in_value
from govops.yamlio.places import find, places
from tests.fuzz import check_of, seeds
from tests.support.yaml_readers import agreed, same

PIECES = st.sampled_from(
    [
        *("a", "b", "c:", "x:", '"y"', "'z'", "a: ", "b: ", "\nc: ", "key:", "&a", "*a", "!!str", "<<", "%"),
        *("-", "?", "|", ">", "|-", ">+", "|2", "[", "]", "{", "}", ",", ":", "#", "---", "...", ": ", ", ", "- "),
        *("no", "yes", "on", "true", "null", "~", "=", "1", "-2", "0.5", ".5", "1e3", "010", "12:30", "1_000"),
        *("2026-03-01", "2026-03-01T00:00:00Z", '"\\x61"', '"\\n"', "''", '""', "ü", "日", "\\", "/", "@", "`"),
        *(" ", "  ", "\n", "\n  ", "\n    ", "\n- ", "\n  - ", "\t", "\r\n", "#x\n"),
    ]
)
YAMLISH = st.lists(PIECES, max_size=30).map("".join)
TEXTS = st.text(max_size=60).filter(lambda text: not refused_in_value(text))
KEYS = TEXTS.filter(lambda text: "\n" not in text and "\t" not in text and text != "<<")
NUMBERS = st.floats(-(2.0**53), 2.0**53, exclude_min=True, exclude_max=True) | st.integers(-(2**53), 2**53)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)


@pytest.mark.threat("E16")
@given(st.binary(max_size=200))
@example(b"\xff\xfea\x00")
@example(b"a: \x00")
@example(b"\xef\xbb\xbfa: 1")
def test_any_bytes_give_an_answer(data: bytes) -> None:
    _answer(data)


@pytest.mark.threat("E16")
@given(st.text(max_size=100) | YAMLISH)
def test_any_text_gives_an_answer(text: str) -> None:
    _answer(text.encode("utf-8", "surrogatepass"))


@given(st.sampled_from(["registry/models/a/model.yaml", "policies/approvals/a.yaml", "x"]), DOCUMENTS)
def test_any_document_gives_an_answer_at_any_path(path: str, document: dict[str, Any]) -> None:
    document = {"apiVersion": "govops/v1", "kind": "Model", **document}
    loaded = load(dump(document).encode(), path=path)
    assert loaded.resource is None
    assert 0 < len(loaded.findings) <= 21
    assert all(len(finding.message) <= 500 for finding in loaded.findings)


@pytest.mark.threat("E06", "E15")
@given(YAMLISH)
@example("a: 2026-03-01\n")
@example("a: b:c\n")
@example("a: 'x''y'\n")
@example("? a\n: b\n")
def test_what_is_accepted_means_the_same_to_yaml_1_1_and_1_2(text: str) -> None:
    """To every other reader that accepts it too; dates aside, which they type."""
    value = read(text.encode()).value
    if value is not None:
        agreed(text, value)


@pytest.mark.threat("E23")
@given(DOCUMENTS)
def test_what_is_written_is_read_back(document: dict[str, Any]) -> None:
    text = dump(document)
    value = read(text.encode()).value
    assert value is not None
    assert same(document, value)
    assert list(value) == list(document)
    assert dump(value) == text


@given(YAMLISH)
def test_places_and_findings_lie_inside_the_document(text: str) -> None:
    data = text.encode()
    lines = text.split("\n")
    spots = [(found.line, found.column) for found in read(data).findings]
    spots += [place.at for place in places(data).values()]
    for line, column in spots:
        assert line is not None
        assert column is not None
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1


@given(DOCUMENTS.filter(bool))
def test_every_field_of_a_document_has_its_place(document: dict[str, Any]) -> None:
    """The place of a key holds that key, or the quote, the `?` or the bracket it begins with."""
    text = dump(document)
    lines = text.split("\n")
    for key in document:
        spot = position(text.encode(), (key,), key=True)
        assert spot is not None
        assert lines[spot[0] - 1][spot[1] - 1] in (key[:1] or '"', '"', "'")


@given(DOCUMENTS, st.sampled_from([None, 1]))
def test_every_place_is_where_the_value_begins(document: dict[str, Any], indent: int | None) -> None:
    """JSON is YAML, so a reader of JSON that starts at a place must find the value, and before it the key."""
    text = json.dumps(document, ensure_ascii=False, indent=indent)
    lines = text.split("\n")
    starts = [sum(len(line) + 1 for line in lines[:number]) for number in range(len(lines))]
    known = places(text.encode())
    decode = json.JSONDecoder().raw_decode
    for field, value in _fields(document):
        line, column = find(known, field) or (0, 0)
        assert decode(text, starts[line - 1] + column - 1)[0] == value
        line, column = find(known, field, key=True) or (0, 0)
        if field and isinstance(field[-1], str):
            assert decode(text, starts[line - 1] + column - 1)[0] == field[-1]
    assert len(known) == len(list(_fields(document)))


SEEDS = [file.read_bytes() for file in seeds("document")]


@pytest.mark.threat("E16", "E24")
@given(st.sampled_from(SEEDS), st.data())
def test_an_example_with_a_piece_exchanged_gives_an_answer(seed: bytes, data: st.DataObject) -> None:
    """The whole of what the fuzz target demands: an answer, and what is accepted is read alike by all."""
    start = data.draw(st.integers(0, len(seed)))
    end = data.draw(st.integers(start, min(len(seed), start + 20)))
    piece = data.draw(st.binary(max_size=3) | PIECES.map(str.encode))
    check_of("document")(seed[:start] + piece + seed[end:])


def _fields(value: Any, field: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    yield field, value
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _fields(inner, (*field, key))


def _answer(data: bytes) -> None:
    reading = read(data, path="x")
    assert (reading.value is None) == bool(reading.findings)
    assert all(finding.path == "x" and finding.line and finding.column and finding.hint for finding in reading.findings)
