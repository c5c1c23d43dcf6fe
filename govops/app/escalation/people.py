"""Whom an entry of ``notify`` means, by the people and roles that lawfully stand."""

from __future__ import annotations

from collections.abc import Iterator

from govops.decision import Law
from govops.decision.law import USERS_ROOT
from govops.escalation import Person, Recipient
from govops.kinds.role import Role
from govops.kinds.user import User


def recipient(entry: str, law: Law) -> Recipient:
    """A User before a Role of the same name; what has an ``@`` in it is an address, and anything else a channel.

    Nobody who is inactive is told, whether named or by a role.
    """
    users = dict(_users(law))
    if entry in users:
        return Recipient(entry, "user", _people([users[entry]]))
    if isinstance(law.snapshot.find("Role", entry), Role):
        return Recipient(entry, "role", _people([user for user in users.values() if entry in user.spec.roles]))
    return Recipient(entry, "address" if "@" in entry else "channel")


def _users(law: Law) -> Iterator[tuple[str, User]]:
    """Everybody as they last stood by an approved change, sorted by name."""
    paths = law.snapshot.paths_of("User") | {path for path in law.unlawful if path.startswith(USERS_ROOT)}
    for path in sorted(paths):
        record, file = law.unlawful.get(path), law.snapshot.files.get(path)
        found = record.lawful if record is not None else file.resource if file is not None else None
        if isinstance(found, User):
            yield found.metadata.name, found


def _people(users: list[User]) -> tuple[Person, ...]:
    return tuple(
        Person(user.metadata.name, user.spec.display_name, next(iter(user.spec.emails), ""))
        for user in users
        if user.spec.active
    )
