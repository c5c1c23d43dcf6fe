"""The types of lists in YAML, all of them tuples in Python."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field

from govops.kinds.quoting import quoted

T = TypeVar("T")


def _not_empty(items: tuple[T, ...]) -> tuple[T, ...]:
    if not items:
        raise ValueError("the list is empty; give at least one")
    return items


def _no_repeats(items: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    seen: set[Hashable] = set()
    for item in items:
        if item in seen:
            raise ValueError(f"{quoted(item)} stands there twice")
        seen.add(item)
    return items


_Some = Field(json_schema_extra={"minItems": 1})
_Unique = Field(json_schema_extra={"uniqueItems": True})
_UniqueSome = Field(json_schema_extra={"minItems": 1, "uniqueItems": True})

# Lists. YAML gives a list, and strictness of the members is theirs. The length is looked at when all members
# are good; Pydantic would call a list of bad members empty as well.
Items = Annotated[tuple[T, ...], Field(strict=False)]
NonEmpty = Annotated[tuple[T, ...], Field(strict=False), _Some, AfterValidator(_not_empty)]
Unique = Annotated[tuple[T, ...], Field(strict=False), _Unique, AfterValidator(_no_repeats)]
UniqueNonEmpty = Annotated[
    tuple[T, ...], Field(strict=False), _UniqueSome, AfterValidator(_not_empty), AfterValidator(_no_repeats)
]
