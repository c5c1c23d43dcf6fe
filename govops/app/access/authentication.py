"""From what a request brings to somebody of the registry."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal

from govops.app.access.logbook import kept, log
from govops.app.access.minting import PREFIX, digest
from govops.app.access.oidc import Issuers
from govops.app.access.rules import InForce, in_force
from govops.app.access.token_file import TokenFile
from govops.app.governance import Actor, ForbiddenError, Site, UnauthenticatedError
from govops.evidence.records import Account
from govops.index.durable import opened
from govops.index.durable import tokens as store
from govops.index.durable.log import Entry
from govops.index.durable.tokens import Token
from govops.index.engines import reading
from govops.kinds.user import User
from govops.workspace.clock import now

_BEARER = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +([A-Za-z0-9._~+/-]{16,8192}=*)")
_JWT = re.compile(r"eyJ[\w-]*\.[\w-]*\.[\w-]*", re.ASCII)  # its first part is an object of JSON
_HINT = "send `Authorization: Bearer TOKEN`"


@dataclass(frozen=True, slots=True)
class Doors:
    """By which ways people come in, besides the tokens of the store: those of a file, and those of OpenID providers."""

    tokens: TokenFile | None = None
    issuers: Issuers | None = None


def authenticate(site: Site, authorization: str | None, doors: Doors, *, request: str = "") -> Actor:
    """Who sent this ``Authorization`` header: the User who has the account of the token.

    UnauthenticatedError where nobody knows; ForbiddenError, which is logged, where it is known and nobody active.
    Nothing else of a request says who somebody is.
    """
    if authorization is None:
        raise UnauthenticatedError("nobody is signed in", hint=_HINT)
    found = _BEARER.fullmatch(authorization)
    if found is None:
        raise UnauthenticatedError("the authorization is none that is accepted", hint=_HINT)
    account, reason = _account(site, found[1], doors)
    try:
        if reason:
            raise UnauthenticatedError(reason, hint="ask for a new one")
        return replace(_actor(in_force(site.repository), account), request=request)
    except (ForbiddenError, UnauthenticatedError) as error:
        denied = Entry(event="decision", account=account.address, action="sign in", allowed=False)
        log(site, None, replace(denied, reason=error.message, request=request))
        raise


def _account(site: Site, secret: str, doors: Doors) -> tuple[Account, str]:
    """Whose token it is, and why it is not accepted, if it is not. UnauthenticatedError where nobody knows it."""
    token = _kept(site, secret)
    if token is None and doors.issuers is not None and _JWT.fullmatch(secret):
        return doors.issuers.account(secret), ""
    if token is None and doors.tokens is not None:
        token = doors.tokens.find(digest(secret))
    if token is None:
        raise UnauthenticatedError("the token is not known", hint=_HINT)
    ended = token.revoked is not None or (token.expires is not None and token.expires <= now())
    return Account(forge=token.forge, id=token.account), "the token is not accepted any more" if ended else ""


def _kept(site: Site, secret: str) -> Token | None:
    """What the store knows of it."""
    if not site.store or not secret.startswith(PREFIX):
        return None
    with kept(), reading(opened(site.store)) as connection:
        return store.find(connection, in_force(site.repository).repository, digest(secret))


def _actor(rules: InForce, account: Account) -> Actor:
    names = rules.law.people_at(account.address)
    user = rules.law.user(names[0]) if len(names) == 1 else None
    if user is None:
        raise ForbiddenError(
            f"{'two Users have' if names else 'no User has'} the account of this token", hint="see registry/users"
        )
    if not user.spec.active:
        raise ForbiddenError(f"{user.metadata.name} is not active")
    return Actor(user.metadata.name, _as_known(user, account))


def _as_known(user: User, account: Account) -> Account:
    """The account with what the registry says of it: the login is for display, and only a human can approve."""
    logins = (own.login for own in user.spec.accounts if (own.forge, own.id) == (account.forge, account.id))
    kind: Literal["human", "bot"] = "human" if user.spec.type == "human" else "bot"
    return Account(forge=account.forge, id=account.id, login=next(logins, ""), type=kind)
