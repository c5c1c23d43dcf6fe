"""No list reads a whole table where an index serves, on the first page or a later one, narrowed down or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection

from govops.index.copies import Copy, copy_at, reading
from govops.index.listings import LISTINGS
from govops.index.reading import Reader
from tests.support.large_index import large

FILES = 3_000


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    copy = copy_at(f"sqlite:///{tmp_path_factory.mktemp('large')}/index.db", "large")
    large(copy, FILES)
    return copy


@pytest.fixture
def connection(company: Copy) -> Iterator[Connection]:
    with reading(company) as connection:
        yield connection


def plans(connection: Connection, ask: Any) -> list[str]:
    """How SQLite goes about what is asked."""
    driver: Any = connection.connection.driver_connection
    statements: list[str] = []
    driver.set_trace_callback(statements.append)
    try:
        ask()
    finally:
        driver.set_trace_callback(None)
    return [row[3] for sql in statements for row in driver.execute(f"EXPLAIN QUERY PLAN {sql}")]


def reads_all(plan: str) -> bool:
    """Whether a table is gone through that is not gone through in the order of an index, which ends with the page."""
    return plan.startswith("SCAN") and " USING " not in plan


@pytest.mark.parametrize("name", LISTINGS)
def test_a_page_is_found_by_an_index(connection: Connection, name: str) -> None:
    listing, reader = LISTINGS[name], Reader(connection)
    assert len(reader.page(name, at=FILES, limit=20).rows) in (1, 20)
    first = reader.page(name, at=FILES, limit=1)
    asked: list[dict[str, Any]] = [{}, {"after": first.after}] if first.after else [{}]
    for more in asked:
        for plan in plans(connection, lambda more=more: reader.page(name, at=FILES, limit=50, **more)):
            assert not reads_all(plan), (more, plan)
            assert plan != "USE TEMP B-TREE FOR ORDER BY", more
    for key, column in listing.filters.items():
        outer = {listing.within[key]: first.rows[0][listing.within[key]]} if key in listing.within else {}
        narrowed = {"filters": {**outer, key: first.rows[0][column]}}
        found = plans(connection, lambda narrowed=narrowed: reader.page(name, at=FILES, **narrowed))
        assert found[0].startswith("SEARCH"), (key, found)


def test_a_moment_is_found_by_an_index(connection: Connection) -> None:
    reader = Reader(connection)
    for moment in ("2026-01-01T00:10:00Z", "commit_id-000100"):
        for plan in plans(connection, lambda moment=moment: _asked(reader, moment)):
            assert not reads_all(plan) or "standing" in plan, plan


def _asked(reader: Reader, moment: str) -> int:
    return reader.position(moment) if moment.endswith("Z") else reader._of_commit(moment)


def test_what_reads_all_is_seen(connection: Connection) -> None:
    """The check above can fail."""
    sql = "SELECT * FROM models WHERE title = 'x'"
    assert any(map(reads_all, plans(connection, lambda: connection.exec_driver_sql(sql).all())))
