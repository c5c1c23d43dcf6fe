"""Idempotency keys: what was asked under each, and what the answer was. They are kept for ever, as proposals are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from govops.index.durable.tables import KEYS


@dataclass(frozen=True, slots=True)
class Key:
    """One key of one account."""

    repository: str
    account: str
    key: str


def note(connection: Connection, key: Key, digest: str, at: str) -> tuple[str, str | None, bool]:
    """Digest of what was first asked under the key, the answer if there is one, and whether it was asked just now.

    The caller holds the claim on the key.
    """
    wanted = select(KEYS.c.digest, KEYS.c.answer).where(_is(key))
    found = connection.execute(wanted).one_or_none()
    if found is not None:
        return found.digest, found.answer, False
    row = {"repository": key.repository, "account": key.account, "key": key.key, "digest": digest, "created": at}
    connection.execute(insert(KEYS), row)
    return digest, None, True


def keep(connection: Connection, key: Key, answer: str) -> None:
    """From now on the key has this answer."""
    connection.execute(update(KEYS).where(_is(key)).values(answer=answer))


def free(connection: Connection, key: Key) -> None:
    """Forget a key that has no answer."""
    connection.execute(delete(KEYS).where(_is(key), KEYS.c.answer.is_(None)))


def _is(key: Key) -> ColumnElement[bool]:
    columns = KEYS.c
    return (columns.repository == key.repository) & (columns.account == key.account) & (columns.key == key.key)
