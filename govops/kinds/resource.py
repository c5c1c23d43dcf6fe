"""The envelope that every resource wears, its key, and its references to others."""

from __future__ import annotations

from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from govops.kinds.paths import fill
from govops.kinds.scalars import Label, LabelKey, Name

API_VERSION = "govops/v1"


class ResourceKey(NamedTuple):
    """What a resource is called: unique in a snapshot, and the same as long as its path is."""

    kind: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.name}"


class Reference(NamedTuple):
    """That a field of one resource names another.

    ``binding``: the other file's content is part of what a reviewer judges, so an approval falls when it
    changes. People and roles do not bind.
    """

    field: tuple[str | int, ...]
    kind: str
    name: str
    binding: bool

    @property
    def key(self) -> ResourceKey:
        """The resource that is named."""
        return ResourceKey(self.kind, self.name)


class Part(BaseModel):
    """Anything inside a resource: immutable, nothing coerced, no field that is not declared.

    Validators are built when first used, so a command pays only for the kinds that it meets.
    """

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        defer_build=True,
        serialize_by_alias=True,
        hide_input_in_errors=True,
    )


class Metadata(Part):
    """The name of a resource and free labels."""

    name: Name = Field(description="Its name, unique among its kind; the file's name follows from it.")
    labels: dict[LabelKey, Label] = Field(
        default_factory=dict,
        description="Words of your own for filtering; approval policies can select by them.",
        json_schema_extra={"additionalProperties": False},
    )


class Resource(Part):
    """One YAML document of a built-in kind. ``model_dump()`` gives the spelling of the file back."""

    api_version: Literal["govops/v1"] = Field(alias="apiVersion", description="The version of this format.")
    kind: str = Field(description="What the document describes.")
    metadata: Metadata = Field(description="The name of the resource, and labels.")
    spec: Part = Field(description="The resource itself.")

    @property
    def key(self) -> ResourceKey:
        """Kind and name; the name is compound where the path has more than one variable part."""
        return ResourceKey(self.kind, self.metadata.name)

    @property
    def title(self) -> str:
        """What people call it."""
        return self.metadata.name

    @property
    def wording(self) -> str:
        """The words by which a duplicate is known, the title in the first line; empty where none is looked for."""
        return ""

    def references(self) -> tuple[Reference, ...]:
        """Every other resource that this one names, in the order of the file."""
        return ()


def split_key(text: str) -> ResourceKey:
    """``Kind/name`` as a key; ValueError if it is not of that form. A name may hold ``/`` itself."""
    kind, slash, name = text.partition("/")
    if not (kind and slash and name):
        raise ValueError(f"{text[:60]!r} is not of the form Kind/name")
    return ResourceKey(kind, name)


def path_of_key(key: ResourceKey) -> str | None:
    """Where a built-in kind's resource of that key stands; ``None`` for other kinds and ill-formed names."""
    return fill(key.kind, key.name)


def to_user(name: str, *field: str | int) -> Reference:
    """A person is named; what their file says is not part of the review."""
    return Reference(field, "User", name, binding=False)


def to_role(name: str, *field: str | int) -> Reference:
    """A role is named; what it allows is not part of the review."""
    return Reference(field, "Role", name, binding=False)


def to_resource(text: str, *field: str | int, binding: bool) -> Reference:
    """A resource is named by its ``Kind/name``."""
    key = split_key(text)
    return Reference(field, key.kind, key.name, binding)
