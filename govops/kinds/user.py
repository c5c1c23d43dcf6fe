"""User: a person, bot or agent, with every address and key that they act under."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govops.kinds.free_form import FreeKey
from govops.kinds.lists import Items, Unique
from govops.kinds.resource import Part, Reference, Resource, to_role
from govops.kinds.scalars import Email, Label, Name, RoleName, SshKey, Title


class Account(Part):
    """How a forge knows somebody."""

    forge: Name = Field(description="The forge: `github`, `gitlab`, `local` or a name of your own.")
    id: Title = Field(description="The forge's immutable id, as a text. Never given to someone else later.")
    login: Label = Field(default="", description="The login, for display only.")


class UserSpec(Part):
    """Who somebody is, and what they may do."""

    display_name: Title = Field(description="The name that people use.")
    type: Literal["human", "bot", "agent"] = Field(description="Only humans can approve.")
    emails: Unique[Email] = Field(default=(), description="Every address that their commits carry.")
    accounts: Items[Account] = Field(default=(), description="Their accounts on forges.")
    keys: Unique[SshKey] = Field(default=(), description="Their OpenSSH public keys, one line each.")
    roles: Unique[RoleName] = Field(default=(), description="The Roles that they hold.")
    active: bool = Field(default=True, description="False for somebody who left; the name stays theirs.")
    metadata: dict[FreeKey, Label] = Field(default_factory=dict, description="Facts of your own, such as a department.")


class User(Resource):
    """Somebody who makes, approves or lands changes. One person is one User, whatever they commit as."""

    kind: Literal["User"] = Field(description="What the document describes.")
    spec: UserSpec = Field(description="The person.")

    @property
    def title(self) -> str:
        """The name that people use."""
        return self.spec.display_name

    def references(self) -> tuple[Reference, ...]:
        """The roles held."""
        return tuple(to_role(name, "spec", "roles", place) for place, name in enumerate(self.spec.roles))
