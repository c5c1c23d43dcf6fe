"""People, roles, permissions, and proposals."""

from __future__ import annotations

from govops.api.calls import Call
from govops.app.facades import AccessControl
from govops.app.governance import Document, Page, Submitted


def create_user(access: AccessControl, call: Call) -> Submitted:
    """Add somebody to the registry.

    Roles that they get at once need `role:manage` as well.
    """
    return access.create_user(call.actor, call.body, key=call.key)


def list_users(access: AccessControl, call: Call) -> Page:
    """List the people."""
    return access.users(call.query)


def get_user(access: AccessControl, call: Call) -> Document:
    """Show somebody."""
    return access.user(call["user"], as_of=call.query.as_of)


def list_roles(access: AccessControl, call: Call) -> Page:
    """List the roles and what they allow."""
    return access.roles(call.query)


def list_user_roles(access: AccessControl, call: Call) -> Page:
    """List the roles that somebody holds."""
    return access.roles_of(call["user"], call.query)


def assign_role(access: AccessControl, call: Call) -> Submitted:
    """Give somebody a role."""
    return access.assign_role(call.actor, call["user"], call.body, **call.step)


def revoke_role(access: AccessControl, call: Call) -> Submitted:
    """Take a role from somebody."""
    return access.revoke_role(call.actor, call["user"], call["role"], **call.step)


def check_permission(access: AccessControl, call: Call) -> Document:
    """Tell whether somebody has a permission, and which roles give it."""
    return access.permitted(call["user"], call["permission"], as_of=call.query.as_of)


def request_approval(access: AccessControl, call: Call) -> Submitted:
    """Propose any change of governed files."""
    return access.request_approval(call.actor, call.body, key=call.key)


def list_approvals(access: AccessControl, call: Call) -> Page:
    """List the proposals, open and closed, by id."""
    return access.approvals(call.query)


def get_approval(access: AccessControl, call: Call) -> Submitted:
    """Show a proposal: what it still needs, who has approved it, and why an approval does not count."""
    return access.approval(call["id"], as_of=call.query.as_of)


def approve(access: AccessControl, call: Call) -> Submitted:
    """Approve a proposal; it lands as soon as nothing is missing.

    The gate decides whether it counts: whoever made the proposal, or lacks the role, is refused.
    """
    return access.approve(call.actor, call["id"], call.body, **call.step)


def reject(access: AccessControl, call: Call) -> Submitted:
    """Reject a proposal, which closes it; of the person who opened it, withdraw it."""
    return access.reject(call.actor, call["id"], call.body, **call.step)
