"""Facts -> JSON text, without a copy of them as plain dictionaries in between.

The same bytes as ``json.dumps(…, sort_keys=True, indent=2)``, whose indenting encoder is written in Python, a
generator for each level, and takes three times as long.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from json.encoder import encode_basestring_ascii
from typing import Any

from govops.finding import Finding
from govops.service import AgreementStanding, Budget, Judged, Period

DERIVED: Mapping[type[Any], tuple[str, ...]] = {
    Finding: ("fingerprint",),
    AgreementStanding: ("standing",),
    Period: ("standing",),
    Judged: ("shown",),
    Budget: ("used", "burn_rate"),
}
_CONSTANTS = {None: "null", True: "true", False: "false"}


def stream(value: Any) -> Iterator[str]:
    """Dataclasses, mappings, lists and scalars: sorted keys, two spaces, ASCII only, a line break at the end.

    A fraction is a text such as ``712`` or ``19993/200``: no reader of JSON may round it.

    In pieces no longer than one item of a list that a field of ``value`` holds.
    """
    yield from _pieces(value, "\n")
    yield "\n"


def _pieces(value: Any, margin: str) -> Iterator[str]:
    pairs = _pairs(value)
    if not pairs:
        yield _text(value, margin)
        return
    inner = margin + "  "
    separator = "{" + inner
    for head, item in pairs:
        yield separator + head
        yield from _items(item, inner) if _is_long(item) else (_text(item, inner),)
        separator = "," + inner
    yield margin + "}"


def _is_long(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str) and len(value) > 0


def _items(values: Iterable[Any], margin: str) -> Iterator[str]:
    inner = margin + "  "
    separator = "[" + inner
    for value in values:
        yield separator
        yield _text(value, inner)
        separator = "," + inner
    yield margin + "]"


def _text(value: Any, margin: str) -> str:
    """``margin`` is the line break before whatever closes this value, with its indentation."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    if isinstance(value, Fraction):
        return f'"{value}"'
    inner = margin + "  "
    if isinstance(value, Sequence):
        return _wrapped("[", [_text(item, inner) for item in value], "]", margin)
    if dataclasses.is_dataclass(value) or isinstance(value, Mapping):
        return _wrapped("{", [head + _text(item, inner) for head, item in _pairs(value)], "}", margin)
    return json.dumps(value, allow_nan=False)


def _wrapped(opening: str, items: list[str], closing: str, margin: str) -> str:
    if not items:
        return opening + closing
    return f"{opening}{margin}  {f',{margin}  '.join(items)}{margin}{closing}"


def _pairs(value: Any) -> list[tuple[str, Any]]:
    """What comes before each value, and the value, sorted by name; nothing for what is no object."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [(head, getattr(value, name)) for head, name in _heads(type(value))]
    return [(_head(name), value[name]) for name in sorted(value)] if isinstance(value, Mapping) else []


@cache
def _heads(kind: type[Any]) -> tuple[tuple[str, str], ...]:
    names = (*(field.name for field in dataclasses.fields(kind)), *DERIVED.get(kind, ()))
    return tuple((_head(name), name) for name in sorted(names))


def _head(name: str) -> str:
    return f"{encode_basestring_ascii(name)}: "
