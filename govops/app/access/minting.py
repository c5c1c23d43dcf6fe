"""Bearer tokens: made once, shown once, kept as their SHA-256."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

from govops.app.access.logbook import kept
from govops.app.access.rules import in_force
from govops.app.governance import NotFoundError, Site
from govops.errors import UsageError
from govops.history.snapshot import KEYS
from govops.index.durable import opened
from govops.index.durable import tokens as store
from govops.index.durable.tokens import Token
from govops.index.engines import reading, writing
from govops.kinds.quoting import quoted
from govops.kinds.user import Account, User
from govops.workspace.clock import now

PREFIX = "govops_"  # so that who searches for secrets knows one
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Minted:
    """A new token. ``secret`` is told now and never again."""

    token: Token
    secret: str


def mint(site: Site, user: str, *, label: str, account: str = "", expires: str | None = None) -> Minted:
    """A token for one account (``forge/id``) of a User; for their local one, or the only one, if not told.

    UsageError where there is no such User or account, or the end (an instant) has passed.
    """
    rules = in_force(site.repository)
    found = rules.law.user(user)
    if found is None or not found.spec.active:
        raise UsageError(f"there is no active User {quoted(user)}", hint="name somebody of registry/users")
    if not label.strip() or len(label) > 100:
        raise UsageError("a token needs a label of at most 100 characters", hint="say what it is for")
    made = now()
    if expires is not None and expires <= made:
        raise UsageError(f"{expires} has passed", hint="give an instant in the future, such as 2027-01-31T00:00:00Z")
    whose = _account(found, account)
    secret = PREFIX + secrets.token_urlsafe(32)
    token = Token(secrets.token_hex(4), digest(secret), whose.forge, whose.id, label.strip(), made, expires)
    with kept(), writing(opened(site.store)) as connection:
        store.add(connection, rules.repository, token)
    return Minted(token, secret)


def tokens(site: Site) -> tuple[Token, ...]:
    """All of them, oldest first, without the secrets, which nobody has."""
    with kept(), reading(opened(site.store)) as connection:
        return store.every(connection, in_force(site.repository).repository)


def revoke(site: Site, name: str) -> None:
    """From now on the token with this id opens nothing. NotFoundError if there is none."""
    with kept(), writing(opened(site.store)) as connection:
        if not store.revoke(connection, in_force(site.repository).repository, name, now()):
            raise NotFoundError(f"there is no token {quoted(name)}", hint="see: govops token list")


def digest(secret: str) -> str:
    """What is kept of a token. It has 256 random bits, so nothing slower is needed."""
    return hashlib.sha256(secret.encode("utf-8")).hexdigest()


def _account(user: User, wanted: str) -> Account:
    known = [account for account in user.spec.accounts if account.forge != KEYS]
    if wanted:
        found = [account for account in known if f"{account.forge}/{account.id}" == wanted]
    else:
        found = [account for account in known if account.forge == LOCAL][:1] or known
    if len(found) != 1:
        names = ", ".join(f"{account.forge}/{account.id}" for account in known)
        hint = f"name one of {names}" if names else f"add an account of the forge {LOCAL} to their User"
        raise UsageError(
            f"{user.metadata.name} has no such account" if wanted else f"which account of {user.metadata.name}?",
            hint=hint,
        )
    return found[0]
