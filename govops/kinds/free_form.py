"""The types of what users shape themselves: free maps, and the values in them."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator

from govops.kinds.quoting import quoted
from govops.kinds.scalars import LARGEST_INTEGER


def _scalar(value: Any) -> Any:
    """Free-form maps hold no decimal numbers: ``1.10`` would become 1.1."""
    if isinstance(value, float):
        raise ValueError(f"{quoted(value)} is a decimal number; put it between quotes")
    return _number_or_word(value)


def _number_or_word(value: Any) -> Any:
    if value is not None and not isinstance(value, str | bool | int | float):
        raise ValueError("a single value is wanted here, not a list or a map")
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise ValueError("the number is larger than 9007199254740992; put it between quotes")
    if isinstance(value, float) and not abs(value) < float("inf"):
        raise ValueError(f"{quoted(value)} is not a finite number")
    return value


def free_map(value: Any) -> Any:
    """A tree of maps, lists and single values; ``ValueError`` for what JSON has no word for."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if not all(isinstance(key, str) for key in item):
                raise ValueError("the keys of a map must be texts")
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
        else:
            _number_or_word(item)
    return value


FreeKey = Annotated[str, Field(min_length=1, max_length=128)]
Scalar = Annotated[str | bool | int | None, PlainValidator(_scalar, json_schema_input_type=str | bool | int | None)]
Measure = Annotated[
    str | bool | int | float | None,
    PlainValidator(_number_or_word, json_schema_input_type=str | bool | float | None),
]
FreeMap = Annotated[dict[FreeKey, Any], AfterValidator(free_map)]
