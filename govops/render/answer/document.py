"""A document as lines that look like YAML. They are for reading: text is made safe and cut, so it is no file again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from govops.render.untrusted import log_line

_PLAIN_KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
_LONGEST = 200  # characters of one value
_MOST = 200  # lines of one document


def lines(document: Mapping[str, Any]) -> Iterator[str]:
    """At most 200 lines, then how many are missing. None begins with text that a build runner could obey."""
    every = list(_mapping(document))
    yield from every[:_MOST]
    if len(every) > _MOST:
        yield f"… ({len(every) - _MOST} more lines)"


def _mapping(value: Mapping[str, Any]) -> Iterator[str]:
    for key, item in value.items():
        name = key if _PLAIN_KEY.fullmatch(key) else f'"{log_line(key, _LONGEST)}"'
        if isinstance(item, Mapping | list | tuple) and item:
            yield f"{name}:"
            yield from (f"  {line}" for line in _block(item))
        else:
            yield f"{name}: {_scalar(item)}"


def _block(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from _mapping(value)
        return
    for item in value:
        nested = isinstance(item, Mapping | list | tuple) and item
        first, *rest = _block(item) if nested else (_scalar(item),)
        yield f"- {first}"
        yield from (f"  {line}" for line in rest)


def _scalar(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Mapping():
            return "{}"
        case list() | tuple():
            return "[]"
    return log_line(str(value), _LONGEST)
