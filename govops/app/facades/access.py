"""People, roles and permissions; proposals, and what people decide about them."""

from __future__ import annotations

from govops.app import hosting
from govops.app.access import in_force, permitted, require
from govops.app.drafting import files, people
from govops.app.facades.choices import being_active, changing, chosen, holding_role
from govops.app.facades.proposals import as_it_stood, as_they_stood
from govops.app.facades.proposing import Step, decided, propose
from govops.app.facades.reading import commit_at, document, page
from govops.app.governance import Actor, Document, NotFoundError, Page, Query, Site, Submitted
from govops.app.governance.requests import AssignRole, CreateUser, Decide, RequestApproval
from govops.errors import UsageError
from govops.kinds.permissions import PERMISSIONS
from govops.kinds.quoting import quoted
from govops.kinds.resource import ResourceKey
from govops.kinds.user import User


class AccessControl:
    """Who may do what in one repository, and what waits for whom.

    ``key`` makes a repetition of a request the same proposal. ``if_match`` is the blob id of the User's file as the
    caller has seen it, or the head of the proposal that is decided. Every write raises ForbiddenError, ConflictError,
    StaleError, MissingConditionError, NotFoundError or UsageError.
    """

    def __init__(self, site: Site) -> None:
        self._site = site

    @property
    def site(self) -> Site:
        """Where it is done."""
        return self._site

    def create_user(self, actor: Actor, request: CreateUser, *, key: str | None = None) -> Submitted:
        """Propose somebody new. Needs ``user:manage``, and ``role:manage`` if they get roles at once."""
        step = Step(actor, "user:manage", ResourceKey("User", request.name), key)
        if request.roles:
            require(self._site, actor, "role:manage", resource=str(step.resource), request=actor.request)
        return propose(self._site, step, lambda tip: people.create(tip, request))

    def users(self, query: Query | None = None) -> Page:
        """The people, by name. Filters: ``type``, ``active``, ``role``."""
        return chosen(self._site, "users", query, {"active": being_active, "role": holding_role})

    def user(self, name: str, *, as_of: str | None = None) -> Document:
        """One person. NotFoundError if they did not stand there then."""
        return document(self._site, "users", {"name": name}, as_of=as_of)

    def roles(self, query: Query | None = None) -> Page:
        """The roles and what they allow, by name."""
        return page(self._site, "roles", query)

    def roles_of(self, user: str, query: Query | None = None) -> Page:
        """The roles that somebody held, by name, each with the change that gave it."""
        return page(self._site, "user_roles", query, {"user": user}, of=("users", {"name": user}))

    def assign_role(
        self, actor: Actor, user: str, request: AssignRole, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Propose that somebody holds a role. Needs ``role:manage``. ConflictError if they hold it already."""
        step = Step(actor, "role:manage", ResourceKey("User", user), key)
        return propose(self._site, step, lambda tip: people.assign(tip, tip.seen(User, user, if_match), request))

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
        step = Step(actor, "role:manage", ResourceKey("User", user), key)
        return propose(
            self._site, step, lambda tip: people.revoke(tip, tip.seen(User, user, if_match), role, reason=reason)
        )

    def permitted(self, user: str, permission: str, *, as_of: str | None = None) -> Document:
        """Whether somebody had a permission: ``user``, ``permission``, ``allowed`` and the ``roles`` that give it.

        UsageError for a permission that there is not, NotFoundError for a person whom nobody knew then.
        """
        if permission not in PERMISSIONS:
            raise UsageError(f"there is no permission {quoted(permission)}", hint=f"one of {', '.join(PERMISSIONS)}")
        commit = commit_at(self._site, as_of)
        rules = in_force(self._site.repository, as_of=commit)
        if rules.law.user(user) is None:
            raise NotFoundError(f"there is no User {quoted(user)}", hint="nobody of that name stood there then")
        body = {
            "user": user,
            "permission": permission,
            "allowed": permitted(self._site, user, permission, as_of=commit),
            "roles": list(rules.law.roles_for(user, permission=permission)),
            "commit": rules.commit,
        }
        return Document(body, rules.commit)

    def request_approval(self, actor: Actor, request: RequestApproval, *, key: str | None = None) -> Submitted:
        """Propose any change of governed files. Every active User may; the gate decides who has to approve it."""
        step = Step(actor, "", ResourceKey("files", request.title), key)
        return propose(self._site, step, lambda tip: files.rewrite(tip, request))

    def approvals(self, query: Query | None = None) -> Page:
        """The proposals, open and closed, by id. Filters: ``state``, ``opener``, ``resource``."""
        if query is not None and query.as_of is not None:
            return as_they_stood(self._site, query)
        return chosen(self._site, "requests", query, {"resource": changing})

    def approval(self, id: str, *, as_of: str | None = None) -> Submitted:
        """One proposal with the gate's outlook, as it stands now; with ``as_of`` as it stood then, without.

        NotFoundError if there is none of that id, or was none then.
        """
        return hosting.submitted(self._site, id) if as_of is None else as_it_stood(self._site, id, as_of)

    def approve(
        self, actor: Actor, id: str, request: Decide, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Approve a proposal at the head ``if_match``; it lands as soon as the gate passes.

        ForbiddenError with the gate's words where the approval would not count.
        """
        return decided(self._site, actor, id, "approve", request.note, if_match=if_match)

    def reject(
        self, actor: Actor, id: str, request: Decide, *, if_match: str | None = None, key: str | None = None
    ) -> Submitted:
        """Reject a proposal at the head ``if_match``, which closes it; of the opener, withdraw it."""
        return decided(self._site, actor, id, "reject", request.note, if_match=if_match)
