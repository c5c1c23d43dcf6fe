"""Whoever presses Ctrl-C gets an end of it, even where a library took the interrupt for something else."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Thread

import pytest

from govops.app.ci.recorder import written_key
from govops.app.schemas import write_schemas
from govops.app.writing import write_whole
from govops.cli.output import Output, deliver
from govops.git.authoring import create_repository, remotes
from govops.git.process import Git, clean_environment
from govops.http import Client, Party
from govops.index import copies
from govops.index.engines import Database, forget, writing
from govops.interrupt import go_on, interrupted, noticed
from govops.sla.recording import append
from govops.workspace.keep import Shelf

PARTY = Party("a forge", "")


def swallowed() -> None:
    """As where a pattern of Pydantic is tried: it says `no match` and the run goes on."""
    with suppress(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def file(place: Path) -> None:
    write_whole(place / "report.md", "new")


def device(place: Path) -> None:
    write_whole(Path("/dev/null"), "new")


def terminal(place: Path) -> None:
    deliver(lambda name, colour: ["new"], (Output("text", None),))


def git(place: Path) -> None:
    Git(place, clean_environment(place)).run("init", "new")


def checkout(place: Path) -> None:
    remotes(place)


def cache(place: Path) -> None:
    Shelf(place / "cache", ()).keep({"branch": "main"}, {"place": b"new"}, {}, None)


def database(place: Path) -> None:
    opened = Database(f"sqlite:///{place / 'index.db'}")
    try:
        with writing(opened) as connection:
            connection.exec_driver_sql("INSERT INTO facts VALUES ('new')")
    finally:
        forget(opened)


def index(place: Path) -> None:
    with copies.anew(copies.copy_at(f"sqlite:///{place / 'copy.db'}", "local:acme/ai-governance")):
        pass


def measurements(place: Path) -> None:
    append(place, "report.md", ["new"])


def schemas(place: Path) -> None:
    write_schemas(place)


def key(place: Path) -> None:
    written_key(place / "key", outside=place / "repository")


def created(place: Path) -> None:
    create_repository(place / "repository", "main")


def request(place: Path) -> None:
    Client("http://127.0.0.1:9", {}, party=PARTY).ask("POST", "http://127.0.0.1:9/", b"{}")


DOORS = (
    *(file, device, terminal, schemas, key, measurements, cache),
    *(git, checkout, created),
    *(database, index, request),
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an old report, a repository and a database in it, and where the key of caches would be."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "report.md").write_text("old")
    create_repository(tmp_path, "main")
    (tmp_path / "repository").mkdir()
    with closing(sqlite3.connect(tmp_path / "index.db")) as connection:
        connection.execute("CREATE TABLE facts (fact)")
    return tmp_path


def state(place: Path) -> tuple[str, list[str], list[tuple[str]]]:
    with closing(sqlite3.connect(place / "index.db")) as connection:
        facts = connection.execute("SELECT fact FROM facts").fetchall()
    names = sorted(path.name for path in place.rglob("*") if ".git" not in path.parts and path.is_file())
    return (place / "report.md").read_text(), names, facts


@pytest.mark.threat("A03")
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_a_run_that_was_told_to_stop_leaves_no_mark(
    place: Path, capsys: pytest.CaptureFixture[str], door: Callable[[Path], None]
) -> None:
    before = state(place)
    with noticed():
        swallowed()
        with pytest.raises(KeyboardInterrupt):
            door(place)
    assert state(place) == before
    assert capsys.readouterr().out == ""


def test_the_next_run_is_another() -> None:
    with noticed():
        swallowed()
        assert interrupted()
    assert not interrupted()
    go_on()


def test_a_signal_that_means_the_same_is_remembered_too_and_then_means_what_it_did() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with noticed(signal.SIGTERM):
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGTERM)
        assert interrupted()
    assert signal.getsignal(signal.SIGTERM) is before


def test_where_it_is_ignored_it_stays_so() -> None:
    """A script ignores it for what it leaves running behind it, which Ctrl-C is not meant for."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with noticed():
            signal.raise_signal(signal.SIGINT)
            assert not interrupted()
        assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


def test_in_a_thread_signals_are_left_to_whoever_started_it() -> None:
    before = signal.getsignal(signal.SIGINT)
    with noticed():
        swallowed()

        def run() -> None:
            with noticed():
                assert signal.getsignal(signal.SIGINT) is not before

        thread = Thread(target=run)
        thread.start()
        thread.join()
        assert interrupted()
