"""Places: where a field stands, and the excerpt that shows it."""

from __future__ import annotations

import textwrap

import pytest

from govops.yamlio import excerpt, position
from govops.yamlio.places import Field

DATA = textwrap.dedent(
    """\
    # a comment
    kind: Modell
    spec:
      "o-k": größe
      links:
        - title: x
          url: y
        - {title: ü, url: "z"}
      empty:
      ? complex
      : 3
      ? [list, key]
      : odd
      kind: 1
      kind: 2
    """
).encode()


@pytest.mark.parametrize(
    ("field", "value", "key"),
    [
        ((), (2, 1), (2, 1)),
        (("kind",), (2, 7), (2, 1)),
        (("spec",), (4, 3), (3, 1)),
        (("spec", "o-k"), (4, 10), (4, 3)),
        (("spec", "links", 0, "url"), (7, 12), (7, 7)),
        (("spec", "links", 1), (8, 7), (8, 7)),
        (("spec", "links", 1, "url"), (8, 23), (8, 18)),
        (("spec", "empty"), (9, 9), (9, 3)),
        (("spec", "complex"), (11, 5), (10, 5)),
        (("spec", "kind"), (14, 9), (14, 3)),
    ],
)
def test_the_place_of_a_value_and_of_its_key(field: Field, value: tuple[int, int], key: tuple[int, int]) -> None:
    assert position(DATA, field) == value
    assert position(DATA, field, key=True) == key


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (("spec", "owner"), (3, 1)),
        (("spec", "links", 5, "url"), (5, 3)),
        (("spec", "links", 0, "nothing"), (6, 7)),
        (("nothing",), (2, 1)),
    ],
)
def test_a_field_that_is_not_there_is_shown_at_what_would_hold_it(field: Field, expected: tuple[int, int]) -> None:
    assert position(DATA, field) == expected


def test_a_file_is_searched_up_to_where_it_breaks() -> None:
    assert position(b"a: 1\nb: [\n", ("a",)) == (1, 4)
    assert position(b"", ("a",)) is None
    assert position(b"\xff", ("a",)) is None
    assert position(b"[" * 200_000, ("a",)) in {None, (1, 1)}, "libyaml from 0.2.6 on tells of no bracket"


@pytest.mark.parametrize(
    ("data", "line", "column", "expected"),
    [
        (b"a: 1\nb: 2\n", 2, 4, "b: 2\n   ^"),
        ("ä: ö\n".encode(), 1, 4, "ä: ö\n   ^"),
        (b"a: \x1b[31m\n", 1, 5, "a: \\x1b[31m\n       ^"),
        (b"a: \xff\n", 1, 4, "a: \\xff\n   ^"),
        (b"x" * 200, 1, 1, "x" * 120 + "…\n^"),
        (b"x" * 200 + b"y", 1, 201, "…" + "x" * 80 + "y\n" + " " * 81 + "^"),
        (b"a\n", 3, 1, ""),
        (b"a\n", 0, 1, ""),
    ],
)
def test_the_caret_stands_below_the_character(data: bytes, line: int, column: int, expected: str) -> None:
    """Also where something before it had to be escaped or cut."""
    assert excerpt(data, line, column) == expected
