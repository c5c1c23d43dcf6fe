"""A database is opened in one place: never made by the way, never in two processes at once, and its faults are told."""

from __future__ import annotations

import os
import sqlite3
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from govops.errors import GovopsError, UsageError
from govops.index.engines import Database, create, engine, forget, reading, warnings, writing
from govops.index.faults import BrokenDatabaseError, FullDatabaseError, LockedDatabaseError, MissingDatabaseError
from govops.index.file_systems import is_local, is_shared
from tests.support.postgres import PASSWORD, Postgresql

New = Callable[..., Database]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def new(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[New]:
    """Makes one database, and gives it again with other settings."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/a%3F ?#b.db".replace("%3F", "_")
    else:
        server: Postgresql = request.getfixturevalue("postgresql")
        url = server.new()
    create(Database(url))
    opened: list[Database] = []

    def make(*, patience: float = 5.0, read_only: bool = False) -> Database:
        opened.append(Database(url, "the store", read_only=read_only, patience=patience))
        return opened[-1]

    yield make
    for database in opened:
        forget(database)


def test_a_transaction_is_kept_whole_or_not_at_all(new: New) -> None:
    database = new()
    with writing(database) as connection:
        connection.exec_driver_sql("CREATE TABLE t (n integer NOT NULL)")
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
    with pytest.raises(BrokenDatabaseError), writing(database) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (2) RETURNING no_such_column")
    with reading(database) as connection:
        assert connection.exec_driver_sql("SELECT n FROM t").scalars().all() == [1]


def test_a_reader_sees_one_state_and_cannot_write(new: New) -> None:
    with writing(new()) as connection:
        connection.exec_driver_sql("CREATE TABLE t (n integer NOT NULL)")
    with pytest.raises(BrokenDatabaseError), reading(new(read_only=True)) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")


@pytest.mark.threat("K08")
def test_a_writer_waits_for_another_and_then_says_that_it_is_busy(new: New) -> None:
    patient, hasty = new(), new(patience=0.05)
    with writing(patient) as connection:
        connection.exec_driver_sql("CREATE TABLE t (n integer PRIMARY KEY)")
    with writing(patient) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (1)")
        with pytest.raises(LockedDatabaseError, match="the store is busy"), writing(hasty) as other:
            other.exec_driver_sql("INSERT INTO t VALUES (1)")
    with reading(hasty) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 1


@pytest.mark.threat("K08")
def test_six_writers_at_once_lose_nothing(new: New) -> None:
    """Each adds 20 to one number, read and written in one transaction, and asks again where it was told to."""
    database = new(patience=0.05)
    with writing(database) as connection:
        connection.exec_driver_sql("CREATE TABLE t (n integer NOT NULL)")
        connection.exec_driver_sql("INSERT INTO t VALUES (0)")

    def add() -> None:
        left = 20
        while left:
            try:
                with writing(database) as own:
                    own.exec_driver_sql("UPDATE t SET n = n + 1")
                left -= 1
            except LockedDatabaseError:
                continue

    writers = [threading.Thread(target=add) for _ in range(6)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    with reading(database) as connection:
        assert connection.exec_driver_sql("SELECT n FROM t").scalar_one() == 120


def test_foreign_keys_hold_in_both(new: New) -> None:
    from sqlalchemy.exc import IntegrityError

    with writing(new()) as connection:
        connection.exec_driver_sql("CREATE TABLE a (n integer PRIMARY KEY)")
        connection.exec_driver_sql("CREATE TABLE b (n integer REFERENCES a (n))")
    with pytest.raises(IntegrityError), writing(new()) as connection:
        connection.exec_driver_sql("INSERT INTO b VALUES (1)")


def test_a_child_opens_connections_of_its_own(new: New) -> None:
    """Two processes on one connection would read each other's answers."""
    database = new()
    with reading(database) as connection:
        before = engine(database)
        child = os.fork()
        if child == 0:
            try:
                with reading(database) as own:
                    alone = engine(database) is not before and own.exec_driver_sql("SELECT 1").scalar_one() == 1
                os._exit(0 if alone else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert connection.exec_driver_sql("SELECT 2").scalar_one() == 2


@pytest.mark.threat("K07")
def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    file = tmp_path / "secret-folder" / "store.db"
    for _ in range(2):
        with pytest.raises(MissingDatabaseError, match="the store is not there"):
            engine(Database(f"sqlite:///{file}", "the store"))
        file.parent.mkdir(exist_ok=True)
    assert not file.exists()


def test_a_new_file_is_for_its_owner_alone_and_no_other_is_overwritten(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/store.db")
    create(database)
    assert (tmp_path / "store.db").stat().st_mode & 0o777 == 0o600
    with pytest.raises(UsageError, match="File exists"):
        create(database)


def test_a_file_that_was_replaced_is_opened_after_the_old_one_is_forgotten(tmp_path: Path) -> None:
    database, other = Database(f"sqlite:///{tmp_path}/a.db"), Database(f"sqlite:///{tmp_path}/b.db")
    for number, one in enumerate((database, other)):
        create(one)
        with writing(one) as connection:
            connection.exec_driver_sql(f"PRAGMA user_version = {number + 1}")
    forget(other)
    forget(database)
    os.replace(tmp_path / "b.db", tmp_path / "a.db")
    with reading(database) as connection:
        assert connection.exec_driver_sql("PRAGMA user_version").scalar_one() == 2
    forget(database)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:s3cret@h/n",
        "sqlite://",
        "sqlite:///x.db?mode=rwc",
        "s3cret",
        "sqlite:///:memory:",
        "postgresql+pg8000://u:s3cret@h/n",
    ],
)
def test_other_addresses_are_refused_without_being_repeated(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        engine(Database(url))
    assert "s3cret" not in "".join(traceback.format_exception(refused.value))


@pytest.mark.threat("K02")
def test_a_file_that_is_no_database_is_told_without_its_path(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"no database at all" * 100)
    with pytest.raises(BrokenDatabaseError) as told, reading(Database(f"sqlite:///{tmp_path}/store.db")):
        pass
    assert "NOTADB" in told.value.message
    assert str(tmp_path) not in f"{told.value.message}{told.value.hint}"


@pytest.mark.threat("J06")
def test_a_full_disk_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/store.db", "the store")
    create(database)
    with writing(database) as connection:
        connection.exec_driver_sql("CREATE TABLE t (b blob)")
        connection.exec_driver_sql("PRAGMA max_page_count = 4")
    with pytest.raises(FullDatabaseError, match="no room left for the store"), writing(database) as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (zeroblob(1000000))")
    with reading(database) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM t").scalar_one() == 0
    forget(database)


@pytest.mark.slow
def test_a_server_that_is_away_or_refuses_is_told_without_its_address(postgresql: Postgresql) -> None:
    away = Database(f"postgresql://u:{PASSWORD}@127.0.0.1:1/n", "the index")
    refusing = Database(postgresql.new().replace(PASSWORD, "wr0ng"), "the index")
    no_such = Database(postgresql.new() + "_not_there", "the index")
    for database in (away, refusing, no_such):
        with pytest.raises(GovopsError, match="the index") as told, reading(database):
            pass
        text = "".join(traceback.format_exception(told.value))
        assert not any(secret in text for secret in (PASSWORD, "wr0ng", "127.0.0.1"))


@pytest.mark.slow
@pytest.mark.threat("K09")
def test_settings_that_lose_writes_are_warned_about(postgresql: Postgresql) -> None:
    """The server of the tests runs without fsync, which is what there is to warn of."""
    found = warnings(Database(postgresql.new(), "the store"))
    assert "the store has fsync = off: a power loss can damage it" in found
    assert not any("full_page_writes" in line for line in found)


def test_a_file_has_no_such_settings_and_waits_for_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/store.db")
    create(database)
    assert warnings(database) == ()
    with reading(database) as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2  # FULL
    forget(database)


MOUNTS = """\
22 1 254:0 / / rw - ext4 /dev/vda rw
30 22 0:40 / /srv/with\\040blank rw shared:1 - nfs4 server:/x rw
31 30 0:41 / /srv/with\\040blank/own rw - xfs /dev/vdb rw
32 22 0:42 / /odd rw - fuse.mine none rw
"""


@pytest.mark.threat("K06")
def test_file_systems_are_told_apart(tmp_path: Path) -> None:
    """A log beside the file is for local disks; what the network shares is refused; of the rest nobody tells."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(MOUNTS, encoding="ascii")
    found = {
        path: (is_local(Path(path), mounts), is_shared(Path(path), mounts))
        for path in ("/a.db", "/srv/with blank/a.db", "/srv/with blank/own/a.db", "/odd/a.db")
    }
    assert list(found.values()) == [(True, False), (False, True), (True, False), (False, False)]
    assert not is_local(Path("/a.db"), tmp_path / "not-there")


@pytest.mark.threat("K06")
def test_a_file_that_the_network_shares_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from govops.index import engines

    sqlite3.connect(tmp_path / "store.db").close()
    monkeypatch.setattr(engines, "is_shared", lambda file: True)
    with pytest.raises(UsageError, match="on a file system of the network"):
        engine(Database(f"sqlite:///{tmp_path}/store.db"))
