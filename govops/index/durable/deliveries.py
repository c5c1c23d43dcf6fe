"""Webhooks that were taken; the oldest are forgotten when there are very many."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert

from govops.index.durable.tables import DELIVERIES

KEPT = 100_000


def note(connection: Connection, repository: str, forge: str, name: str, *, kept: int = KEPT) -> None:
    """Remember one. IntegrityError if it was taken before: then the transaction is over."""
    done = connection.execute(insert(DELIVERIES), {"repository": repository, "forge": forge, "id": name})
    (number,) = done.inserted_primary_key or (0,)
    connection.execute(delete(DELIVERIES).where(DELIVERIES.c.number <= number - kept))
