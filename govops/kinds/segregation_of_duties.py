"""SegregationOfDuties: what one person may not both be, or both do."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from govops.kinds.lists import Items, Unique
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Reference, Resource, to_role
from govops.kinds.scalars import ActionGlob, RoleName, Text


class RolePair(Part):
    """Two roles that nobody may hold together."""

    roles: Unique[RoleName] = Field(description="The two Roles.", json_schema_extra={"minItems": 2, "maxItems": 2})
    reason: Text = Field(description="Why.")

    @field_validator("roles")
    @classmethod
    def _two(cls, roles: tuple[str, ...]) -> tuple[str, ...]:
        if len(roles) != 2:
            raise ValueError(f"a pair has two roles, not {len(roles)}")
        return roles


class LifecycleConflict(Part):
    """Two actions that nobody may do both, over the whole life of a thing."""

    first: ActionGlob = Field(description="The earlier action, such as `model.register`.")
    second: ActionGlob = Field(description="The later action, such as `model.approve`.")
    scope: Literal["model", "version", "use-case"] = Field(description="The life of what.")
    reason: Text = Field(description="Why.")


class SegregationOfDutiesSpec(Part):
    """Conflicts, and how hard they are."""

    description: Text = Field(description="What the policy is for.")
    role_pairs: Items[RolePair] = Field(default=(), description="Roles that nobody may hold together.")
    lifecycle: Items[LifecycleConflict] = Field(default=(), description="Actions that nobody may do both.")
    enforcement: Literal["strict", "advisory"] = Field(description="`strict` fails, `advisory` warns.")

    @field_validator("role_pairs")
    @classmethod
    def _each_once(cls, pairs: tuple[RolePair, ...]) -> tuple[RolePair, ...]:
        seen: set[frozenset[str]] = set()
        for pair in pairs:
            if frozenset(pair.roles) in seen:
                raise ValueError(f"the pair {' and '.join(map(quoted, pair.roles))} stands there twice")
            seen.add(frozenset(pair.roles))
        return pairs

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.role_pairs and not self.lifecycle:
            raise ValueError("give `role_pairs` or `lifecycle`, or both")
        return self


class SegregationOfDuties(Resource):
    """What one person may not both be, or both do."""

    kind: Literal["SegregationOfDuties"] = Field(description="What the document describes.")
    spec: SegregationOfDutiesSpec = Field(description="The policy.")

    def references(self) -> tuple[Reference, ...]:
        """The roles of the pairs."""
        return tuple(
            to_role(name, "spec", "role_pairs", place, "roles", side)
            for place, pair in enumerate(self.spec.role_pairs)
            for side, name in enumerate(pair.roles)
        )
