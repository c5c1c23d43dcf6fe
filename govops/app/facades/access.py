"""People, roles and permissions; proposals, and what people decide about them."""

from __future__ import annotations

from govops.app.governance import Actor, Document, Page, Query, Site, Submitted
from govops.app.governance.requests import AssignRole, CreateUser, Decide, RequestApproval


class AccessControl:
    """Who may do what in one repository, and what waits for whom.

    ``key`` makes a repetition of a request the same proposal. ``if_match`` is the blob id of the User's file as the
    caller has seen it, or the head of the proposal that is decided. Every write raises ForbiddenError, ConflictError,
    StaleError, MissingConditionError, NotFoundError or UsageError.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    def create_user(self, actor: Actor, request: CreateUser, *, key: str | None = None) -> Submitted:
        """Propose somebody new. Needs ``user:manage``, and ``role:manage`` if they get roles at once."""
        raise NotImplementedError

    def users(self, query: Query | None = None) -> Page:
        """The people, by name. Filters: ``active``, ``type``, ``role``."""
        raise NotImplementedError

    def user(self, name: str, *, as_of: str | None = None) -> Document:
        """One person. NotFoundError if they did not stand there then."""
        raise NotImplementedError

    def roles(self, query: Query | None = None) -> Page:
        """The roles and what they allow, by name."""
        raise NotImplementedError

    def roles_of(self, user: str, query: Query | None = None) -> Page:
        """The roles that somebody held, by name, each with the change that gave it."""
        raise NotImplementedError

    def assign_role(
        self, actor: Actor, user: str, request: AssignRole, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose that somebody holds a role. Needs ``role:manage``. ConflictError if they hold it already."""
        raise NotImplementedError

    def revoke_role(
        self,
        actor: Actor,
        user: str,
        role: str,
        *,
        if_match: str | None = None,
        key: str | None = None,
        reason: str = "",
    ) -> Submitted:
        """Propose that somebody holds a role no longer. Needs ``role:manage``. NotFoundError if they do not."""
        raise NotImplementedError

    def permitted(self, user: str, permission: str, *, as_of: str | None = None) -> Document:
        """Whether somebody had a permission: ``user``, ``permission``, ``allowed`` and the ``roles`` that give it.

        UsageError for a permission that there is not, NotFoundError for a person whom nobody knew then.
        """
        raise NotImplementedError

    def request_approval(self, actor: Actor, request: RequestApproval, *, key: str | None = None) -> Submitted:
        """Propose any change of governed files. Every active User may; the gate decides who has to approve it."""
        raise NotImplementedError

    def approvals(self, query: Query | None = None) -> Page:
        """The proposals, open and closed, the latest first. Filters: ``state``, ``opener``, ``resource``."""
        raise NotImplementedError

    def approval(self, id: str) -> Submitted:
        """One proposal with the gate's outlook, as it stands now. NotFoundError if there is none of that id."""
        raise NotImplementedError

    def approve(
        self, actor: Actor, id: str, request: Decide, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Approve a proposal at the head ``if_match``; it lands as soon as the gate passes.

        ForbiddenError with the gate's words where the approval would not count.
        """
        raise NotImplementedError

    def reject(
        self, actor: Actor, id: str, request: Decide, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Reject a proposal at the head ``if_match``, which closes it; of the opener, withdraw it."""
        raise NotImplementedError
