"""Whether somebody may: by the roles that they hold, or are lent, in the rules in force."""

from __future__ import annotations

from typing import NamedTuple

from govops.app.access.logbook import log
from govops.app.access.rules import InForce, in_force
from govops.app.governance import Actor, ForbiddenError, Site
from govops.decision.delegations import holds
from govops.errors import UsageError
from govops.index.durable.log import Entry
from govops.kinds.permissions import PERMISSIONS
from govops.kinds.quoting import quoted
from govops.workspace.clock import now


class _Permission(NamedTuple):
    role: str | None
    permission: str | None


def require(site: Site, actor: Actor, permission: str, *, resource: str = "", request: str = "") -> None:
    """ForbiddenError unless the actor may. Either way it is logged first; ``request`` is the id of the request."""
    rules = in_force(site.repository)
    reason = _against(rules, actor.name, permission)
    decision = Entry(
        event="decision",
        resource=resource,
        permission=permission,
        allowed=not reason,
        reason=reason,
        commit=rules.commit,
        request=request,
    )
    log(site, actor, decision)
    if reason:
        raise ForbiddenError(reason, hint="ask somebody who holds it, or for a role that has it")


def permitted(site: Site, user: str, permission: str, *, as_of: str | None = None) -> bool:
    """Whether the User of that name may, now or by the rules at ``as_of``, a commit of the protected branch.

    A delegation counts by today's date, since nothing else says when what is asked for would land. UsageError for a
    permission that there is not; NotFoundError for a commit that is not on the branch.
    """
    return not _against(in_force(site.repository, as_of=as_of), user, permission)


def _against(rules: InForce, name: str, permission: str) -> str:
    """Why not, empty if they may."""
    if permission not in PERMISSIONS:
        raise UsageError(f"there is no permission {quoted(permission)}", hint=f"one of {', '.join(PERMISSIONS)}")
    user = rules.law.user(name)
    if user is None:
        return f"there is no User {quoted(name)}"
    if not user.spec.active:
        return f"{name} is not active"
    if not holds(rules.law, name, _Permission(None, permission), now()):
        return f"{name} does not hold {permission}"
    return ""
