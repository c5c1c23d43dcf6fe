"""Facts -> JSON text, without a copy of them as plain dictionaries in between.

The same bytes as ``json.dumps(…, sort_keys=True, indent=2)``, whose indenting encoder is written in Python, a
generator for each level, and takes three times as long.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping
from functools import cache
from json.encoder import encode_basestring_ascii
from typing import Any

from govops.finding import Finding

_DERIVED = {Finding: ("fingerprint",)}
_CONSTANTS = {None: "null", True: "true", False: "false"}


def dumped(value: Any) -> str:
    """Dataclasses, mappings, lists and scalars: sorted keys, two spaces, ASCII only, a line break at the end."""
    return f"{_text(value, chr(10))}\n"


def _text(value: Any, margin: str) -> str:
    """``margin`` is the line break before whatever closes this value, with its indentation."""
    if isinstance(value, str):
        return encode_basestring_ascii(value)
    if value is None or isinstance(value, bool):
        return _CONSTANTS[value]
    inner = margin + "  "
    if isinstance(value, tuple | list):
        return _wrapped("[", [_text(item, inner) for item in value], "]", margin)
    if dataclasses.is_dataclass(value):
        kind: type[Any] = type(value)
        heads = _heads(kind)  # type: ignore[arg-type]  # classes are hashable, which mypy doubts
        return _wrapped("{", [head + _text(getattr(value, name), inner) for head, name in heads], "}", margin)
    if isinstance(value, Mapping):
        return _wrapped("{", [_head(name) + _text(value[name], inner) for name in sorted(value)], "}", margin)
    return json.dumps(value, allow_nan=False)


def _wrapped(opening: str, items: list[str], closing: str, margin: str) -> str:
    if not items:
        return opening + closing
    return f"{opening}{margin}  {f',{margin}  '.join(items)}{margin}{closing}"


@cache
def _heads(kind: type[Any]) -> Iterable[tuple[str, str]]:
    """What comes before each field's value, and the field; sorted."""
    names = (*(field.name for field in dataclasses.fields(kind)), *_DERIVED.get(kind, ()))
    return tuple((_head(name), name) for name in sorted(names))


def _head(name: str) -> str:
    return f"{encode_basestring_ascii(name)}: "
