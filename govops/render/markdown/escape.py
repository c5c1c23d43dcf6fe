"""The one escaper: every value that a template prints comes through :func:`escape`, Jinja's ``finalize``.

Plain ``str`` is prose from anywhere and shows as written, whatever it contains. The other types say what a
value is, so that no template ever marks anything up by hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from govops.render.untrusted import LONGEST, clipped, one_line, visible


@dataclass(frozen=True, slots=True)
class Code:
    """An id, a path, a name: a code span in which every character stands for itself."""

    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """Words of our own in bold; never text from outside."""

    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """Several lines as they are: a fenced code block, at the start of a line and outside of tables."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Values one after the other, as in ``approved by`` and a code span."""

    parts: tuple[Value, ...]


Value: TypeAlias = "str | int | Code | Strong | Block | Phrase"

NOTHING = "–"

# What GitHub and other readers turn into a link or a mention by themselves; such a word is shown as code.
_LINKED = re.compile(r"@|://|www\.|mailto:|xmpp:", re.IGNORECASE)
_MARKUP = re.compile(r"[\\`*~$#\[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_OPENING = re.compile(r"[-+=]|\d{1,9}(?=[.)](?:\s|$))")
_BACKTICKS = re.compile("`+")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_PIPE = "&#124;"  # ends no cell of a table, whatever the reader makes of a backslash before it


def phrase(*parts: Value) -> Phrase:
    """``phrase("approved by ", Code("bo"))``."""
    return Phrase(parts)


def worded(text: str) -> Phrase:
    """A message or a hint, in which words between backticks are commands or names."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        return Phrase((text,))
    return Phrase(tuple(Code(piece) if at % 2 else piece for at, piece in enumerate(pieces) if piece))


def joined(values: Iterable[Value], *, by: str = ", ", nothing: str = NOTHING) -> Value:
    """The values with ``by`` between them, or the word for none."""
    parts: list[Value] = []
    for value in values:
        parts += [by, value] if parts else [value]
    return Phrase(tuple(parts)) if parts else nothing


def escape(value: object) -> str:
    """Markdown that shows ``value`` and nothing else.

    Raises TypeError for a type that has no spelling here, None and undefined names among them: a hole
    in a report must not look like an empty answer.
    """
    match value:
        case str():
            return _prose(value)
        case Code():
            return _code(value.text)
        case Strong():
            return f"**{_prose(value.text)}**"
        case Block():
            return _block(value)
        case Phrase():
            return _adjacent(escape(part) for part in value.parts)
        case int() if not isinstance(value, bool):
            return str(value)
    raise TypeError(f"a report cannot show {value!r}")


@lru_cache(maxsize=512)  # labels, names and messages come again and again; their escaping is most of a report's time
def _prose(text: str) -> str:
    words = one_line(text).split(" ")
    escaped = " ".join(_code(word) if _LINKED.search(word) else _word(word) for word in words)
    opening = _OPENING.match(escaped)
    if opening is None:
        return escaped
    at = opening.end() if opening[0].isdigit() else 0
    return f"{escaped[:at]}\\{escaped[at:]}"


def _word(word: str) -> str:
    return _MARKUP.sub(r"\\\g<0>", word.translate(_ENTITIES)).replace("|", _PIPE)


def _code(text: str) -> str:
    """A code span; a pipe, which would end a table's cell even there, stands between two spans."""
    shown = visible(clipped(text, 4 * LONGEST))
    return _PIPE.join(_span(piece) for piece in shown.split("|")) or NOTHING


def _span(text: str) -> str:
    if not text:
        return ""
    fence = "`" * _fence(text, shortest=1)
    spaced = text.startswith(" ") and text.endswith(" ") and text.strip()  # a reader takes one away on each side
    if spaced or text.startswith("`") or text.endswith("`"):
        return f"{fence} {text} {fence}"
    return f"{fence}{text}{fence}"


def _block(block: Block) -> str:
    text = "\n".join(visible(line) for line in block.text.split("\n"))
    fence = "`" * max(3, _fence(text, shortest=3))
    return f"{fence}{block.language}\n{text}\n{fence}"


def _fence(text: str, *, shortest: int) -> int:
    """A number of backticks, at least ``shortest``, that no run of them in ``text`` has or exceeds."""
    return max([shortest - 1, *(len(run) for run in _BACKTICKS.findall(text))]) + 1


def _adjacent(pieces: Iterable[str]) -> str:
    """The pieces in a row; two code spans must not touch, or their fences would become one."""
    whole = ""
    for piece in pieces:
        touching = whole.endswith("`") and piece.startswith("`")
        whole += f" {piece}" if touching else piece
    return whole
