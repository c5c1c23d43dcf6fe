"""Which files a source means: those below its folder, and no others."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from govops.errors import UndecidableError, UsageError
from govops.sla.connections import given, login_for
from govops.sla.engines import engine
from govops.sla.files import chosen
from govops.sla.measuring import Measured
from tests.sla.hostile import question, row, source, written
from tests.support import parts


def asked(folder: Path, *files: str, **more: object) -> Measured:
    """What DuckDB answers about the first minute."""
    parts.package("duckdb", extra="analytics")
    addresses = {"disk": (folder / "disk").as_uri(), "server": "https://prometheus.example.org"}
    return engine("duckdb", addresses, root=folder).measure(source(*files, **more), [question((0, 60))])


def test_every_file_counts_once_whatever_the_patterns_say(tmp_path: Path) -> None:
    """JSONL and CSV beside each other, in folders too."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    written(tmp_path, [row(1, 10)], "a/one.jsonl")
    written(tmp_path, ["ok,timestamp,more,latency_ms", 'false,"2026-03-28T00:00:02Z","x, y",20'], "a/b/two.csv")
    found = asked(tmp_path, "a/*.jsonl", "a/**/*.csv", "a/**/*.*")
    assert (found.rows, found.tallies[0].requests, found.tallies[0].failed) == (2, 2, 1)


def test_a_folder_outside_of_the_repository_is_named_by_a_connection(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    written(tmp_path / "disk", [row(1, 10)])
    assert asked(tmp_path, connection="disk").rows == 1
    with pytest.raises(UndecidableError, match="is no folder of files"):
        asked(tmp_path, connection="server")
    with pytest.raises(UndecidableError, match="nobody says where `elsewhere` is"):
        asked(tmp_path, connection="elsewhere")


@pytest.mark.threat("I16")
@pytest.mark.parametrize("kind", ["file", "folder", "chain"])
def test_no_link_leads_out(tmp_path: Path, kind: str) -> None:
    """A proposal may bring links along; one that stays inside is followed."""
    root, other = tmp_path / "root", tmp_path / "other"
    root.mkdir()
    other.mkdir()
    written(other, [row(1, 10)], "rows.jsonl")
    if kind == "file":
        (root / "rows.jsonl").symlink_to(other / "rows.jsonl")
    elif kind == "folder":
        (root / "in").symlink_to(other)
    else:
        (root / "middle.jsonl").symlink_to(other / "rows.jsonl")
        (root / "rows.jsonl").symlink_to("middle.jsonl")
    for pattern in ("in/rows.jsonl", "in/*.jsonl") if kind == "folder" else ("rows.jsonl", "*.jsonl"):
        with pytest.raises(UndecidableError, match="leads out of its folder"):
            asked(root, pattern)


def test_a_link_inside_is_followed(tmp_path: Path) -> None:
    written(tmp_path, [row(1, 10)], "real.jsonl")
    (tmp_path / "rows.jsonl").symlink_to("real.jsonl")
    assert asked(tmp_path).rows == 1


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("nothing.csv", "no file of measurements is called `nothing.csv`"),
        ("*.csv", r"no file of measurements is called `\*.csv`"),
        ("folder", "no file of measurements"),
        ("notes.txt", "of no known format"),
        ("pipe.jsonl", "is no file"),
        ("gone.jsonl", "no file of measurements is called `gone.jsonl`"),
    ],
)
def test_what_is_no_file_of_measurements_decides_nothing(tmp_path: Path, pattern: str, told: str) -> None:
    """Not even an empty folder is taken for a service that nobody used."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "notes.txt").touch()
    os.mkfifo(tmp_path / "pipe.jsonl")
    (tmp_path / "gone.jsonl").symlink_to("missing.jsonl")
    with pytest.raises(UndecidableError, match=told):
        asked(tmp_path, pattern)


def test_the_order_of_files_is_that_of_their_names(tmp_path: Path) -> None:
    for name in ("b.csv", "a.jsonl", "c.csv"):
        (tmp_path / name).touch()
    assert [file.name for file in chosen(tmp_path, ["*.csv", "*.jsonl"])] == ["a.jsonl", "b.csv", "c.csv"]


def test_an_empty_file_is_a_gap(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").touch()
    found = asked(tmp_path)
    assert (found.rows, found.tallies[0].requests, len(found.tallies[0].gaps)) == (0, 0, 1)


@pytest.mark.threat("I16")
@pytest.mark.parametrize(
    "text", ["metrics", "metrics=", "=https://x.example", "M=https://x.example", "m=https://u:p@x.example", "m=x"]
)
def test_a_source_on_the_command_line_is_a_name_and_an_address(text: str) -> None:
    """Without a user name and password, which would stand in the list of processes."""
    with pytest.raises(UsageError, match="--source"):
        given([text])


def test_the_environment_says_who_we_are() -> None:
    """By the name of the connection alone."""
    environment = {
        "GOVOPS_SOURCE_MY_DB_USER": "me",
        "GOVOPS_SOURCE_MY_DB_PASSWORD": "s3cret",
        "GOVOPS_SOURCE_DB_USER": "no",
    }
    login = login_for("my-db", environment)
    assert (login.user, login.password, login.token) == ("me", "s3cret", "")
    assert "s3cret" not in repr(login)
    assert login.hidden("me: s3cret is wrong") == "***: *** is wrong"
    assert given(["db=postgresql://host/name"]) == {"db": "postgresql://host/name"}
