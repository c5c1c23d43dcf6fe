"""Whatever befalls an index or its place, people read a whole one that says what git says, or are told why not."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from govops.app.governance import BusyError, Site
from govops.app.indexing import build, current, index_of, refresh
from govops.app.indexing.verifying import differences
from govops.errors import GovopsError, UsageError
from govops.index import copies, engines
from govops.index.copies import anew, reading, turn
from govops.index.engines import Database
from govops.index.faults import BrokenDatabaseError, MissingDatabaseError
from govops.index.reading import OtherIndexError, reader
from govops.index.schema import METADATA
from govops.index.schema.registry import models, resources
from govops.index.schema.standing import compliance_reports
from tests.support.cli import govops
from tests.support.files import model
from tests.support.git import git
from tests.support.lowest import ROOT
from tests.support.world import World

PAGE = 4096


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "index.db"


@pytest.fixture
def lone(world: World, file: Path) -> Site:
    """The company, and its index in a file."""
    return Site(world.path, index=f"sqlite:///{file}")


def lands(world: World, name: str) -> None:
    world.propose("alice", name, model(name)).approve("bob").merge("squash")


@pytest.mark.threat("K02")
def test_one_flipped_byte_in_any_page_is_noticed(lone: Site, file: Path, whole_sweeps: bool) -> None:  # noqa: FBT001  a fixture
    build(lone)
    whole = file.read_bytes()
    pages = range(0, len(whole), PAGE if whole_sweeps else 8 * PAGE)
    assert len(pages) > 10
    for start in pages:
        at = start + random.Random(start).randrange(PAGE)
        flipped = bytearray(whole)
        flipped[at] ^= 1
        file.write_bytes(flipped)
        with pytest.raises(BrokenDatabaseError, match="damaged"), reading(index_of(lone)):
            pass


@pytest.mark.threat("K02")
@pytest.mark.parametrize("harm", ["cut", "emptied", "other", "gone"])
def test_a_damaged_index_is_made_anew_by_whoever_reads_it_next(lone: Site, file: Path, harm: str) -> None:
    build(lone)
    content = {"cut": file.read_bytes()[: 5 * PAGE + 7], "emptied": b"", "other": b"SQLite format 3\0 or so"}
    if harm == "gone":
        file.unlink()
    else:
        file.write_bytes(content[harm])
    with current(lone) as now:
        assert now.reader.one("models", {"name": "fraud"}, at=now.standing.position)
    assert differences(lone.repository, index_of(lone)) == ()


@pytest.mark.threat("K02")
def test_a_row_that_somebody_altered_is_found_and_does_not_last(site: Site, world: World) -> None:
    """By `verify` always; by the sample that is taken before an index is continued, in so small a one, too."""
    refresh(site)
    copy = index_of(site)
    if copy.file is not None:
        with sqlite3.connect(copy.file) as connection:
            connection.execute("UPDATE resources SET document = '{}' WHERE document IS NOT NULL")
        copies._write_through(copies._beside(copy.file, "sha256"), copies._digest(copy.file))
    else:
        with engines.writing(Database(site.index)) as opened:
            changed = opened.execution_options(schema_translate_map={None: copy.schema})
            changed.execute(resources.update().where(resources.c.document.is_not(None)).values(document={}))
    ran = govops("index", "verify", "--repository", site.repository, "--url", site.index)
    assert ran.code == 1
    assert "resources says something else at path" in ran.out
    lands(world, "churn")
    refresh(site)
    assert differences(world.path, copy) == ()


@pytest.mark.threat("K03")
def test_an_answer_says_which_commit_it_is_of_and_how_far_behind(site: Site, world: World) -> None:
    """While somebody else writes the index, the old one is read, and says so."""
    before = refresh(site)
    lands(world, "churn")
    lands(world, "debt")
    with turn(index_of(site)) as ours, current(site) as now:
        assert ours
        assert (now.standing, now.lag) == (before, 2)
        assert now.reader.one("models", {"name": "debt"}, at=now.standing.position) is None
    with current(site) as now:
        assert (now.standing.index_commit, now.lag) == (world.main, 0)
        assert now.reader.one("models", {"name": "debt"}, at=now.standing.position)


def test_an_index_that_another_clone_moved_is_moved_back(world: World, address: str, tmp_path: Path) -> None:
    """Each reads what its own repository says, whatever the other wrote in between."""
    behind = tmp_path / "behind.git"
    git(world.path / ".git", "clone", "--quiet", "--mirror", str(world.path), str(behind))
    lands(world, "churn")
    ours, theirs = Site(world.path, index=address), Site(behind, index=address)
    tips = [refresh(site).index_commit for site in (ours, theirs, ours, theirs)]
    assert tips == [world.main, tips[1], world.main, tips[1]]
    assert tips[1] != world.main


def test_where_somebody_makes_the_first_index_there_is_nothing_to_read_yet(site: Site) -> None:
    with turn(index_of(site)) as ours:
        assert ours
        for ask in (refresh, build):
            with pytest.raises(BusyError):
                ask(site)


def test_a_branch_that_nobody_moved_is_not_looked_at_again(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the second time on no program runs to find out that nothing is new."""
    refresh(site)
    refresh(site)
    monkeypatch.setattr(subprocess, "Popen", None)
    assert refresh(site).position > 0


@pytest.mark.threat("K04")
@pytest.mark.slow
def test_whoever_is_killed_while_writing_leaves_a_whole_index(lone: Site, file: Path, whole_sweeps: bool) -> None:  # noqa: FBT001  a fixture
    """Killed again and again, at any moment: an index stands there, old or new, and no temporary file in the end."""
    build(lone)
    code = (
        "import sys; from pathlib import Path; from govops.app.governance import Site\n"
        "from govops.app.indexing import build\n"
        "site = Site(Path(sys.argv[1]), index=sys.argv[2])\n"
        "print('ready', flush=True)\n"
        "while True: build(site); print('built', flush=True)"
    )
    chance = random.Random(7)
    for _ in range(60 if whole_sweeps else 4):
        command = [sys.executable, "-c", code, str(lone.repository), lone.index]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.05, 0.6))
            writer.send_signal(signal.SIGKILL)
        with reading(index_of(lone)) as connection:
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
            assert connection.execute(models.select()).first() is not None
    build(lone)
    assert [path.name for path in file.parent.glob("index.db.*") if path.suffix not in (".lock", ".sha256")] == []


@pytest.mark.threat("K04", "I14")
def test_whoever_reads_sees_one_state_while_another_takes_its_place(site: Site, world: World) -> None:
    """Pages of one list belong together: none is skipped or told twice, whatever is written between them."""
    refresh(site)
    lands(world, "aardvark")
    copy = index_of(site)
    with current(Site(site.repository, index=site.index)) as now:
        first = now.reader.page("models", at=now.standing.position, limit=1)
        if copy.file is not None:
            build(site)  # in PostgreSQL it waits for readers
        rest = now.reader.page("models", at=now.standing.position, after=first.after, limit=50)
        assert [row["name"] for row in (*first.rows, *rest.rows)] == ["aardvark", "fraud"]


@pytest.mark.threat("K06")
def test_sqlite_holds_what_postgresql_would(lone: Site) -> None:
    """Types are checked, rows refer to rows, and no log is written beside the file, on whatever disk it lies."""
    build(lone)
    with reading(index_of(lone)) as connection:
        listed = connection.exec_driver_sql("PRAGMA table_list").mappings().all()
        strict = {row["name"] for row in listed if row["strict"]}
        assert set(METADATA.tables) <= strict
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() != "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []


@pytest.mark.threat("K06")
def test_an_index_on_a_disk_of_the_network_is_refused(lone: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engines, "is_shared", lambda path: True)
    with pytest.raises(UsageError, match="network"):
        build(lone)


@pytest.mark.threat("K07")
def test_what_is_not_there_is_not_made_by_reading_it(site: Site) -> None:
    with pytest.raises(MissingDatabaseError, match="not there"), reading(index_of(site)):
        pass
    path = index_of(site).file
    assert path is None or not path.exists()


@pytest.mark.threat("K07")
def test_a_file_that_is_no_index_is_never_overwritten(lone: Site, file: Path) -> None:
    file.write_bytes(b"my thesis")
    for ask in (refresh, build):
        with pytest.raises(UsageError, match="it is none"):
            ask(lone)
    assert file.read_bytes() == b"my thesis"


def test_the_index_of_another_repository_is_never_overwritten(lone: Site, tmp_path: Path) -> None:
    build(lone)
    other = World(tmp_path / "other", settings={"repository": "example/other"})
    with pytest.raises(UsageError, match="the index is of"):
        refresh(Site(other.path, index=lone.index))


def test_an_index_of_another_version_is_made_anew(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    build(site)
    monkeypatch.setattr("govops.index.reading.built_with", lambda: "9.9 0")
    with reader(index_of(site)) as found, pytest.raises(OtherIndexError):
        found.standing()
    monkeypatch.setattr("govops.app.indexing.gathering.built_with", lambda: "9.9 0")
    assert refresh(site).built_with == "9.9 0"


@pytest.mark.threat("K08")
def test_six_at_once_are_all_answered(site: Site, world: World) -> None:
    """One writes, the others read what is there meanwhile: a whole state each, old or new; nobody waits for a lock."""
    old = refresh(site)
    lands(world, "churn")
    with ThreadPoolExecutor(6) as threads:
        found = [one.result() for one in [threads.submit(refresh, site) for _ in range(6)]]
    assert {one.index_commit for one in found} <= {old.index_commit, world.main}
    assert refresh(site).index_commit == world.main
    assert differences(world.path, index_of(site)) == ()


@pytest.mark.slow
@pytest.mark.threat("K08")
def test_a_reader_that_does_not_end_holds_nobody_up(
    world: World, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where a new index cannot take the place of one that is being read, the old one is read on, and says so."""
    site = Site(world.path, index=address)
    before = refresh(site)
    lands(world, "churn")
    monkeypatch.setattr("govops.app.indexing.refreshing.cache_of", lambda site: None)  # so that it is made anew
    monkeypatch.setattr("govops.index.copies.PATIENCE", 0.2)
    with reader(index_of(site)) as found, current(site) as now:
        assert found.standing() == before
        assert (now.standing, now.lag) == (before, 1) or index_of(site).file is not None
    with current(site) as now:
        assert (now.standing.index_commit, now.lag) == (world.main, 0)


@pytest.mark.threat("K08")
def test_a_writer_that_fails_changes_nothing(site: Site) -> None:
    """What was half written is as good as never written."""
    before = refresh(site)
    with pytest.raises(GovopsError, match="no more"):
        _write_and_fail(site)
    with current(site) as now:
        assert now.standing == before
        assert now.reader.count("resources", at=before.position) > 0


def _write_and_fail(site: Site) -> None:
    with anew(index_of(site)) as connection:
        connection.execute(compliance_reports.delete())
        raise GovopsError("no more")


@pytest.mark.threat("K04")
def test_a_full_disk_leaves_the_old_index(lone: Site, file: Path) -> None:
    """The limit is on the size of a file, which is the nearest to a full disk that a test can have."""
    build(lone)
    before = file.read_bytes()
    code = (
        "import resource, signal, sys; from pathlib import Path; from govops.app.governance import Site\n"
        "from govops.app.indexing import build; from govops.errors import GovopsError\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))\n"
        "try: build(Site(Path(sys.argv[1]), index=sys.argv[2]))\n"
        "except GovopsError as error: print(type(error).__name__, error.message)"
    )
    command = [sys.executable, "-c", code, str(lone.repository), lone.index]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=60)
    assert "the index" in done.stdout
    assert file.read_bytes() == before


@pytest.mark.slow
def test_several_repositories_share_one_database(world: World, tmp_path: Path, address: str) -> None:
    """In PostgreSQL each has a schema of its own; SQLite holds one repository a file."""
    if address.startswith("sqlite"):
        return
    other = World(tmp_path / "other", model("theirs"), settings={"repository": "example/other"})
    sites = Site(world.path, index=address), Site(other.path, index=address)
    for site in (*sites, *sites):
        refresh(site)
    names = []
    for site in sites:
        with current(site) as now:
            names.append([row["name"] for row in now.reader.page("models", at=10**6).rows])
        assert differences(site.repository, index_of(site)) == ()
    assert names == [["fraud"], ["theirs"]]


@pytest.mark.threat("J10")
def test_a_restored_repository_gives_the_same_report_and_the_same_index(lone: Site, tmp_path: Path) -> None:
    """A bundle is a backup; the index is made again from it."""
    bundle, restored = tmp_path / "backup.bundle", tmp_path / "restored.git"
    own = lone.repository / ".git"
    git(own, "bundle", "create", str(bundle), "--all")
    git(own, "clone", "--quiet", "--mirror", str(bundle), str(restored))
    git(restored, "fsck", "--full", "--strict")
    reports = [tmp_path / "before.json", tmp_path / "after.json"]
    for place, report in zip((lone.repository, restored), reports, strict=True):
        govops("audit", place, "--output", f"json:{report}")
    assert reports[0].read_bytes() == reports[1].read_bytes()
    build(lone)
    assert differences(restored, index_of(lone)) == ()
