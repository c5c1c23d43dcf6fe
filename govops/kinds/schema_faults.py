"""What JSON Schema finds in a user's document, in govops' own words: short, and values only quoted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from govops.kinds.quoting import quoted
from govops.kinds.scalars import Day, Instant

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError as SchemaFault

Fault = tuple[tuple[str | int, ...], str]

MOST_FAULTS = 100
_FORMATS: dict[str, TypeAdapter[str]] = {}

_WORDS: dict[str, Callable[[Any], str]] = {
    "type": lambda fault: f"{quoted(fault.instance)} is not of the type {_either(fault.validator_value)}",
    "enum": lambda fault: f"{quoted(fault.instance)} is not one of {_either(fault.validator_value)}",
    "const": lambda fault: f"{quoted(fault.instance)} is not {quoted(fault.validator_value)}",
    "minimum": lambda fault: f"{quoted(fault.instance)} is less than {fault.validator_value}",
    "exclusiveMinimum": lambda fault: f"{quoted(fault.instance)} is not more than {fault.validator_value}",
    "maximum": lambda fault: f"{quoted(fault.instance)} is more than {fault.validator_value}",
    "exclusiveMaximum": lambda fault: f"{quoted(fault.instance)} is not less than {fault.validator_value}",
    "multipleOf": lambda fault: f"{quoted(fault.instance)} is not a multiple of {fault.validator_value}",
    "minLength": lambda fault: f"the text is shorter than {fault.validator_value} characters",
    "maxLength": lambda fault: f"the text is longer than {fault.validator_value} characters",
    "minItems": lambda fault: f"the list has fewer than {fault.validator_value} items",
    "maxItems": lambda fault: f"the list has more than {fault.validator_value} items",
    "uniqueItems": lambda fault: "the list has the same item twice",
    "contains": lambda fault: "too few or too many items of the list are of the form that is asked for",
    "minProperties": lambda fault: f"the map has fewer than {fault.validator_value} fields",
    "maxProperties": lambda fault: f"the map has more than {fault.validator_value} fields",
    "dependentRequired": lambda fault: "a field is missing that another one needs",
    "anyOf": lambda fault: "the value has none of the forms that are allowed",
    "oneOf": lambda fault: "the value has none, or more than one, of the forms that are allowed",
    "not": lambda fault: "the value has a form that is not allowed",
    "format": lambda fault: str(fault.message),
}


def faults_of(validator: Draft202012Validator, value: Any, *, at: tuple[str, ...] = ()) -> Iterator[Fault]:
    """At most a hundred faults of a value, as (field, message); ``at`` is where the value stands."""
    for fault in islice(validator.iter_errors(value), MOST_FAULTS):
        place = (*at, *fault.absolute_path)
        if fault.validator == "required":
            yield place, f"field {quoted(_missing(fault))} is missing"
        elif fault.validator == "additionalProperties" and isinstance(fault.instance, Mapping):
            known = fault.schema.get("properties", {})
            yield from (((*place, key), f"unknown field {quoted(key)}") for key in fault.instance if key not in known)
        else:
            words = _WORDS.get(str(fault.validator))
            yield place, words(fault) if words else f"{quoted(fault.instance)} is not allowed here"


def unique_items(_validator: Any, wanted: Any, instance: Any, _schema: Any) -> Iterator[SchemaFault]:
    """``uniqueItems`` in linear time; the library compares each item with each."""
    from jsonschema.exceptions import ValidationError as Fault_

    if wanted and isinstance(instance, list):
        spellings = [json.dumps(item, sort_keys=True) for item in instance]
        if len(set(spellings)) < len(spellings):
            yield Fault_("the list has the same item twice")


def real_formats(_validator: Any, name: Any, instance: Any, _schema: Any) -> Iterator[SchemaFault]:
    """``format`` as a check: ``date`` and ``date-time`` are what a Day and an Instant are elsewhere."""
    from jsonschema.exceptions import ValidationError as Fault_

    if not isinstance(instance, str):
        return
    if name not in _FORMATS:
        _FORMATS[name] = TypeAdapter(Day if name == "date" else Instant)
    try:
        _FORMATS[name].validate_python(instance)
    except ValidationError as error:
        yield Fault_(error.errors()[0]["msg"].removeprefix("Value error, "))


def _missing(fault: SchemaFault) -> str:
    """The field that this fault is about: the library only says it in prose, `'x' is a required property`."""
    return fault.message.removesuffix(" is a required property").strip("'\"")


def _either(values: Any) -> str:
    shown = values if isinstance(values, list) else [values]
    return ", ".join(quoted(value) for value in shown[:12]) + (", …" if len(shown) > 12 else "")
