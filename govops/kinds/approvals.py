"""Whose approvals a policy takes: so many by holders of this, or one of several such lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import prod
from typing import Annotated, Any, Self

from pydantic import Discriminator, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, Tag, model_validator
from pydantic_core import CoreSchema, core_schema

from govops.kinds.lists import NonEmpty, Unique
from govops.kinds.permissions import PermissionName
from govops.kinds.resource import Part
from govops.kinds.scalars import PersonName, RoleName

MOST_WAYS = 64  # in which the approvals of one policy may come together
DEEPEST = 3  # `any_of` within `any_of`

Steps = tuple[str | int, ...]


class Holder(Part):
    """Somebody who holds a role or has a permission."""

    role: RoleName | None = Field(default=None, description="The Role to be held.")
    permission: PermissionName | None = Field(default=None, description="Or the permission to be had, by any role.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.role is None) == (self.permission is None):
            raise ValueError("give exactly one of `role` and `permission`")
        return self


class Author(Part):
    """Who may propose: holders of a role or a permission, and Users by name; whoever is any of these."""

    role: RoleName | None = Field(default=None, description="The Role to be held.")
    permission: PermissionName | None = Field(default=None, description="Or the permission to be had, by any role.")
    users: Unique[PersonName] = Field(default=(), description="Users by name, the only way to let in one bot.")

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.role is not None and self.permission is not None:
            raise ValueError("give `role` or `permission`, not both")
        if self.role is None and self.permission is None and not self.users:
            raise ValueError("give a `role`, a `permission` or `users`")
        return self


def _shape(value: Any) -> str:
    return "[all]" if isinstance(value, list | tuple) else "[one]"


Alternative = Annotated[
    Annotated["Approvals", Tag("[one]")] | Annotated[NonEmpty["Approvals"], Tag("[all]")], Discriminator(_shape)
]
"""One item, or a list of items all of which it takes."""


class Approvals(Part):
    """So many approvals by different people who hold this; or whatever one of several alternatives takes."""

    count: int = Field(default=1, ge=1, le=20, description="How many different people.")
    role: RoleName | None = Field(default=None, description="The Role to be held.")
    permission: PermissionName | None = Field(default=None, description="Or the permission to be had, by any role.")
    any_of: NonEmpty[Alternative] | None = Field(
        default=None, description="Or alternatives, one of which is enough: such an item each, or a list of such items."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(given is not None for given in (self.role, self.permission, self.any_of)) != 1:
            raise ValueError("give exactly one of `role`, `permission` and `any_of`")
        if self.any_of is not None and self.count != 1:
            raise ValueError("`count` belongs to the alternatives of `any_of`, not beside them")
        return self

    @property
    def alternatives(self) -> tuple[tuple[Approvals, ...], ...]:
        """Each alternative as a list of items; none where this asks for people itself."""
        return tuple(one if isinstance(one, tuple) else (one,) for one in self.any_of or ())


def ways(items: Iterable[Approvals]) -> int:
    """In how many ways everything that the items take can come together."""
    return prod(sum(map(ways, item.alternatives)) if item.any_of else 1 for item in items)


def depth(items: Iterable[Approvals]) -> int:
    """How deep ``any_of`` stands within ``any_of``; 0 where there is none."""
    return max((1 + max(map(depth, item.alternatives)) for item in items if item.any_of), default=0)


def leaves(items: Iterable[Approvals], *at: str | int) -> Iterator[tuple[Steps, Approvals]]:
    """Every item that asks for people, with its place in the file below ``at``."""
    for place, item in enumerate(items):
        yield from _leaves(item, (*at, place))


def _leaves(item: Approvals, at: Steps) -> Iterator[tuple[Steps, Approvals]]:
    if not item.any_of:
        yield at, item
    for number, alternative in enumerate(item.any_of or ()):
        inside = (*at, "any_of", number)
        yield from leaves(alternative, *inside) if isinstance(alternative, tuple) else _leaves(alternative, inside)


class ListOrNone:
    """A list, or the word ``none``; faults name the field itself and not a member of a union."""

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        listed = handler.generate_schema(NonEmpty[Approvals])
        written = core_schema.wrap_serializer_function_ser_schema(self._or_none, schema=listed)
        return core_schema.no_info_wrap_validator_function(self._or_none, listed, serialization=written)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"const": "none", "type": "string"}, handler(schema)]}

    @staticmethod
    def _or_none(value: Any, inner: Callable[[Any], Any]) -> Any:
        return value if isinstance(value, str) and value == "none" else inner(value)
