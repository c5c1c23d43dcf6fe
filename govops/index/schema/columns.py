"""Columns that mean the same in SQLite (STRICT tables) and in PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects.postgresql import JSONB, TEXT
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

METADATA = MetaData()


class Words(TypeDecorator[str]):
    """Text in the order of its UTF-8 bytes. What no database holds (NUL, bytes that were no UTF-8) is spelled out."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return TEXT(collation="C") if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value if value is None else clean(value)


class Json(TypeDecorator[Any]):
    """A JSON value: ``jsonb`` in PostgreSQL, text in SQLite."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return JSONB(none_as_null=True) if dialect.name == "postgresql" else Text()

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        if value is None:
            return None
        text = _spelled(value)
        if "\\u0000" in text or not _is_whole(text):
            text = _spelled(_cleaned(value))
        return json.loads(text) if dialect.name == "postgresql" else text

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return json.loads(value) if isinstance(value, str) and dialect.name != "postgresql" else value


class Flag(TypeDecorator[bool]):
    """True or false; 1 or 0 in SQLite."""

    impl = Boolean
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Boolean() if dialect.name == "postgresql" else Integer()

    def process_result_value(self, value: Any, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


NUMBER: TypeEngine[float] = Double().with_variant(REAL(), "sqlite")
COUNT: TypeEngine[int] = Integer().with_variant(BigInteger(), "postgresql")


def clean(text: str) -> str:
    """The text as every database can hold it."""
    if text.isascii():
        return text.replace("\0", "\\x00") if "\0" in text else text
    try:
        raw = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = text.encode("utf-8", "surrogatepass")
    return raw.decode("utf-8", "backslashreplace").replace("\0", "\\x00")


def _spelled(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def _is_whole(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): _cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_cleaned(item) for item in value]
    return value


def words(name: str, comment: str, *, null: bool = False, key: bool = False) -> Column[str]:
    """A column of text."""
    return Column(name, Words, nullable=null, primary_key=key, comment=comment)


def count(name: str, comment: str, *, null: bool = False, key: bool = False) -> Column[int]:
    """A column of whole numbers."""
    return Column(name, COUNT, nullable=null, primary_key=key, autoincrement=False, comment=comment)


def number(name: str, comment: str) -> Column[float]:
    """A column of measures, NULL where nothing was measured."""
    return Column(name, NUMBER, nullable=True, comment=comment)


def flag(name: str, comment: str) -> Column[bool]:
    """A column of true and false."""
    return Column(name, Flag, nullable=False, comment=comment)


def data(name: str, comment: str, *, null: bool = False) -> Column[Any]:
    """A column of JSON."""
    return Column(name, Json, nullable=null, comment=comment)


def commit(comment: str = "the commit that it comes from", *, null: bool = False) -> Column[str]:
    """The commit that a row comes from."""
    return words("commit_id", comment, null=null)


def blob(comment: str = "the file's content in git; NULL where no single file says it") -> Column[str]:
    """The blob that a row comes from."""
    return words("blob_id", comment, null=True)


def table(name: str, comment: str, *items: SchemaItem) -> Table:
    """A table of the index."""
    return Table(name, METADATA, *items, comment=comment, sqlite_strict=True)


def lasting(name: str, comment: str, *items: SchemaItem, indexes: tuple[tuple[str, ...], ...] = ()) -> Table:
    """A table of what a governed file says, one row for each stretch of the history in which it said so.

    Each is part of a row of ``resources``. ``indexes`` are over these columns and the stretch.
    """
    return table(
        name,
        comment,
        words("path", "the file", key=True),
        count("valid_from", "position of the change that made it so", key=True),
        count("valid_to", "position of the change that ended it; NULL: it still stands", null=True),
        commit("the change that made it so"),
        blob("the file's content in git"),
        *items,
        ForeignKeyConstraint(["path", "valid_from"], ["resources.path", "resources.valid_from"], ondelete="CASCADE"),
        *(Index(f"{name}_by_{columns[0]}", *columns, "valid_from", "valid_to") for columns in indexes),
    )
