"""``govops query`` answers in SQL and changes nothing; what it tells is safe to look at."""

from __future__ import annotations

import csv
import io
import json

import pytest

from govops.app.governance import Site
from govops.app.indexing import index_of, refresh
from govops.app.indexing.verifying import differences
from govops.errors import UsageError
from govops.index.listings import LISTINGS
from govops.index.reading import reader
from govops.render.rows import stream_rows
from tests.support.cli import Ran, govops


def ask(site: Site, sql: str, format: str = "csv") -> Ran:
    return govops("query", sql, "--repository", site.repository, "--url", site.index, "--output", format)


def test_a_query_is_answered_as_table_csv_and_json(site: Site) -> None:
    sql = "SELECT model, version FROM model_versions WHERE valid_to IS NULL ORDER BY version"
    assert ask(site, sql).out == "model,version\r\nfraud,1.0\r\nfraud,1.1\r\n"
    assert json.loads(ask(site, sql, "json").out)[0] == {"model": "fraud", "version": "1.0"}
    assert ask(site, sql, "table").out == "model  version\n-----  -------\nfraud  1.0\nfraud  1.1\n2 rows\n"
    assert ask(site, sql).err.startswith("index at ")


WRITES = (
    "DELETE FROM models",
    "UPDATE resources SET status = 'x'",
    "DROP TABLE models",
    "CREATE TABLE t (a integer)",
    "SELECT 1; DELETE FROM models",
    "COMMIT; DELETE FROM models",
    "WITH gone AS (DELETE FROM models RETURNING *) SELECT * FROM gone",
    "ATTACH DATABASE 'x.db' AS y",
    "PRAGMA writable_schema = 1",
    "SELECT load_extension('x')",
    "",
)


def test_nothing_but_a_query_is_asked(site: Site) -> None:
    refresh(site)
    for sql in WRITES:
        ran = ask(site, sql)
        assert ran.code == 2, sql
        told = ("error: the index cannot answer this", "error: this is no query")
        assert ran.err.splitlines()[-2].startswith(told), sql
    with reader(index_of(site)) as found:
        assert found.count("models", at=10**6) == 1


def test_a_name_that_is_mistyped_is_told_with_the_nearest(site: Site) -> None:
    for sql, meant in (
        ("SELECT 1 FROM deploymnts", "deployments"),
        ("SELECT environmnet FROM deployments", "environment"),
    ):
        ran = ask(site, sql)
        assert ran.code == 2
        assert f"hint: did you mean {meant}? " in ran.err


@pytest.mark.threat("I15")
def test_values_are_values(site: Site) -> None:
    """Whatever somebody asks for is compared, and never part of a statement."""
    refresh(site)
    strings = ("' OR '1'='1", "x'; DROP TABLE models; --", '" OR ""="', "1) UNION SELECT * FROM users --", "%", "\0")
    with reader(index_of(site)) as found:
        for name, listing in LISTINGS.items():
            for key in listing.filters:
                outer = {listing.within[key]: "x"} if key in listing.within else {}
                pages = [found.page(name, at=10**6, filters={**outer, key: text}) for text in strings]
                assert [page.rows for page in pages] == [()] * len(strings)
            for text in strings:
                with pytest.raises(UsageError):
                    found.page(name, at=10**6, filters={text: "x"})
                with pytest.raises(UsageError):
                    found.page(name, at=10**6, after=(text,) * (len(listing.order) + 1))
    assert differences(site.repository, index_of(site)) == ()


@pytest.mark.threat("G08")
@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_spreadsheet_computes_nothing(start: str) -> None:
    """What would be taken for a formula has an apostrophe before it; numbers stay numbers."""
    text = "".join(stream_rows(("a", f"{start}b"), [(f"{start}cmd|' /C calc'!A0", -5), (None, ["-1"])], "csv"))
    read = list(csv.reader(io.StringIO(text, newline="")))
    assert read == [["a", f"'{start}b"], [f"'{start}cmd|' /C calc'!A0", "-5"], ["", '["-1"]']]


def test_a_table_shows_no_control_characters() -> None:
    assert "\x1b" not in "".join(stream_rows(("a",), [("\x1b[31mred",)], "table"))


def test_json_loses_no_column() -> None:
    with pytest.raises(UsageError, match="two columns"):
        stream_rows(("a", "a"), [(1, 2)], "json")
    assert json.loads("".join(stream_rows(("a",), [], "json"))) == []


@pytest.mark.threat("K09")
def test_settings_that_lose_data_are_warned_of(site: Site) -> None:
    """The server of the tests runs without fsync; SQLite files are written through."""
    ran = govops("index", "build", "--repository", site.repository, "--url", site.index)
    assert ran.code == 0
    assert ("fsync = off" in ran.err) == site.index.startswith("postgresql")
    assert "s3cret" not in ran.out + ran.err
