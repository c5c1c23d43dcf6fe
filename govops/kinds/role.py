"""Role: a set of permissions that people hold together."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govops.kinds.lists import Unique, UniqueNonEmpty
from govops.kinds.permissions import Grant, grants
from govops.kinds.resource import Part, Reference, Resource, to_role
from govops.kinds.scalars import RoleName, Text


class RoleSpec(Part):
    """What holders of the role may do."""

    description: Text = Field(description="What the role is for.")
    permissions: UniqueNonEmpty[Grant] = Field(description="What it allows; `*` allows everything.")
    conflicts: Unique[RoleName] = Field(default=(), description="Roles that nobody may hold together with this one.")

    def grants(self, permission: str) -> bool:
        """Whether a holder has the permission."""
        return grants(self.permissions, permission)


class Role(Resource):
    """A set of permissions with a name."""

    kind: Literal["Role"] = Field(description="What the document describes.")
    spec: RoleSpec = Field(description="The role.")

    def references(self) -> tuple[Reference, ...]:
        """The roles in conflict with it."""
        return tuple(to_role(name, "spec", "conflicts", place) for place, name in enumerate(self.spec.conflicts))
