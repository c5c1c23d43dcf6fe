"""How much is done for a file grows with its bytes, whatever they are: operations are counted, no clock is read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType
from typing import Any, SupportsIndex

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from govops.yamlio import MAX_BYTES, load, read
from govops.yamlio.builder import Builder, EventSource
from govops.yamlio.characters import refused_in_file
from govops.yamlio.layout import Layout
from govops.yamlio.places import places
from govops.yamlio.reader import new_parser
from tests.yamlio.test_properties import YAMLISH

pytestmark = pytest.mark.threat("E24")

CALLS_PER_BYTE = 40  # of Python functions, and of C functions by them
CALLS_AT_LEAST = 4000  # up to twenty findings with their excerpts
PATH = "registry/models/a/model.yaml"
HEAD = b"apiVersion: govops/v1\nkind: Model\nmetadata:\n  name: a\nspec:\n"


def loaded(data: bytes) -> object:
    """The file as the resource that its path promises."""
    return load(data, path=PATH)


FUNCTIONS: tuple[Callable[[bytes], object], ...] = (read, places, loaded)


def calls_of(function: Callable[[bytes], object], data: bytes) -> int:
    """How many functions are called, written in Python or in C, until ``function`` is done.

    It is called once before, for whatever is made ready only once.
    """
    function(data)
    counted = [0]

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        counted[0] += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        function(data)
    finally:
        sys.setprofile(before)
    return counted[0]


@given(st.binary(max_size=300) | YAMLISH.map(str.encode))
def test_any_small_file(data: bytes) -> None:
    for function in FUNCTIONS:
        assert calls_of(function, data) <= CALLS_AT_LEAST + CALLS_PER_BYTE * len(data)


# What grows: a beginning, and what is repeated after it.
GROWING: dict[str, tuple[bytes, bytes]] = {
    "brackets": (b"", b"["),
    "mappings in mappings": (b"", b"{a: "),
    "keys": (b"", b"k: 1\n"),
    "keys on one line": (b"a: {", b"k: 1, "),
    "question marks": (b"{", b"? "),
    "list items": (b"a:\n", b"- \n"),
    "items in items": (b"a:\n", b"- "),
    "texts over two lines": (b"a: [", b'"x\n y", '),
    "blocks of text": (b"a:\n", b"- |\n x\n"),
    "blank lines": (b"a: |\n", b"\n"),
    "comments": (b"", b"#\n"),
    "escapes": (b'a: "', b"\\u00fc"),
    "anchors": (b"a:\n", b"- &x 1\n"),
    "aliases": (b"a:\n", b"- *x\n"),
    "tags": (b"a:\n", b"- !x 1\n"),
    "tag directives": (b"", b"%TAG !x! y\n"),
    "documents": (b"", b"---\n"),
    "words": (b"a: ", b"a "),
    "colons": (b"", b":"),
    "null bytes": (b"", b"\0"),
    "unknown fields": (HEAD, b"  x: 1\n"),
    "wrong items": (HEAD + b"  intended_use:\n", b"    - 1\n"),
    "wrong entries": (HEAD + b"  links:\n", b"    - {}\n"),
}


@pytest.mark.parametrize("name", GROWING)
def test_a_file_that_grows(name: str) -> None:
    """Up to the largest that is read."""
    head, part = GROWING[name]
    data = head + part * ((MAX_BYTES - len(head)) // len(part))
    assert len(data) > MAX_BYTES - 20
    for function in FUNCTIONS:
        assert calls_of(function, data) <= CALLS_AT_LEAST + CALLS_PER_BYTE * len(data)


class Counted:
    """An event source that counts what it is asked for."""

    def __init__(self, source: EventSource) -> None:
        self._source = source
        self.events = 0

    def get_event(self) -> yaml.Event:
        self.events += 1
        return self._source.get_event()


@given(YAMLISH)
def test_libyaml_is_asked_for_no_more_events_than_there_are_characters(text: str) -> None:
    """Four for the stream and the document, and three for a character such as ``?`` or ``-``."""
    source = Counted(new_parser(text.encode()))
    Builder(source, Layout(text.encode())).run()
    assert source.events <= 5 + 3 * len(text)


class CountedText(str):
    """A text that counts the characters that are looked at when lines are."""

    __slots__ = ("looked_at",)
    looked_at: int

    def count(self, sub: str, start: SupportsIndex | None = None, end: SupportsIndex | None = None, /) -> int:
        self.looked_at += int(end if end is not None else len(self)) - int(start or 0)
        return super().count(sub, start, end)

    def rfind(self, sub: str, start: SupportsIndex | None = None, end: SupportsIndex | None = None, /) -> int:
        found = super().rfind(sub, start, end)
        self.looked_at += int(end if end is not None else len(self)) - max(found, int(start or 0))
        return found


@pytest.mark.parametrize("between", ["", "x", "\n", "x\n"])
def test_many_kinds_of_refused_characters(between: str) -> None:
    """Each is shown at its first place, and finding the places takes one walk through the file.

    It took one for each: two seconds for the 87,000 private characters that a file can hold.
    """
    text = CountedText("".join(chr(code) + between for code in range(0xE000, 0xF800)))
    text.looked_at = 0
    problems = list(refused_in_file(text))
    assert len(problems) == 0xF800 - 0xE000
    assert text.looked_at <= 2 * len(text)
    width, lines = 1 + len(between), "\n" in between
    for number, problem in enumerate(problems):
        assert (problem.line, problem.column) == ((number + 1, 1) if lines else (1, number * width + 1))


class CountedBytes(bytes):
    """Bytes that count how many of them are decoded; its lines do too."""

    decoded: int

    def split(self, *arguments: Any, **options: Any) -> list[bytes]:
        lines: list[bytes] = []
        for line in super().split(*arguments, **options):
            lines.append(counted := _Line(line))
            counted.whole = self
        return lines


class _Line(bytes):
    whole: CountedBytes

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        self.whole.decoded += len(self)
        return super().decode(encoding, errors)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('a: "?"\nb: {' + ", ".join(f"ü{at}: 1" for at in range(500)) + "}\n", id="keys on one line"),
        pytest.param("".join(f"{at}ü?: |\n  x\n" for at in range(500)) + "z: " + "ü" * 5000, id="blocks of text"),
    ],
)
def test_a_long_line_is_decoded_once(text: str) -> None:
    """It was decoded for every key on it, and the last one for every block: seven seconds for a file of 218 KB."""
    data = CountedBytes(text.encode())
    data.decoded = 0
    builder = Builder(new_parser(bytes(data)), Layout(data))
    builder.run()
    assert builder.problems == []
    assert 0 < data.decoded <= 2 * len(data)
