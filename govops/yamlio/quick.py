"""Files in which nothing needs a second look, which are nearly all: their value straight from libyaml's events.

Whatever is odd here, right or wrong, is left to `builder`, which knows every rule and has the words. So this must
never give a value that the builder would refuse or read otherwise; it need not give one at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import yaml
from yaml import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from govops.yamlio.builder import FAILURES
from govops.yamlio.characters import refused_in_value
from govops.yamlio.scalars import NUMERIC_FIRST, WORDS, Ambiguous, Scalar, resolve
from govops.yamlio.syntax import MAX_DEPTH

_LONGEST = 8192  # bytes, in which no value can be too long, nor values too many
_QUESTION_MARK = re.compile(rb"\?[^ \n]")  # it might stand directly before a key
_ODD_KEY_FIRST = frozenset("<") | NUMERIC_FIRST
_QUOTES = frozenset("'\"")

_Next = Callable[[], Any]  # an event of libyaml; what it has depends on its type


class _OddError(Exception):
    """This file is for the builder."""


def read_quickly(data: bytes, next_event: _Next) -> dict[str, Any] | None:
    """The value of a plain file, None for one that the builder must look at. ``data`` was found to be clean UTF-8."""
    if len(data) > _LONGEST or data[-1:] != b"\n" or _QUESTION_MARK.search(data):
        return None
    try:
        return _document(next_event)
    except (_OddError, *FAILURES):
        return None


def _document(next_event: _Next) -> dict[str, Any]:
    next_event()
    start = next_event()
    if type(start) is not yaml.DocumentStartEvent or start.version or start.tags:
        raise _OddError
    top = next_event()
    if type(top) is not MappingStartEvent:
        raise _OddError
    value = _mapping(next_event, top, 1)
    if next_event().explicit or type(next_event()) is not yaml.StreamEndEvent:
        raise _OddError
    return value


def _mapping(next_event: _Next, start: Any, depth: int) -> dict[str, Any]:
    _enter(start, depth)
    found: dict[str, Any] = {}
    event = next_event()
    while type(event) is ScalarEvent:
        key = event.value
        if key in found or _is_odd_key(key, event):
            raise _OddError
        found[key] = _value(next_event, next_event(), depth)
        event = next_event()
    if type(event) is not MappingEndEvent or (start.flow_style and _spans_lines(start, event)):
        raise _OddError
    return found


def _list(next_event: _Next, start: Any, depth: int) -> list[Any]:
    _enter(start, depth)
    found: list[Any] = []
    event = next_event()
    while type(event) is not SequenceEndEvent:
        found.append(_value(next_event, event, depth))
        event = next_event()
    if start.flow_style and _spans_lines(start, event):
        raise _OddError
    return found


def _value(next_event: _Next, event: Any, depth: int) -> Any:
    kind = type(event)
    if kind is ScalarEvent:
        return _scalar(event)
    if kind is MappingStartEvent:
        return _mapping(next_event, event, depth + 1)
    if kind is SequenceStartEvent:
        return _list(next_event, event, depth + 1)
    raise _OddError


def _scalar(event: Any) -> Scalar:
    text: str = event.value
    if event.anchor is not None or event.tag is not None:
        raise _OddError
    if not event.style:
        value = resolve(text) if text[:1] in NUMERIC_FIRST else WORDS.get(text, text)
        if isinstance(value, Ambiguous):
            raise _OddError
        return value
    if event.style in _QUOTES and _spans_lines(event, event):
        raise _OddError
    if not (text.isascii() and text.isprintable()) and refused_in_value(text):
        raise _OddError
    return text


def _is_odd_key(key: str, event: Any) -> bool:
    """Also of many keys that the builder allows."""
    if event.anchor is not None or event.tag is not None or key[:1] in _ODD_KEY_FIRST:
        return True
    if not (key.isascii() and key.isprintable()):
        return True
    return _spans_lines(event, event) if event.style else key in WORDS


def _enter(start: Any, depth: int) -> None:
    if start.anchor is not None or start.tag is not None or depth > MAX_DEPTH:
        raise _OddError


def _spans_lines(start: Any, end: Any) -> bool:
    return bool(start.start_mark.line != end.end_mark.line)
