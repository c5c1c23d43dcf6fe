"""People, and the roles that they hold."""

from __future__ import annotations

from govops.app.drafting.edits import Edit, draft, edit, new
from govops.app.drafting.tip import Stood, Tip
from govops.app.governance import ConflictError, Draft, NotFoundError
from govops.app.governance.requests import AssignRole, CreateUser
from govops.kinds.quoting import quoted
from govops.kinds.user import User

_ROLES = ("spec", "roles")


def create(tip: Tip, request: CreateUser) -> Draft:
    """Somebody new."""
    written = new(tip, User, request.name, request.spec(), request.labels)
    return draft(tip, f"Add {request.name}", [written], reason=request.reason)


def assign(tip: Tip, user: Stood[User], request: AssignRole) -> Draft:
    """One role more."""
    name, roles = user.resource.metadata.name, user.resource.spec.roles
    if request.role in roles:
        raise ConflictError(f"{name} holds the role {quoted(request.role)} already")
    written = edit(user, Edit({_ROLES: [*roles, request.role]}))
    return draft(tip, f"Let {name} hold {request.role}", [written], reason=request.reason)


def revoke(tip: Tip, user: Stood[User], role: str, *, reason: str = "") -> Draft:
    """One role less."""
    name, roles = user.resource.metadata.name, user.resource.spec.roles
    if role not in roles:
        raise NotFoundError(
            f"{name} does not hold the role {quoted(role)}", hint=f"they hold {', '.join(roles) or 'none'}"
        )
    written = edit(user, Edit({_ROLES: [one for one in roles if one != role]}))
    return draft(tip, f"Take {role} from {name}", [written], reason=reason)
