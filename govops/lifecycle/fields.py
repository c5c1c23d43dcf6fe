"""Which fields of a resource an action gives another content."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from govops.kinds import API_VERSION, Resource
from govops.kinds.custom import CustomResource
from govops.kinds.deployment import Deployment
from govops.lifecycle.actions import Action

_SELECTING = ("risk_tier", "impact", "environment")  # what policies select by is never a small matter
_ENVELOPE = {"apiVersion", "kind", "metadata", "spec"}


def changed_fields(action: Action) -> tuple[str, ...] | None:
    """The parts of ``spec`` that differ, by their YAML names, in the order of the kind; None: all, a side is absent.

    What cannot be told of a kind of the user's own is all of it, too.
    """
    old, new = (getattr(side, "spec", None) for side in (action.old, action.new))
    if not isinstance(old, BaseModel) or type(new) is not type(old):
        return None
    fields = type(new).model_fields
    return tuple(field.alias or name for name, field in fields.items() if getattr(old, name) != getattr(new, name))


def version_named(action: Action) -> str:
    """The version that a Deployment names after the action, or named if it went; empty for other kinds."""
    side = action.new or action.old
    return side.spec.version if isinstance(side, Deployment) else ""


def touches(action: Action, fields: Iterable[str]) -> bool:
    """Whether one of these fields of ``spec`` (dotted paths) is other than it was.

    Wherever that would be a guess the answer is yes: a side is absent or of another kind, the metadata differ or
    something that policies select by, or the kind has none of these fields.
    """
    old, new = _sheet(action.old), _sheet(action.new)
    if old is None or new is None or old.around != new.around:
        return True
    named = [field for field in fields if field.partition(".")[0] in old.spec.keys() | new.spec.keys()]
    return not named or any(_at(old.spec, path) != _at(new.spec, path) for path in (*named, *_SELECTING))


def labels_of(side: Resource | CustomResource) -> Mapping[str, str]:
    """The labels in a resource's metadata; none of a bare document."""
    if isinstance(side, Resource):
        return side.metadata.labels
    metadata = side.document["metadata"] if _is_enveloped(side.document) else None
    labels = metadata.get("labels") if isinstance(metadata, Mapping) else None
    return labels if isinstance(labels, Mapping) else {}  # a bare document may have the shape and mean anything by it


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A resource as plain values; ``around`` is all of it but ``spec``."""

    around: str
    spec: Mapping[str, Any]


def _sheet(side: Resource | CustomResource | None) -> _Sheet | None:
    if isinstance(side, Resource):
        document: Mapping[str, Any] = side.model_dump()
    elif isinstance(side, CustomResource):
        document = side.document
    else:
        return None
    if not _is_enveloped(document):
        return _Sheet(_text([side.kind]), document)
    around = {name: value for name, value in document.items() if name != "spec"}
    spec = document["spec"]
    return _Sheet(_text([side.kind, around]), spec if isinstance(spec, Mapping) else {})


def _is_enveloped(document: Mapping[str, Any]) -> bool:
    return document.keys() == _ENVELOPE and document["apiVersion"] == API_VERSION


def _at(spec: Any, path: str) -> str:
    """The value at a path as JSON, so that 1, 1.0 and true are three; the whole of whatever the path cannot enter."""
    for step in path.split("."):
        if not isinstance(spec, Mapping):
            break
        if step not in spec:
            return "absent"
        spec = spec[step]
    return _text(spec)


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
