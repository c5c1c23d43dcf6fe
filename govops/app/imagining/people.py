"""Addresses by which imagined evidence names people, so that a test needs nobody's real account or key."""

from __future__ import annotations

from typing import NamedTuple

from govops.history.snapshot import KEYS, account_address
from govops.kinds.user import Account, User

FORGE = "imagined"


class Addresses(NamedTuple):
    """What one person's imagined evidence is signed with, given by, or written under."""

    account: str
    key: str
    email: str


def addresses_of(name: str) -> Addresses:
    """By the name of a User, or of somebody who is none."""
    return Addresses(account_address(FORGE, name), account_address(KEYS, key_of(name)), f"email:{email_of(name)}")


def key_of(name: str) -> str:
    """The imagined key."""
    return f"{FORGE} {name}"


def email_of(name: str) -> str:
    """The imagined address; no mail is ever sent to `.invalid`."""
    return f"{name}@{FORGE}.invalid"


def reachable(user: User) -> User:
    """The same person, known by these addresses too."""
    name, spec = user.metadata.name, user.spec
    more = {
        "accounts": (*spec.accounts, Account(forge=FORGE, id=name), Account(forge=KEYS, id=key_of(name))),
        "emails": (*spec.emails, email_of(name)),
    }
    return user.model_copy(update={"spec": spec.model_copy(update=more)})
