"""The tables of the durable store as they are now. Migrations make them; a test compares the two.

Instants are texts (``2026-11-26T08:00:00Z``) and truth is 0 or 1, so that both databases hold and sort the same.
Every table names the repository (``repository`` of Settings), since several may share one store.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, Column, Identity, Index, Integer, MetaData, Table, Text

SCHEMA = "govops_store"  # of PostgreSQL; a file needs none
METADATA = MetaData()

_NUMBER = BigInteger().with_variant(Integer, "sqlite")  # only an INTEGER counts by itself there


def _table(name: str, *columns: Column[object] | CheckConstraint | Index, comment: str) -> Table:
    return Table(name, METADATA, *columns, comment=comment, sqlite_strict=True, sqlite_autoincrement=True)


def _number() -> Column[object]:
    return Column("number", _NUMBER, Identity(always=True), primary_key=True)


def _text(name: str, comment: str, *, default: str | None = "") -> Column[object]:
    return Column(name, Text, nullable=False, server_default=default, comment=comment)


LOG = _table(
    "access_audit_log",
    _number(),
    _text("repository", "Settings' name of the repository", default=None),
    _text("at", "when, by the server's clock", default=None),
    _text("event", "decision: was it allowed; result: what came of it", default=None),
    _text("person", "the User, empty if nobody has the account"),
    _text("account", "the address of the account that was authenticated"),
    _text("action", "what was asked"),
    _text("resource", "of what"),
    _text("permission", "which permission it needed"),
    Column("allowed", Integer, nullable=False, comment="1 if it was, 0 if it was denied"),
    _text("reason", "why it was denied"),
    Column("status", Integer, comment="the HTTP status of the answer"),
    _text("commit", "the commit that it led to, or whose rules decided"),
    _text("key", "the Idempotency-Key"),
    _text("request", "the id of the request"),
    CheckConstraint("event IN ('decision', 'result')", name="log_event"),
    CheckConstraint("allowed IN (0, 1)", name="log_allowed"),
    Index("log_by_person", "repository", "person", "number"),
    Index("log_by_request", "request"),
    comment="Who asked for what, and whether it was allowed: rows are added and never changed",
)

KEYS = _table(
    "idempotency_keys",
    Column("repository", Text, primary_key=True, comment="Settings' name of the repository"),
    Column("account", Text, primary_key=True, comment="the address of whose key it is"),
    Column("key", Text, primary_key=True, comment="as it was sent"),
    _text("digest", "SHA-256 of what was asked", default=None),
    _text("created", "when, by the server's clock", default=None),
    Column("answer", Text, comment="JSON; null until it is done"),
    comment="What was asked once, and what the answer was",
)

TOKENS = _table(
    "tokens",
    _text("id", "what it is called in lists", default=None),
    _text("repository", "Settings' name of the repository", default=None),
    Column("digest", Text, primary_key=True, comment="SHA-256 of the token, which nobody keeps"),
    _text("forge", "the forge of the account", default=None),
    _text("account", "the immutable id there", default=None),
    _text("label", "what it is for", default=None),
    _text("created", "when, by the server's clock", default=None),
    Column("expires", Text, comment="from when on it is not accepted"),
    Column("revoked", Text, comment="since when it is not accepted"),
    Index("tokens_by_id", "repository", "id", unique=True),
    comment="Bearer tokens and whose they are",
)

DELIVERIES = _table(
    "deliveries",
    _number(),
    _text("repository", "Settings' name of the repository", default=None),
    _text("forge", "who sent it", default=None),
    _text("id", "its id as far as that is signed, or else the digest of what was signed", default=None),
    Index("deliveries_by_id", "repository", "forge", "id", unique=True),
    comment="Webhooks that were taken",
)
