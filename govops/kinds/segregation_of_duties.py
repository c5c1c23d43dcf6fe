"""SegregationOfDuties: what one person may not both be, or both do, and how many must remain."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from govops.kinds.lists import Items, Unique, UniqueNonEmpty
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Reference, Resource, to_role
from govops.kinds.scalars import ActionGlob, FieldName, RoleName, Text


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


class Duty(Part):
    """A part that somebody takes in a change."""

    did: Literal["contribute", "approve"] = Field(description="Whether they make the change or approve it.")
    actions: UniqueNonEmpty[ActionGlob] = Field(description="What the change does: `model.register`, `model.*`.")
    fields: Unique[FieldName] = Field(
        default=(), description="Only if one of these fields of `spec` is touched; what comes or goes touches all."
    )


class LifecycleConflict(Part):
    """Two duties that nobody may take both, over the whole life of a thing, whichever came first."""

    first: Duty = Field(description="One duty.")
    second: Duty = Field(description="The other.")
    scope: Literal["resource", "version", "model", "use-case"] = Field(
        description="The life of what: one file, a version with its deployments, a model with all its versions."
    )
    reason: Text = Field(description="Why.")


class Holders(Part):
    """How many active people must hold a role, and how many may lose it at once."""

    role: RoleName = Field(description="The Role.")
    minimum: int = Field(default=1, ge=1, le=1000, description="No change may leave fewer.")
    max_removed_percent: int = Field(default=100, ge=1, le=100, description="No change may take it from more of them.")


class SegregationOfDutiesSpec(Part):
    """Conflicts, and how hard they are."""

    description: Text = Field(description="What the policy is for.")
    role_pairs: Items[RolePair] = Field(default=(), description="Roles that nobody may hold together.")
    lifecycle: Items[LifecycleConflict] = Field(default=(), description="Duties that nobody may take both.")
    holders: Items[Holders] = Field(default=(), description="Roles that must not run out of people.")
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

    @field_validator("holders")
    @classmethod
    def _each_role_once(cls, holders: tuple[Holders, ...]) -> tuple[Holders, ...]:
        roles = [item.role for item in holders]
        twice = next((role for role in roles if roles.count(role) > 1), None)
        if twice is not None:
            raise ValueError(f"the role {quoted(twice)} stands there twice")
        return holders

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.role_pairs and not self.lifecycle and not self.holders:
            raise ValueError("give `role_pairs`, `lifecycle` or `holders`")
        return self


class SegregationOfDuties(Resource):
    """What one person may not both be, or both do, and how many must remain."""

    kind: Literal["SegregationOfDuties"] = Field(description="What the document describes.")
    spec: SegregationOfDutiesSpec = Field(description="The policy.")

    def references(self) -> tuple[Reference, ...]:
        """The roles of the pairs, and those that must not run out of people."""
        pairs = (
            to_role(name, "spec", "role_pairs", place, "roles", side)
            for place, pair in enumerate(self.spec.role_pairs)
            for side, name in enumerate(pair.roles)
        )
        holders = (to_role(item.role, "spec", "holders", place, "role") for place, item in enumerate(self.spec.holders))
        return (*pairs, *holders)
