"""Sequences one after another, read as one; each may come from a file and be read anew every time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, TypeVar, overload

from govops.finding import ChangeRecord, troubled

_Item = TypeVar("_Item")


class Series(Sequence[_Item]):
    """The parts in their order. Going through it costs no memory; an index counts from the start."""

    def __init__(self, *parts: Sequence[_Item]) -> None:
        self._parts = parts

    def __len__(self) -> int:
        return sum(map(len, self._parts))

    def __iter__(self) -> Iterator[_Item]:
        return chain.from_iterable(self._parts)

    @overload
    def __getitem__(self, at: int) -> _Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[_Item]: ...
    def __getitem__(self, at: int | slice) -> Any:
        wanted = range(len(self))[at]
        if isinstance(wanted, range):
            return tuple(self)[at]
        return next(islice(self, wanted, None))


class Mapped(Sequence[_Item]):
    """A sequence whose items are told in another way, each when somebody comes to it."""

    def __init__(self, items: Sequence[_Item], told: Callable[[_Item], _Item]) -> None:
        self._items = items
        self._told = told

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[_Item]:
        return map(self._told, self._items)

    @overload
    def __getitem__(self, at: int) -> _Item: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[_Item]: ...
    def __getitem__(self, at: int | slice) -> Any:
        found = self._items[at]
        return tuple(map(self._told, found)) if isinstance(at, slice) else self._told(found)  # type: ignore[arg-type]  # one follows from the other


class Changes(Series[ChangeRecord]):
    """Earlier changes, of which it is known which were not plainly allowed, and those after them."""

    def __init__(
        self, earlier: Sequence[ChangeRecord], troubled: Sequence[ChangeRecord], later: Sequence[ChangeRecord]
    ) -> None:
        super().__init__(earlier, later)
        self._known = troubled
        self._later = later

    def troubled(self) -> Iterator[ChangeRecord]:
        """The changes that were not plainly allowed, in order."""
        return chain(self._known, troubled(self._later))
