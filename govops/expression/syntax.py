"""What an expression is made of, read from the library's own parse of it (cel/expr/checked.proto and syntax.proto).

The library bounds the depth of an expression and the iterations of an evaluation, and not the work of an iteration.
Nothing may grow from one macro to the next, so that this can be told from the expression and the size of its data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from govops.expression.vocabulary import FUNCTIONS

ITERATIONS = 10_000  # the library's own limit for one evaluation, all macros together
_IDENT, _SELECT, _CALL, _LIST, _STRUCT, _COMPREHENSION = range(4, 10)  # fields of cel.expr.Expr
_CONST, _TEXT = 3, 6
_RESULT = "@result"  # what a macro builds up
_OWN = frozenset(function.name for function in FUNCTIONS)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at a place of an expression; line and column count from 1."""

    line: int
    column: int
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One part of an expression. ``text`` is the name of a variable or function, or a text between quotes."""

    kind: int
    id: int
    text: str
    parts: tuple[Node, ...]

    def walk(self) -> Iterator[Node]:
        """This part and every part inside of it."""
        yield self
        for part in self.parts:
            yield from part.walk()


@dataclass(frozen=True, slots=True)
class Shape:
    """What decides how much work an evaluation can be. ``names`` are variables, ``functions`` what is called.

    ``depth`` is how deep macros stand inside of each other, ``sums`` how often something is put together with ``+``.
    """

    parts: int
    depth: int
    sums: int
    names: frozenset[str]
    functions: frozenset[str]

    def work(self, *, items: int, size: int) -> int:
        """The most that an evaluation does: parts looked at, times the size of what each may have to compare."""
        rounds: int = min(ITERATIONS, items**self.depth)
        return self.parts * rounds * size * (1 + self.sums)


def parsed(serialized: bytes) -> tuple[Node, dict[int, int]]:
    """The expression of a ``cel.expr.CheckedExpr``, and the offset of each part by its id."""
    checked = _whole(_whole(serialized)[2][0])
    positions = [_whole(entry) for entry in _whole(checked[5][0]).get(4, ())]
    return _node(checked[4][0]), {entry[1][0]: entry.get(2, [0])[0] for entry in positions}


def shape_of(root: Node) -> Shape:
    """How large an expression is, and what it asks for."""
    parts = tuple(root.walk())
    calls = [part for part in parts if part.kind == _CALL]
    regex = sum(len(pattern) for _, pattern in patterns(root))
    return Shape(
        parts=len(parts) + regex,
        depth=_depth(root),
        sums=sum(call.text == "_+_" and call.parts[0].text != _RESULT for call in calls),
        names=frozenset(part.text for part in parts if part.kind == _IDENT),
        functions=frozenset(call.text for call in calls),
    )


def unbounded(root: Node) -> Iterator[tuple[Node, str]]:
    """Parts for which no bound can be told, and why."""
    for part in root.walk():
        if part.kind == _CALL and part.text == "matches" and part.parts[-1].kind != _CONST:
            yield part, "the pattern of `matches` must be a text between quotes"
        if part.kind == _COMPREHENSION and _grows(part.parts[0]):
            yield (
                part,
                "a macro can only go through what stands in the data, not through what `+` or `[…]` puts together",
            )


def patterns(root: Node) -> Iterator[tuple[Node, str]]:
    """Every regular expression."""
    for part in root.walk():
        if part.kind == _CALL and part.text == "matches" and part.parts[-1].kind == _CONST:
            yield part, part.parts[-1].text


def literals(root: Node, function: str) -> Iterator[tuple[Node, str | None]]:
    """Every call of a function and its first argument, None where that is not a text between quotes."""
    for part in root.walk():
        if part.kind == _CALL and part.text == function and part.parts:
            first = part.parts[0]
            yield part, first.text if first.kind == _CONST else None


def _grows(node: Node) -> bool:
    """Whether a value may be larger than what it is made of. The answers of our own functions never are."""
    if node.kind == _STRUCT or (node.kind == _CALL and node.text == "_+_"):
        if node.parts and node.parts[0].text == _RESULT:  # how `map` and `filter` are written out
            return any(_grows(item) for item in node.parts[1].parts)
        return bool(node.parts)
    if node.kind == _CALL and ("." in node.text or node.text in _OWN):
        return False
    if node.kind == _LIST and any(item.kind != _CONST for item in node.parts):
        return True
    return any(_grows(part) for part in node.parts)


def _depth(node: Node) -> int:
    if node.kind != _COMPREHENSION:
        return max(map(_depth, node.parts), default=0)
    source, *inside = node.parts
    return max(_depth(source), 1 + max(map(_depth, inside), default=0))


def _node(data: bytes) -> Node:
    whole = _whole(data)
    kind = next(number for number in whole if number > 2)
    inner = _whole(whole[kind][0])
    parts: list[bytes] = []
    text = b""
    if kind == _CONST:
        text = inner.get(_TEXT, [b""])[0]
    elif kind == _IDENT:
        text = inner[1][0]
    elif kind == _SELECT:
        parts, text = inner[1], inner[2][0]
    elif kind == _CALL:
        parts, text = [*inner.get(1, ()), *inner.get(3, ())], inner[2][0]
    elif kind == _LIST:
        parts = inner.get(1, [])
    elif kind == _STRUCT:
        entries = [_whole(entry) for entry in inner.get(2, ())]
        parts = [side for entry in entries for number in (3, 4) for side in entry.get(number, ())]
    else:  # the range of a comprehension stands first
        parts = [inner[number][0] for number in (2, 4, 5, 6, 7)]
    return Node(kind, whole.get(2, [0])[0], text.decode(), tuple(map(_node, parts)))


def _whole(data: bytes) -> dict[int, list[Any]]:
    """The fields of one protobuf message by number: integers, and bytes for whatever has a length."""
    found: dict[int, list[Any]] = {}
    at = 0
    while at < len(data):
        tag, at = _integer(data, at)
        values = found.setdefault(tag >> 3, [])
        if tag & 7 == 0:
            number, at = _integer(data, at)
            values.append(number)
        else:
            length, at = (8, at) if tag & 7 == 1 else _integer(data, at)
            values.append(data[at : at + length])
            at += length
    return found


def _integer(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            return value, at
