"""Bearer tokens in the store: their SHA-256 and whose they are."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, insert, select, update

from govops.index.durable.tables import TOKENS


@dataclass(frozen=True, slots=True)
class Token:
    """What is known of a token. It opens nothing from ``expires`` or since ``revoked`` (instants, None for never)."""

    id: str
    digest: str
    forge: str
    account: str
    label: str
    created: str
    expires: str | None = None
    revoked: str | None = None


def add(connection: Connection, repository: str, token: Token) -> None:
    """Keep one. IntegrityError if there is one with its id or digest."""
    row = {name: getattr(token, name) for name in Token.__slots__}
    connection.execute(insert(TOKENS), {**row, "repository": repository})


def find(connection: Connection, repository: str, digest: str) -> Token | None:
    """The one with this digest, whether it is still accepted or not."""
    wanted = select(TOKENS).where(TOKENS.c.repository == repository, TOKENS.c.digest == digest)
    row = connection.execute(wanted).mappings().one_or_none()
    return _token(row) if row else None


def every(connection: Connection, repository: str) -> tuple[Token, ...]:
    """All of them, oldest first."""
    wanted = (
        select(TOKENS)
        .where(TOKENS.c.repository == repository)
        .order_by(TOKENS.c.created, TOKENS.c.account, TOKENS.c.id)
    )
    return tuple(_token(row) for row in connection.execute(wanted).mappings())


def revoke(connection: Connection, repository: str, name: str, at: str) -> bool:
    """Whether there is one with this id; one that was revoked before keeps its time."""
    mine = (TOKENS.c.repository == repository) & (TOKENS.c.id == name)
    if connection.execute(select(TOKENS.c.id).where(mine)).one_or_none() is None:
        return False
    connection.execute(update(TOKENS).where(mine, TOKENS.c.revoked.is_(None)).values(revoked=at))
    return True


def _token(row: RowMapping) -> Token:
    return Token(**{name: row[name] for name in Token.__slots__})
