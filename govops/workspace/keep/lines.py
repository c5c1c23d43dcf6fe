"""Values as lines of JSON, and back: one line each, so that texts can be put one after another."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, TypeVar, overload

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Part:
    """Some lines, compressed, and how many."""

    packed: bytes = field(repr=False)
    count: int

    @classmethod
    def of(cls, text: bytes) -> Part:
        """These lines."""
        return cls(zlib.compress(text, 1), text.count(b"\n"))

    @property
    def text(self) -> bytes:
        """The lines themselves."""
        return zlib.decompress(self.packed)


class Lines(Sequence[_Item]):
    """Values that are read from their lines each time somebody goes through them."""

    def __init__(self, kind: Any, parts: Iterable[Part]) -> None:
        self._kind = kind
        self._parts = tuple(parts)

    def __len__(self) -> int:
        return sum(part.count for part in self._parts)

    def __iter__(self) -> Iterator[_Item]:
        return (parsed(self._kind, line) for part in self._parts for line in part.text.split(b"\n")[:-1])

    @overload
    def __getitem__(self, at: int) -> _Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[_Item]: ...
    def __getitem__(self, at: int | slice) -> Any:
        wanted = range(len(self))[at]
        if isinstance(wanted, range):
            return tuple(self)[at]
        return next(islice(self, wanted, None))


def written(kind: Any, values: Iterable[Any]) -> bytes:
    """A line for each value."""
    return b"".join([write(kind, value) + b"\n" for value in values])


def write(kind: Any, value: Any) -> bytes:
    """One value as JSON without a line break."""
    adapter = _adapter(kind)
    try:
        return adapter.dump_json(value)
    except PydanticSerializationError:  # a path or a name in bytes that are not UTF-8
        return json.dumps(adapter.dump_python(value, mode="json")).encode("ascii")


def parsed(kind: Any, line: bytes) -> Any:
    """The value that was written. ValueError for any other line."""
    adapter = _adapter(kind)
    try:
        return adapter.validate_json(line)
    except ValidationError:
        return adapter.validate_python(json.loads(line))


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
