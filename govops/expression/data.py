"""Resources as the plain maps that expressions read, each converted once."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import from_json

from govops.kinds import Resource
from govops.kinds.custom import CustomResource

_KEPT = 50_000  # resources; then everything is forgotten

AnyResource = Resource | CustomResource


@dataclass(frozen=True, slots=True)
class Datum:
    """``value`` has lists, maps with texts as keys, and single values. ``size`` is the length of it as JSON, ``items``
    no less than the length of its longest list.
    """

    value: Mapping[str, Any]
    size: int
    items: int


NOTHING = Datum({}, 2, 0)


class Data:
    """Remembers what resources were converted to. A field without a value is left out, as it is in the file."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[AnyResource, Datum]] = {}  # by identity: what stands stays the same object

    def of(self, resource: AnyResource) -> Datum:
        """The resource as a map."""
        found = self._known.get(id(resource))
        if found is None:
            if len(self._known) >= _KEPT:
                self._known.clear()
            found = self._known[id(resource)] = (resource, _datum(resource))
        return found[1]


def value_at(value: Any, field: str) -> Any:
    """What stands at ``spec.artifact.digest``; None if nothing does."""
    for step in field.split("."):
        value = value.get(step) if isinstance(value, Mapping) else None
    return value


def _datum(resource: AnyResource) -> Datum:
    if isinstance(resource, Resource):
        text = resource.model_dump_json(exclude_none=True)
        return Datum(from_json(text), len(text), text.count(",") + 1)
    text = json.dumps(resource.document, ensure_ascii=False)
    return Datum(resource.document, len(text), text.count(",") + 1)
