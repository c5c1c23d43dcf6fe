"""Whether a dotted path names a field of a kind's ``spec``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from govops.kinds import kind_named


def has_field(kind: str, path: str) -> bool:
    """Whether resources of this built-in kind can have it. Free maps have any key, and what is in a list no path."""
    known = kind_named(kind)
    inside: Any = known.model.model_fields["spec"].annotation if known else None
    for step in path.split("."):
        shapes = list(_shapes(inside))
        if dict in shapes:
            return True
        fields = (field for shape in shapes for field in _fields(shape))
        inside = next((annotation for name, annotation in fields if name == step), None)
        if inside is None:
            return False
    return True


def _shapes(annotation: Any) -> Iterator[type]:
    """Models and ``dict`` that an annotation allows; lists are not looked into."""
    origin = get_origin(annotation)
    if annotation is dict or origin is dict:
        yield dict
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif origin is not tuple:
        for argument in get_args(annotation):
            yield from _shapes(argument)


def _fields(shape: type) -> Iterator[tuple[str, Any]]:
    if issubclass(shape, BaseModel):
        yield from ((field.alias or name, field.annotation) for name, field in shape.model_fields.items())
