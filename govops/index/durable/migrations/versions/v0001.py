"""The first four tables. What a migration says stays as it is: the next one goes on from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_Part = sa.Column[str] | sa.Column[int] | sa.CheckConstraint
_REPOSITORY = "Settings' name of the repository"
_CLOCK = "when, by the server's clock"
_APPEND_ONLY = "the access log is append-only"


def upgrade() -> None:
    """Make them, and have the database itself refuse to change the log."""
    said = "Who asked for what, and whether it was allowed: rows are added and never changed"
    _make("access_audit_log", _log(), said)
    _make("idempotency_keys", _keys(), "What was asked once, and what the answer was")
    _make("tokens", _tokens(), "Bearer tokens and whose they are")
    _make("deliveries", _deliveries(), "Webhooks that were taken")
    op.create_index("log_by_person", "access_audit_log", ["repository", "person", "number"])
    op.create_index("log_by_request", "access_audit_log", ["request"])
    op.create_index("tokens_by_id", "tokens", ["repository", "id"], unique=True)
    op.create_index("deliveries_by_id", "deliveries", ["repository", "forge", "id"], unique=True)
    for statement in _POSTGRESQL if op.get_context().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def _make(name: str, parts: Iterable[_Part], comment: str) -> None:
    op.create_table(name, *parts, comment=comment, sqlite_strict=True, sqlite_autoincrement=True)


def _log() -> Iterator[_Part]:
    yield _number()
    yield _text("repository", _REPOSITORY)
    yield _text("at", _CLOCK)
    yield _text("event", "decision: was it allowed; result: what came of it")
    yield _text("person", "the User, empty if nobody has the account", default="")
    yield _text("account", "the address of the account that was authenticated", default="")
    yield _text("action", "what was asked", default="")
    yield _text("resource", "of what", default="")
    yield _text("permission", "which permission it needed", default="")
    yield sa.Column("allowed", sa.Integer, nullable=False, comment="1 if it was, 0 if it was denied")
    yield _text("reason", "why it was denied", default="")
    yield sa.Column("status", sa.Integer, comment="the HTTP status of the answer")
    yield _text("commit", "the commit that it led to, or whose rules decided", default="")
    yield _text("key", "the Idempotency-Key", default="")
    yield _text("request", "the id of the request", default="")
    yield sa.CheckConstraint("event IN ('decision', 'result')", name="log_event")
    yield sa.CheckConstraint("allowed IN (0, 1)", name="log_allowed")


def _keys() -> Iterator[_Part]:
    yield sa.Column("repository", sa.Text, primary_key=True, comment=_REPOSITORY)
    yield sa.Column("account", sa.Text, primary_key=True, comment="the address of whose key it is")
    yield sa.Column("key", sa.Text, primary_key=True, comment="as it was sent")
    yield _text("digest", "SHA-256 of what was asked")
    yield _text("created", _CLOCK)
    yield sa.Column("answer", sa.Text, comment="JSON; null until it is done")


def _tokens() -> Iterator[_Part]:
    yield _text("id", "what it is called in lists")
    yield _text("repository", _REPOSITORY)
    yield sa.Column("digest", sa.Text, primary_key=True, comment="SHA-256 of the token, which nobody keeps")
    yield _text("forge", "the forge of the account")
    yield _text("account", "the immutable id there")
    yield _text("label", "what it is for")
    yield _text("created", _CLOCK)
    yield sa.Column("expires", sa.Text, comment="from when on it is not accepted")
    yield sa.Column("revoked", sa.Text, comment="since when it is not accepted")


def _deliveries() -> Iterator[_Part]:
    yield _number()
    yield _text("repository", _REPOSITORY)
    yield _text("forge", "who sent it")
    yield _text("id", "its id as far as that is signed, or else the digest of what was signed")


def _number() -> sa.Column[int]:
    """Counts by itself: in SQLite only an INTEGER does."""
    kind = sa.BigInteger().with_variant(sa.Integer, "sqlite")
    return sa.Column("number", kind, sa.Identity(always=True), primary_key=True)


def _text(name: str, comment: str, *, default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, server_default=default, comment=comment)


_SQLITE = tuple(
    f"CREATE TRIGGER log_no_{verb.lower()} BEFORE {verb} ON access_audit_log "
    f"BEGIN SELECT RAISE(ABORT, '{_APPEND_ONLY}'); END"
    for verb in ("UPDATE", "DELETE")
)
_POSTGRESQL = (
    "CREATE FUNCTION log_refuses() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN RAISE EXCEPTION '{_APPEND_ONLY}'; END $$",
    "CREATE TRIGGER log_no_change BEFORE UPDATE OR DELETE ON access_audit_log "
    "FOR EACH ROW EXECUTE FUNCTION log_refuses()",
    "CREATE TRIGGER log_no_truncate BEFORE TRUNCATE ON access_audit_log "
    "FOR EACH STATEMENT EXECUTE FUNCTION log_refuses()",
)
