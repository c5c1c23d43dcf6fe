"""What Pydantic says about a document, in our words and at the place in the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from govops.kinds.resource import Resource
from govops.yamlio.characters import escape, quoted
from govops.yamlio.findings import MAX_FINDINGS
from govops.yamlio.places import Field, Place, find
from govops.yamlio.problem import Problem
from govops.yamlio.scalars import resolve
from govops.yamlio.suggestion import listed, suggest

Fault = Mapping[str, Any]  # one entry of ValidationError.errors()

_START = (1, 1)
_MISSING = "is missing"
_NO_STEPS = ("[key]", "[one]", "[all]")  # Pydantic's word for the key of a map, and ours for the members of a union
_BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}", re.ASCII)
_TYPES: dict[str, str] = {
    "string_type": "text",
    "int_type": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "none_required": "null",
}


def problems_of(
    error: ValidationError, *, model: type[BaseModel], document: Mapping[str, Any], known: Mapping[Field, Place]
) -> tuple[list[Problem], int]:
    """The first problems in the order of the file, and how many more there are.

    Words are only found for those that are shown, so a file with thousands of wrong fields costs no more than its size.
    """
    faults = [fault for fault in error.errors(include_url=False) if not _is_echo(fault)]
    placed = [(*_place(fault, document, known), fault) for fault in faults]
    placed.sort(key=lambda entry: entry[0])
    shown = [_problem(fault, field, at, model=model, known=known) for at, field, fault in placed[:MAX_FINDINGS]]
    return shown, len(placed) - len(shown)


def dotted(field: Field) -> str:
    """``spec.links[0].url``; steps that are no short plain words are quoted and cut."""
    text = ""
    for step in field:
        if isinstance(step, str) and _BARE.fullmatch(step):
            text += f".{step}" if text else step
        else:
            text += f"[{step if isinstance(step, int) else quoted(step, limit=30)}]"
    return text


def value_in(document: Any, field: Field) -> Any:
    """What stands at a field; None if nothing does."""
    for step in field:
        if isinstance(document, Mapping):
            document = document.get(step)
        elif isinstance(document, list) and isinstance(step, int) and step < len(document):
            document = document[step]
        else:
            return None
    return document


def _is_echo(fault: Fault) -> bool:
    """Pydantic calls a list too short when its items are wrong; the items have been told already."""
    given = fault["input"]
    return fault["type"] == "too_short" and isinstance(given, list) and len(given) >= fault["ctx"]["min_length"]


def _place(fault: Fault, document: Mapping[str, Any], known: Mapping[Field, Place]) -> tuple[tuple[int, int], Field]:
    field = _field(fault["loc"], document)
    about_all = fault["type"] == "value_error" and isinstance(fault["input"], dict | list)
    about_key = about_all or fault["type"] == "extra_forbidden" or fault["loc"][-1:] == ("[key]",)
    return find(known, field, key=about_key) or _START, field


def _field(location: tuple[str | int, ...], document: Any) -> Field:
    """The location without what is no part of the file: ``[key]`` and the names of a union's members."""
    field: list[str | int] = []
    for number, step in enumerate(location):
        inside = value_in(document, (*field, step))
        is_last = number == len(location) - 1
        if inside is not None or (is_last and step not in _NO_STEPS):
            field.append(step)
    return tuple(field)


def _problem(
    fault: Fault, field: Field, at: tuple[int, int], *, model: type[BaseModel], known: Mapping[Field, Place]
) -> Problem:
    said, hint = _words(fault, field, model=model, known=known)
    name = dotted(field)
    message = f"{name} {said}" if said == _MISSING else f"{name}: {said}" if name else said
    return Problem("invalid-resource", message, hint, *at, subject=name)


def _words(fault: Fault, field: Field, *, model: type[BaseModel], known: Mapping[Field, Place]) -> tuple[str, str]:
    """What is wrong, and what to do."""
    kind = fault["type"]
    if kind == "missing":
        return _MISSING, _missing_hint(field, model)
    if kind == "extra_forbidden":
        return "unknown field", suggest(field[-1], _field_names(_models_at(model, field[:-1])), what="fields here")
    shown = _shown(fault["input"], known.get(field))
    if kind in _TYPES or (kind == "literal_error" and not isinstance(fault["input"], str)):
        return _wrong_type(fault["input"], shown, wanted=_TYPES.get(kind, "text"))
    if kind == "literal_error":
        allowed = re.findall(r"'([^']*)'", fault["ctx"]["expected"])
        return f"{shown} is not one of {listed(allowed)}", suggest(fault["input"], allowed, what="allowed")
    about = _about(field, model)
    if kind in _BOUNDS:
        whole = "the list" if isinstance(fault["input"], list) else shown
        return f"{whole} {_BOUNDS[kind](fault.get('ctx', {}))}", about
    if kind == "value_error":
        return escape(str(fault["ctx"]["error"])), about
    return f"{shown} is not allowed: {fault['msg'][:1].lower()}{fault['msg'][1:]}", about


def _about(field: Field, model: type[BaseModel]) -> str:
    """What the field is for, or the one that holds it: the best hint where the message says what is wrong."""
    is_kind = issubclass(model, Resource)
    for length in range(len(field), 1 if is_kind else 0, -1):  # of `spec` itself there is nothing to say
        said = _description(field[:length], model)
        if said:
            return f"`{escape(str(field[length - 1]))}`: {said}"
    return (
        f"`govops schema {model.__name__}` describes the fields"
        if is_kind
        else f"fields: {listed([*model.model_fields])}"
    )


def _missing_hint(field: Field, model: type[BaseModel]) -> str:
    said = _description(field, model)
    return f"add `{field[-1] if field else ''}:`" + (f" ({said})" if said else "")


def _wrong_type(given: Any, shown: str, *, wanted: str) -> tuple[str, str]:
    if given is None:
        return "has no value", f"write {wanted}, or leave the field out if it may be"
    if wanted == "text" and not isinstance(given, dict | list):
        what = "true or false" if isinstance(given, bool) else "a number"
        return f"{shown} is {what}, not text", f'quote it: "{shown}"'
    if isinstance(given, str) and isinstance(resolve(given), int | float):
        return f"{shown} is text, not {wanted}", "write it without quotes"
    return f"{shown} is not {wanted}", f"write {wanted}"


def _shown(given: Any, place: Place | None) -> str:
    """Text in quotes, other scalars as they were written, and collections by what they are."""
    if isinstance(given, dict | list):
        return "a mapping" if isinstance(given, dict) else "a list"
    if isinstance(given, str):
        return quoted(given)
    if given is None:
        return "null"
    return escape(place.text if place and place.text else str(given))[:60]


def _amount(word: str, unit: str) -> Callable[[Mapping[str, Any]], str]:
    def say(context: Mapping[str, Any]) -> str:
        number = context["min_length" if word == "fewer" else "max_length"]
        return f"has {word} than {number} {unit if number == 1 else unit + 's'}"

    return say


_BOUNDS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "string_too_short": _amount("fewer", "character"),
    "string_too_long": _amount("more", "character"),
    "too_short": _amount("fewer", "item"),
    "too_long": _amount("more", "item"),
    "greater_than": lambda context: f"is not above {context['gt']}",
    "greater_than_equal": lambda context: f"is below {context['ge']}",
    "less_than": lambda context: f"is not below {context['lt']}",
    "less_than_equal": lambda context: f"is above {context['le']}",
    "finite_number": lambda _context: "is not finite",
}


def _models_at(model: type[BaseModel], field: Field) -> list[type[BaseModel]]:
    """The models that may stand at a field; lists are looked through."""
    models = [model]
    for step in field:
        if isinstance(step, str):
            models = [inner for outer in models for inner in _models_in(_annotation(outer, step))]
    return models


def _annotation(model: type[BaseModel], name: str) -> Any:
    for python_name, info in model.model_fields.items():
        if name == (info.alias or python_name):
            return info.annotation
    return None


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """Every model that an annotation names, in whatever containers."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in get_args(annotation):
        yield from _models_in(argument)


def _field_names(models: Sequence[type[BaseModel]]) -> list[str]:
    return [info.alias or name for model in models for name, info in model.model_fields.items()]


def _description(field: Field, model: type[BaseModel]) -> str:
    """The first description that a model has for the field, without its full stop."""
    for owner in _models_at(model, field[:-1]):
        for name, info in owner.model_fields.items():
            if field[-1:] == (info.alias or name,) and info.description:
                return info.description.rstrip(".")
    return ""
