"""The report as JSON, version 1: every field of the dataclasses, and nothing that they do not have.

Derived values (each finding's ``fingerprint``, which ratifications name) are told as well; reading checks them.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from govops.errors import UsageError
from govops.finding import Finding, Report
from govops.render import json_text
from govops.render.untrusted import one_line
from govops.service import Standing

SCHEMA = "govops/report/v1"
FINDINGS_SCHEMA = "govops/findings/v1"

T = TypeVar("T")
_FRACTION = re.compile(r"-?[0-9]{1,4000}(/[1-9][0-9]{0,3999})?")  # Python reads no longer numbers
_NUMBER = {"type": "string", "pattern": f"^{_FRACTION.pattern}$"}
_SHARE = {"anyOf": [_NUMBER, {"type": "null"}]}
_DERIVED: dict[str, dict[str, Any]] = {
    "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{16}$", "description": "stays the same when lines move"},
    "standing": {"enum": [member.value for member in Standing], "description": "the worst of its parts"},
    "shown": {"type": "string", "description": "what was measured, rounded away from compliance"},
    "used": {**_SHARE, "description": "share of the budget; null where nothing is allowed and something went wrong"},
    "burn_rate": {**_SHARE, "description": "how fast it is used; at 1 it lasts as long as the part"},
}
_HINT = "the file must be the unchanged output of `govops audit --output json:FILE`"


def stream(report: Report) -> Iterator[str]:
    """The report: sorted keys, two spaces, ASCII only, a line break at the end."""
    return json_text.stream(report)


def stream_findings(findings: Sequence[Finding]) -> Iterator[str]:
    """A list of findings with its own schema id, as ``govops validate`` prints it."""
    return json_text.stream({"schema": FINDINGS_SCHEMA, "findings": findings})


def parse(text: str) -> Report:
    """The report that :func:`stream` wrote. Strict: UsageError for anything else, saying which field."""
    return parse_as(Report, text, SCHEMA)


def parse_as(wanted: type[T], text: str, schema: str) -> T:
    """A dataclass that was written under this schema name; as strict."""
    try:
        data = json.loads(text, object_pairs_hook=_without_duplicates, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"the report is not JSON: {one_line(str(error), 200)}", hint=_HINT) from error
    _check_schema(data, schema)
    report: T = _read(wanted, data, "report")
    return report


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what :func:`stream` writes and :func:`parse` takes."""
    return schema_of(Report, SCHEMA)


def schema_of(shape: Any, name: str) -> dict[str, Any]:
    """JSON Schema of a dataclass that holds others, as it is written under this schema name."""
    from pydantic import TypeAdapter

    schema: dict[str, Any] = _exact(TypeAdapter(shape).json_schema())
    for definition in (schema, *schema["$defs"].values()):
        if definition.get("type") == "object":
            definition["additionalProperties"] = False
    for kind, names in json_text.DERIVED.items():
        if kind.__name__ in schema["$defs"]:
            schema["$defs"][kind.__name__]["properties"] |= {name: _DERIVED[name] for name in names}
    schema["properties"]["schema"] = {"const": name}
    schema["required"] = [*schema["required"], "schema"]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{name.replace('/', ':')}",
        **schema,
    }


def _exact(part: Any) -> Any:
    """The same schema with fractions as the texts that they are, where Pydantic would take floats as well."""
    if isinstance(part, list):
        return [_exact(item) for item in part]
    if not isinstance(part, dict):
        return part
    choices = part.get("anyOf", [])
    if any(choice.get("format") == "fraction" for choice in choices):
        rest = [choice for choice in choices if choice.get("format") != "fraction" and choice.get("type") != "number"]
        named = {name: item for name, item in part.items() if name != "anyOf"}
        return named | ({"anyOf": [_NUMBER, *rest]} if rest else _NUMBER)
    return {name: _exact(item) for name, item in part.items()}


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice in one object")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _check_schema(data: Any, schema: str) -> None:
    found = data.get("schema") if isinstance(data, dict) else None
    if found == schema:
        return
    named = f"schema '{one_line(str(found), 60)}'" if found is not None else "no schema"
    raise UsageError(f"the report has {named}", hint=f"this version of govops reads {schema} here")


def _read(wanted: Any, value: Any, where: str) -> Any:
    """``value`` as the type that a field's annotation asks for; ``where`` is the field's path, for errors."""
    if dataclasses.is_dataclass(wanted) and isinstance(wanted, type):
        return _read_object(wanted, value, where)
    if get_origin(wanted) in (types.UnionType, Union):
        return None if value is None else _read(get_args(wanted)[0], value, where)
    if get_origin(wanted) is tuple:
        return _read_tuple(get_args(wanted), value, where)
    if get_origin(wanted) is Sequence:
        return _read_tuple((*get_args(wanted), ...), value, where)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return _read_enum(wanted, value, where)
    if wanted is Fraction:
        return _read_fraction(value, where)
    if type(value) is not wanted or not _has_bytes(value):
        raise UsageError(f"{where} is {_shown(value)}, not {_NAMES[wanted]}", hint=_HINT)
    return value


def _has_bytes(value: Any) -> bool:
    """False for text with half a surrogate pair, which is neither Unicode nor the name of a file."""
    try:
        return not isinstance(value, str) or value.encode("utf-8", "surrogateescape") is not None
    except UnicodeEncodeError:
        return False


def _read_fraction(value: Any, where: str) -> Fraction:
    if not isinstance(value, str) or not _FRACTION.fullmatch(value):
        raise UsageError(f"{where} is {_shown(value)}, not a fraction in a text", hint=_HINT)
    return Fraction(value)


_NAMES = {str: "a text", int: "a whole number", bool: "true or false"}


def _read_object(wanted: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise UsageError(f"{where} is {_shown(value)}, not an object", hint=_HINT)
    hints, required = _shape(wanted)
    derived = json_text.DERIVED.get(wanted, ())
    fields = {name: item for name, item in value.items() if name not in derived}
    for name in fields:
        if name not in hints:
            raise UsageError(f"{where} has an unknown field {_shown(name)}", hint=_did_you_mean(name, hints))
    for name in required:
        if name not in fields:
            raise UsageError(f"{where} has no field '{name}'", hint=_HINT)
    built = wanted(**{name: _read(hints[name], item, f"{where}.{name}") for name, item in fields.items()})
    for name in derived:
        told = getattr(built, name)
        if name in value and value[name] != (told if told is None else str(told)):
            what = "finding" if wanted is Finding else "object"
            raise UsageError(f"{where}.{name} does not belong to this {what}", hint=_HINT)
    return built


@cache
def _shape(wanted: type[Any]) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The types of a dataclass's fields, and the names of those without a default."""
    bare = (field.name for field in dataclasses.fields(wanted) if field.default is dataclasses.MISSING)
    return get_type_hints(wanted), tuple(bare)


def _read_tuple(wanted: tuple[Any, ...], value: Any, where: str) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise UsageError(f"{where} is {_shown(value)}, not a list", hint=_HINT)
    each = (wanted[0],) * len(value) if wanted[-1] is ... else wanted
    if len(each) != len(value):
        raise UsageError(f"{where} has {len(value)} items, not {len(each)}", hint=_HINT)
    return tuple(_read(kind, item, f"{where}[{at}]") for at, (kind, item) in enumerate(zip(each, value, strict=True)))


def _read_enum(wanted: type[StrEnum], value: Any, where: str) -> StrEnum:
    allowed = [member.value for member in wanted]
    if value not in allowed:
        raise UsageError(f"{where} is {_shown(value)}", hint=f"one of: {', '.join(allowed)}")
    return wanted(value)


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"did you mean '{close[0]}'?" if close else f"known fields: {', '.join(known)}"


def _shown(value: Any) -> str:
    match value:
        case str():
            return f"'{one_line(value, 60)}'"
        case dict():
            return "an object"
        case list():
            return "a list"
    return "true" if value is True else "false" if value is False else "null" if value is None else str(value)[:60]
