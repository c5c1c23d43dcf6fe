"""A place inside of a text leads to the same character in the file, however the text is written there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.yamlio import read
from govops.yamlio.inside import inside
from govops.yamlio.places import places

_WORDS = st.lists(st.text("abcxyz&|.=(1", min_size=1, max_size=6), min_size=1, max_size=6)
STYLES = {
    "plain": "a: {}\n",
    "in single quotes": "a: '{}'\n",
    "in double quotes": 'a: "{}"\n',
    "literal": "b: 1\na: |\n  {}\n",
    "literal and stripped": "b: 1\na: |-\n    {}\n",
    "folded": "b: 1\na: >-\n  {}\n",
}
BREAKS = {"plain": "\n   ", "literal": "\n  ", "literal and stripped": "\n    ", "folded": "\n  "}


@pytest.mark.parametrize("style", STYLES)
@given(words=_WORDS)
def test_every_visible_character_is_found_in_its_line(style: str, words: list[str]) -> None:
    written = STYLES[style].format(BREAKS.get(style, " ").join([f"x{word}" for word in words]))
    value = (read(written.encode()).value or {}).get("a")
    assert isinstance(value, str)
    at = places(written.encode())[("a",)].at
    lines = written.split("\n")
    for offset, character in enumerate(value):
        line, column = inside(written.encode(), at, value, offset)
        if not character.isspace():
            assert lines[line - 1][column - 1] == character
    assert inside(written.encode(), at, value, len(value))[0] <= len(lines)


def test_quotes_that_are_doubled_are_passed_by() -> None:
    text = "a: 'x == ''y'' && z'\n"
    assert inside(text.encode(), (1, 4), "x == 'y' && z", 12) == (1, text.index("z") + 1)
    text = 'a: "x == \\"y\\" && z"\n'
    assert inside(text.encode(), (1, 4), 'x == "y" && z', 12) == (1, text.index("z") + 1)


def test_the_end_of_a_text_is_the_place_behind_it() -> None:
    assert inside(b"a: x ==\n", (1, 4), "x ==", 4) == (1, 8)
    assert inside(b"a: |\n  x ==\n", (1, 4), "x ==\n", 4) == (2, 7)
