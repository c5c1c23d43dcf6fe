"""The store is made when somebody asks for it, has the version that fits, and its log cannot be rewritten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect
from sqlalchemy.exc import IntegrityError

from govops.errors import UsageError
from govops.index.durable import opened, store, upgrade
from govops.index.durable.log import Entry, append, plain, rows
from govops.index.durable.tables import METADATA, SCHEMA
from govops.index.engines import create, forget, reading, writing
from govops.index.faults import BrokenDatabaseError, MissingDatabaseError
from tests.support.lowest import ROOT
from tests.support.postgres import Postgresql

NOW = "2026-11-26T08:00:00Z"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a store may be made; there is none yet."""
    server = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    where = server.new() if isinstance(server, Postgresql) else f"sqlite:///{tmp_path}/store.db"
    yield where
    forget(store.database(where))


@pytest.mark.threat("K07")
def test_a_store_is_made_by_upgrade_alone_and_twice_changes_nothing(url: str) -> None:
    with pytest.raises((MissingDatabaseError, UsageError), match=r"the store (is not there|has version none)"):
        opened(url)
    first, second = upgrade(url), upgrade(url)
    assert (first.before, first.after) == ("", store.newest())
    assert (second.before, second.after) == (store.newest(), store.newest())
    assert opened(url) == store.database(url)


def test_migrations_make_what_the_code_believes(url: str) -> None:
    """Alembic would have nothing to add: same tables, columns, indexes."""
    upgrade(url)
    with reading(opened(url)) as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "store_version"})
        found = [one for one in compare_metadata(context, METADATA) if not _is_count(one)]
    assert found == []


def _is_count(difference: Any) -> bool:
    """Alembic before 1.16 takes it for a default that SQLite has no word for what counts by itself."""
    return isinstance(difference, list) and difference[0][0] == "modify_default" and difference[0][3] == "number"


def test_a_store_of_a_newer_govops_is_left_alone(url: str) -> None:
    upgrade(url)
    with writing(store.database(url)) as connection:
        connection.exec_driver_sql("UPDATE store_version SET version_num = '9999'")
    with pytest.raises(UsageError, match="the store has version 9999") as refused:
        opened(url)
    assert "newer govops" in refused.value.hint
    with pytest.raises(UsageError, match="newer"):
        upgrade(url)


def test_a_migration_that_fails_leaves_nothing_behind(url: str) -> None:
    """A table of somebody else's is in the way of the last one: the three before it are gone again."""
    create(store.database(url))
    with writing(store.database(url)) as connection:
        connection.exec_driver_sql("CREATE TABLE deliveries (n integer)")
    with pytest.raises(BrokenDatabaseError):
        upgrade(url)
    with reading(store.database(url)) as connection:
        assert inspect(connection).get_table_names() == ["deliveries"]


def test_two_upgrades_at_once_are_one(url: str) -> None:
    found: list[store.Upgraded] = []
    workers = [threading.Thread(target=lambda: found.append(upgrade(url))) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(one.before for one in found) == ["", store.newest(), store.newest()]


@pytest.mark.threat("I19")
def test_the_database_itself_refuses_to_change_the_log(url: str) -> None:
    upgrade(url)
    with writing(opened(url)) as connection:
        append(connection, "acme", NOW, Entry(event="decision", person="alice", allowed=False, reason="no"))
    for statement in ("UPDATE access_audit_log SET allowed = 1", "DELETE FROM access_audit_log"):
        with pytest.raises((BrokenDatabaseError, IntegrityError)), writing(opened(url)) as connection:
            connection.exec_driver_sql(statement)
    with reading(opened(url)) as connection:
        assert [row["allowed"] for row in rows(connection, "acme", {}, before=None, limit=9)] == [0]


def test_several_repositories_share_a_store_and_see_their_own(url: str) -> None:
    upgrade(url)
    with writing(opened(url)) as connection:
        for repository in ("one", "two", "one"):
            append(connection, repository, NOW, Entry(event="result", status=200))
    with reading(opened(url)) as connection:
        assert [len(rows(connection, name, {}, before=None, limit=9)) for name in ("one", "two", "three")] == [2, 1, 0]


@pytest.mark.parametrize("text", ["a\0b", "\ud800", "x" * 10_000, "'; DROP TABLE tokens --", "\u202e\n"])
@pytest.mark.threat("I15")
def test_whatever_was_asked_can_be_logged(url: str, text: str) -> None:
    """Texts are bound, cut, and of a kind that both databases take."""
    upgrade(url)
    with writing(opened(url)) as connection:
        append(connection, "acme", NOW, Entry(event="decision", resource=text, allowed=False))
    with reading(opened(url)) as connection:
        (row,) = rows(connection, "acme", {"resource": plain(text)}, before=None, limit=9)
    assert row["resource"] == plain(text)
    assert len(row["resource"]) <= 500


def test_the_page_names_version_and_schema_as_they_are() -> None:
    page = (ROOT / "docs/reference/store.md").read_text(encoding="utf-8")
    assert f"| version of this govops | {store.newest()} |" in page
    assert f"schema `{SCHEMA}`" in page
