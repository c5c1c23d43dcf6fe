"""Which JSON Schemas users may write: those that surely end, and that surely mean what they say.

A schema comes from the repository that is judged. So keywords are a closed list (a misspelt one is refused,
never ignored), regular expressions are not among them (they may not terminate), references stay inside the
document and never lead back to themselves, and the schema is small when all references are written out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from govops.kinds.quoting import quoted

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FORMATS = ("date", "date-time")
LARGEST = 2_000

_ONE = frozenset({"items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else"})
_LIST = frozenset({"allOf", "anyOf", "oneOf", "prefixItems"})
_MAP = frozenset({"properties", "dependentSchemas", "$defs"})
_CHECKS = frozenset(
    {"type", "enum", "const", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum"}
    | {"maxLength", "minLength", "maxItems", "minItems", "uniqueItems", "maxContains", "minContains"}
    | {"maxProperties", "minProperties", "required", "dependentRequired", "format", "$ref"}
)
_NOTES = frozenset(
    {"title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$comment", "$schema"}
)
KEYWORDS = _ONE | _LIST | _MAP | _CHECKS | _NOTES
_REGEX = frozenset({"pattern", "patternProperties"})

Schema = dict[str, Any] | bool


def check_schema(schema: dict[str, Any]) -> None:
    """ValueError, naming the place, if the schema uses what is not allowed, or is no JSON Schema."""
    places = dict(_subschemas("#", schema))
    for place, found in places.items():
        if isinstance(found, dict):
            _check_keywords(place, found)
            _check_reference(place, found.get("$ref"), places)
    if _size("#", places, {}, frozenset()) > LARGEST:
        raise ValueError(f"the schema is larger than {LARGEST} parts when its references are written out")
    _check_grammar(schema)


def written_out(schema: dict[str, Any]) -> dict[str, Any]:
    """The same schema with every reference replaced by what it leads to, so that no reader has to look them up.

    Only for a schema that :func:`check_schema` let pass: its references end, and what comes out is small.
    """
    places = dict(_subschemas("#", schema))

    def out(found: Schema) -> Schema:
        if not isinstance(found, dict):
            return found
        here = {keyword: inner(keyword, value) for keyword, value in found.items() if keyword not in ("$ref", "$defs")}
        if "$ref" not in found:
            return here
        target = out(places[found["$ref"]])
        return {**here, "allOf": [*here.get("allOf", ()), target]} if here or not isinstance(target, dict) else target

    def inner(keyword: str, value: Any) -> Any:
        if keyword in _ONE:
            return out(value)
        if keyword in _LIST:
            return [out(item) for item in value]
        return {name: out(item) for name, item in value.items()} if keyword in _MAP else value

    written = out(schema)
    return written if isinstance(written, dict) else {"allOf": [written]}


def _subschemas(place: str, schema: Any) -> Iterator[tuple[str, Schema]]:
    """Every place of a schema in the schema, as a JSON pointer, outer ones first."""
    if not isinstance(schema, dict | bool):
        raise ValueError(f"at {place}: a schema is a map, `true` or `false`")
    yield place, schema
    if isinstance(schema, dict):
        for step, inner in _children(place, schema):
            yield from _subschemas(f"{place}/{step}", inner)


def _children(place: str, schema: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for keyword, value in schema.items():
        if keyword in _ONE:
            yield keyword, value
        elif keyword in _LIST:
            if not isinstance(value, list):
                raise ValueError(f"at {place}: `{keyword}` is a list of schemas")
            yield from ((f"{keyword}/{index}", inner) for index, inner in enumerate(value))
        elif keyword in _MAP:
            if not isinstance(value, dict):
                raise ValueError(f"at {place}: `{keyword}` is a map of schemas")
            yield from ((f"{keyword}/{_escaped(name)}", inner) for name, inner in value.items())


def _check_keywords(place: str, schema: dict[str, Any]) -> None:
    for keyword in schema:
        if keyword in _REGEX:
            raise ValueError(f"at {place}: `{keyword}` is not offered, since a regular expression may never end")
        if keyword not in KEYWORDS:
            raise ValueError(f"at {place}: {quoted(keyword)} is not a keyword that govops knows")
    if schema.get("$schema", DIALECT) != DIALECT:
        raise ValueError(f"at {place}: `$schema` can only be {DIALECT}")
    if "format" in schema and schema["format"] not in FORMATS:
        raise ValueError(f"at {place}: format {quoted(schema['format'])} is not one of {', '.join(FORMATS)}")


def _check_reference(place: str, target: Any, places: dict[str, Schema]) -> None:
    if target is None:
        return
    if not isinstance(target, str) or (target != "#" and not target.startswith("#/")):
        raise ValueError(f"at {place}: `$ref` {quoted(target)} is not inside this document; begin it with `#/`")
    if "%" in target or target not in places:
        raise ValueError(f"at {place}: `$ref` {quoted(target)} leads to no schema")


def _check_grammar(schema: dict[str, Any]) -> None:
    from jsonschema import Draft202012Validator, SchemaError  # start-up cost: for custom kinds only

    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        place = "/".join(["#", *map(str, error.absolute_path)])
        raise ValueError(f"at {place}: {quoted(error.instance)} is not legal there") from error


def _size(place: str, places: dict[str, Schema], known: dict[str, int], above: frozenset[str]) -> int:
    """How many schemas it takes to write this one out; ValueError if a reference leads back to itself."""
    if place in above:
        raise ValueError(f"at {place}: a `$ref` leads back to the schema that it stands in")
    schema = places[place]
    if place not in known:
        total = 1
        if isinstance(schema, dict):
            inside = [f"{place}/{step}" for step, _ in _children(place, schema) if not step.startswith("$defs/")]
            inside += [schema["$ref"]] if "$ref" in schema else []
            total += sum(_size(inner, places, known, above | {place}) for inner in inside)
        known[place] = total
    return known[place]


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
