"""Where a field stands in a file: found by reading the events again, so that good files never pay for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from govops.yamlio.builder import FAILURES, MAX_NODES, EventSource, place
from govops.yamlio.findings import end_of
from govops.yamlio.reader import MAX_BYTES, before_parsing, new_parser
from govops.yamlio.syntax import MAX_DEPTH

Field = tuple[str | int, ...]

_STARTS = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_ENDS = (yaml.MappingEndEvent, yaml.SequenceEndEvent)
_INSIDE_KEY = -1  # stands in the path of what is inside a key that is a list or mapping; no field has it


@dataclass(frozen=True, slots=True)
class Place:
    """Line and column, from 1, of a value and of its key (items of lists have none); ``text`` as a scalar reads."""

    at: tuple[int, int]
    key_at: tuple[int, int] | None
    text: str | None


@dataclass(slots=True)
class _Open:
    """A collection that is being read; ``index`` is None in a mapping, ``key`` waits for its value."""

    field: Field
    index: int | None
    key: yaml.Event | None = None


def position(data: bytes, field: Field, *, key: bool = False) -> tuple[int, int] | None:
    """Line and column, from 1, where a field's value (or its key) stands.

    For a field that is not there: the key of the nearest part above it that is. None if nothing can be read.
    """
    return find(places(data), field, key=key)


def find(known: Mapping[Field, Place], field: Field, *, key: bool = False) -> tuple[int, int] | None:
    """``position`` for someone who asks about many fields of one file."""
    exact = known.get(field)
    if exact is not None:
        return exact.key_at if key and exact.key_at else exact.at
    for length in range(len(field) - 1, -1, -1):
        above = known.get(field[:length])
        if above is not None:
            return above.key_at or above.at
    return None


def places(data: bytes) -> dict[Field, Place]:
    """Every field of a file up to where it stops being readable; of a duplicate, the first."""
    known: dict[Field, Place] = {}
    if before_parsing(data, limit=MAX_BYTES):
        return known
    end = end_of(data)
    for field, key, event in _nodes(new_parser(data)):
        text = event.value if isinstance(event, yaml.ScalarEvent) else None
        known.setdefault(field, Place(min(place(event), end), place(key) if key else None, text))
        if len(known) > MAX_NODES or len(field) > MAX_DEPTH:
            break
    return known


def _nodes(source: EventSource) -> Iterator[tuple[Field, yaml.Event | None, yaml.Event]]:
    """(field, its key's event, its own event) for every value, in the order of the file."""
    stack: list[_Open] = []
    for event in _events(source):
        if isinstance(event, _ENDS):
            stack.pop()
        elif not isinstance(event, (yaml.NodeEvent, yaml.AliasEvent)):
            continue
        elif stack and stack[-1].index is None and stack[-1].key is None:
            stack[-1].key = event
            if isinstance(event, _STARTS):
                stack.append(_opened((*stack[-1].field, _INSIDE_KEY), event))
        else:
            field, key = _next_field(stack[-1]) if stack else ((), None)
            yield field, key, event
            if isinstance(event, _STARTS):
                stack.append(_opened(field, event))


def _events(source: EventSource) -> Iterator[yaml.Event]:
    """Up to the end of the first document or the first failure."""
    try:
        event = source.get_event()
        while not isinstance(event, (yaml.DocumentEndEvent, yaml.StreamEndEvent)):
            yield event
            event = source.get_event()
    except FAILURES:
        return


def _opened(field: Field, event: yaml.Event) -> _Open:
    return _Open(field, 0 if isinstance(event, yaml.SequenceStartEvent) else None)


def _next_field(open_: _Open) -> tuple[Field, yaml.Event | None]:
    """The field that the next value of an open collection belongs to; moves the collection on."""
    if open_.index is not None:
        open_.index += 1
        return (*open_.field, open_.index - 1), None
    key, open_.key = open_.key, None
    part = key.value if isinstance(key, yaml.ScalarEvent) else _INSIDE_KEY
    return (*open_.field, part), key
