"""Values to canonical YAML: block style, two spaces, lists indented under their key, quotes where they are needed."""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import yaml
from yaml.emitter import Emitter

from govops.errors import UsageError
from govops.yamlio.characters import quoted
from govops.yamlio.reader import read
from govops.yamlio.scalars import is_date, resolve
from govops.yamlio.syntax import MAX_DEPTH, TOO_DEEP

# Text that no reader of YAML could take for anything else, and that people expect without quotes.
_PLAIN = re.compile(r"[A-Za-z0-9/(](?:[\w ./()'+@;=~<>$^|&*!?%-]|[,:](?=[\w/]))*", re.ASCII)
_ONE_LINE = 2**31  # text is never folded
_TAG = (True, True)  # both forms of a scalar go without a tag


def dump(value: Mapping[str, Any]) -> str:
    """Canonical YAML of a mapping of text, numbers, booleans, None, lists and tuples; ``read`` gives it back.

    Keys stay in their order. What ``read`` would refuse in any spelling (control characters, numbers that are not
    finite or beyond 2^53, keys that are not text, too deep, too large) is a UsageError.
    """
    stream = io.StringIO()
    emitter = _Emitter(stream, indent=2, width=_ONE_LINE, allow_unicode=True)
    for event in _document(value):
        emitter.emit(event)
    text = stream.getvalue()
    reading = read(text.encode("utf-8", "surrogatepass"))
    if reading.value != _as_read(value):
        reason = reading.findings[0].message if reading.findings else "it would read back as something else"
        raise UsageError(f"this cannot be written as YAML: {reason}", hint="remove what the reader refuses")
    return text


class _Emitter(Emitter):
    """PyYAML's, but lists are indented under their key. Inherits, with PyYAML's signature: there is no setting."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002  PyYAML calls it so
        super().increase_indent(flow, False)


def _document(value: Mapping[str, Any]) -> Iterator[yaml.Event]:
    yield yaml.StreamStartEvent()
    yield yaml.DocumentStartEvent(explicit=False)
    yield from _events(value)
    yield yaml.DocumentEndEvent(explicit=False)
    yield yaml.StreamEndEvent()


def _events(value: Any, depth: int = 1) -> Iterator[yaml.Event]:
    if depth > MAX_DEPTH + 1:
        raise UsageError(TOO_DEEP[0], hint=TOO_DEEP[1])
    if isinstance(value, Mapping):
        yield yaml.MappingStartEvent(None, None, implicit=True, flow_style=not value)
        for key, item in value.items():
            yield _text(key, in_key=True)
            yield from _events(item, depth + 1)
        yield yaml.MappingEndEvent()
    elif isinstance(value, list | tuple):
        yield yaml.SequenceStartEvent(None, None, implicit=True, flow_style=not value)
        for item in value:
            yield from _events(item, depth + 1)
        yield yaml.SequenceEndEvent()
    elif isinstance(value, str):
        yield _text(value)
    else:
        yield yaml.ScalarEvent(None, None, _TAG, _literal(value))


def _text(value: Any, *, in_key: bool = False) -> yaml.ScalarEvent:
    if not isinstance(value, str):
        raise UsageError(f"a key must be text: {quoted(repr(value))}", hint="use text for keys")
    if _PLAIN.fullmatch(value) and value[-1] != " " and resolve(value) is value and not (in_key and is_date(value)):
        style = None
    elif not in_key and _fits_a_block(value):
        style = "|"
    else:
        style = '"'
    return yaml.ScalarEvent(None, None, _TAG, value, style=style)


def _fits_a_block(value: str) -> bool:
    """Several lines of printable text, none of which starts or ends with a space, with at most one break at the end."""
    lines = value.removesuffix("\n").split("\n")
    return "\n" in value and bool(lines[0] and lines[-1]) and all(map(_is_block_line, lines))


def _is_block_line(line: str) -> bool:
    return line.isprintable() and not line.startswith(" ") and not line.endswith(" ")


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float) and math.isfinite(value):
        return _positional(value)
    raise UsageError(f"{quoted(repr(value))} cannot be written as YAML", hint="use text, numbers, booleans and null")


def _positional(value: float) -> str:
    """All digits and no exponent, which ``read`` refuses; the shortest that gives the same number back."""
    digits = format(Decimal(repr(value)), "f")
    return digits if "." in digits else f"{digits}.0"


def _as_read(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _as_read(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_read(item) for item in value]
    return value
