"""Where a character of a long text stands in the file that the text was written in."""

from __future__ import annotations

_BLOCKS, _QUOTES = frozenset("|>"), frozenset("'\"")


def inside(data: bytes, at: tuple[int, int], value: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of ``value[offset]``, where a scalar with this value begins at the place ``at``.

    The two are read side by side: between the value's visible characters the file has nothing but line breaks, indents
    and what escapes the next one. Where the value has ended, the place behind it.
    """
    text = data.decode("utf-8", "replace")
    lines = text.split("\n")
    place = sum(len(line) + 1 for line in lines[: at[0] - 1]) + at[1] - 1
    first = text[place : place + 1]
    if first in _BLOCKS:
        place = text.find("\n", place) + 1
    elif first in _QUOTES:
        place += 1
    place -= 1
    for character in value[: offset + 1]:
        if not character.isspace():
            found = text.find(character, place + 1)
            place = found if found >= 0 else place
    if offset >= len(value) or value[offset].isspace():
        place += 1
    return text.count("\n", 0, place) + 1, place - (text.rfind("\n", 0, place) + 1) + 1
