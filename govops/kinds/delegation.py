"""Delegation: somebody acts in another's roles for a time. No chains."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from govops.kinds.lists import UniqueNonEmpty
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Reference, Resource, to_role, to_user
from govops.kinds.scalars import Instant, PersonName, RoleName


class DelegationSpec(Part):
    """Whose roles, to whom, from when until when."""

    from_: PersonName = Field(alias="from", description="The User who holds the roles.")
    to: PersonName = Field(description="The User who acts in them.")
    roles: UniqueNonEmpty[RoleName] = Field(description="The Roles.")
    starts: Instant = Field(description="The first instant.")
    until: Instant = Field(description="The first instant after it.")

    @model_validator(mode="after")
    def _to_another_for_a_time(self) -> Self:
        if self.from_ == self.to:
            raise ValueError(f"{quoted(self.to)} cannot delegate to themselves")
        if self.until <= self.starts:
            raise ValueError(f"`until` ({self.until}) is not after `starts` ({self.starts})")
        return self


class Delegation(Resource):
    """Roles lent from one person to another for a time."""

    kind: Literal["Delegation"] = Field(description="What the document describes.")
    spec: DelegationSpec = Field(description="The delegation.")

    def references(self) -> tuple[Reference, ...]:
        """Both people and the roles."""
        roles = (to_role(name, "spec", "roles", place) for place, name in enumerate(self.spec.roles))
        return (to_user(self.spec.from_, "spec", "from"), to_user(self.spec.to, "spec", "to"), *roles)
