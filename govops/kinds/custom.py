"""Kinds that a KindDefinition adds: which paths are theirs, and whether a document is one of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from govops.kinds.kind_definition import PLACEHOLDER, KindDefinition, KindDefinitionSpec
from govops.kinds.paths import SUFFIX
from govops.kinds.resource import API_VERSION, Reference, Resource, ResourceKey
from govops.kinds.scalars import CUSTOM_NAME
from govops.kinds.schema_faults import MOST_FAULTS, Fault, faults_of, real_formats, unique_items
from govops.kinds.user_schema import written_out

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

_NAME = re.compile(CUSTOM_NAME, re.ASCII)


@dataclass(frozen=True, slots=True)
class CustomResource:
    """A document of a kind of the user's own. ``document`` is the whole file as it was read."""

    kind: str
    name: str
    document: Mapping[str, Any]

    @property
    def key(self) -> ResourceKey:
        """Kind and name."""
        return ResourceKey(self.kind, self.name)

    @property
    def title(self) -> str:
        """What people call it."""
        return self.name

    def references(self) -> tuple[Reference, ...]:
        """None: govops does not know which of its fields are names."""
        return ()


def document_of(resource: Resource | CustomResource | None) -> dict[str, Any] | None:
    """A file as JSON, without what it leaves out; None for none."""
    match resource:
        case Resource():
            return resource.model_dump(mode="json", exclude_unset=True)
        case CustomResource():
            return dict(resource.document)
    return None


@dataclass(frozen=True, slots=True)
class CustomKind:
    """A kind of the user's own, ready to judge documents. Made by :func:`custom_kind`."""

    name: str
    folder: str
    spec: KindDefinitionSpec
    envelope: Draft202012Validator | None
    body: Draft202012Validator

    @property
    def pattern(self) -> str:
        """The path pattern, as for a built-in kind."""
        return self.spec.path

    def match(self, path: str) -> str | None:
        """The name of the resource that stands at the path; ``None`` if the path is not this kind's."""
        if not path.startswith(self.folder) or not path.endswith(SUFFIX):
            return None
        name = path[len(self.folder) : -len(SUFFIX)]
        return name if _NAME.fullmatch(name) else None

    def path_of(self, name: str) -> str:
        """Where the resource of that name stands."""
        return f"{self.folder}{name}{SUFFIX}"

    def validate(self, document: Mapping[str, Any]) -> list[Fault]:
        """What is wrong with a document, as (field, message), ordered by field, at most a hundred."""
        if self.envelope is None:
            faults = list(faults_of(self.body, document))
        else:
            faults = list(faults_of(self.envelope, document))
            if "spec" in document:
                faults += faults_of(self.body, document["spec"], at=("spec",))
        faults.sort(key=_place)
        return faults[:MOST_FAULTS]

    def identity(self, document: Mapping[str, Any]) -> tuple[tuple[str, ...], Any] | None:
        """The field that must repeat the file's name, and its value; ``None`` if the kind has none."""
        if self.spec.envelope:
            return ("metadata", "name"), _at(document, ("metadata", "name"))
        if self.spec.identity is None:
            return None
        return (self.spec.identity,), _at(document, (self.spec.identity,))

    def state(self, document: Mapping[str, Any]) -> str | None:
        """The value of the state field; ``None`` if the kind or the document has none."""
        if self.spec.state is None:
            return None
        value = _at(document, tuple(self.spec.state.split(".")))
        return value if isinstance(value, str) else None


def custom_kind(definition: KindDefinition) -> CustomKind:
    """A definition ready for use."""
    from jsonschema import Draft202012Validator, validators  # start-up cost: for custom kinds only

    spec = definition.spec
    keywords = {"uniqueItems": unique_items, "format": real_formats}
    checker = validators.extend(Draft202012Validator, keywords)  # type: ignore[no-untyped-call]  # jsonschema has no types there
    return CustomKind(
        name=spec.kind,
        folder=spec.path[: -len(PLACEHOLDER)],
        spec=spec,
        envelope=checker(_envelope(spec.kind)) if spec.envelope else None,
        body=checker(written_out(spec.schema_)),
    )


def _envelope(kind: str) -> dict[str, Any]:
    """The schema of what stands around ``spec``."""
    text = {"type": "string"}
    metadata = {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {"name": text, "labels": {"type": "object", "additionalProperties": text}},
    }
    properties = {"apiVersion": {"const": API_VERSION}, "kind": {"const": kind}, "metadata": metadata, "spec": True}
    return {
        "type": "object",
        "required": list(properties),
        "additionalProperties": False,
        "properties": properties,
    }


def _place(fault: Fault) -> tuple[list[tuple[int, str]], str]:
    """Sorts list items by their number and fields by their name."""
    steps = [(step, "") if isinstance(step, int) else (-1, step) for step in fault[0]]
    return steps, fault[1]


def _at(document: Any, field: tuple[str, ...]) -> Any:
    """The value of a field, ``None`` where the way there is not all maps."""
    for step in field:
        if not isinstance(document, Mapping):
            return None
        document = document.get(step)
    return document
