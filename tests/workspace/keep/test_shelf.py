"""Whatever a cache holds, and whoever wrote it, an audit says what it says without one."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from govops.errors import UsageError
from govops.workspace.keep import Shelf
from tests.support.cli import govops
from tests.support.files import model
from tests.support.kept import judged, said
from tests.support.world import World

INPUTS = {"branch": "main"}
WHOLE, GROWING = {"place": b"here\n"}, {"changes": b"one\ntwo\n"}


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the user's own key is kept."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return tmp_path / "state" / "govops"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One good change and one bad one."""
    world = World(tmp_path / "world")
    world.propose("alice", "Register fraud", model("fraud")).approve("bob").merge("squash")
    world.push("mallory", model("churn"))
    return world


def kept(shelf: Shelf, name: str) -> bytes | None:
    entry = shelf.find(INPUTS)
    return b"".join(part.text for part in entry.parts(name)) if entry else None


def test_what_is_kept_comes_back_and_grows(cache: Path) -> None:
    shelf = Shelf(cache, ())
    assert shelf.find(INPUTS) is None
    shelf.keep(INPUTS, WHOLE, GROWING, None)
    for number in range(20):
        shelf.keep(INPUTS, {"place": b"%d\n" % number}, {"changes": b"%d\n" % number}, shelf.find(INPUTS))
    assert kept(shelf, "place") == b"19\n"
    assert kept(shelf, "changes") == b"one\ntwo\n" + b"".join(b"%d\n" % number for number in range(20))
    entry = shelf.find(INPUTS)
    assert entry is not None
    assert len(entry.parts("changes")) <= 6
    assert sum(part.count for part in entry.parts("changes")) == 22
    assert shelf.find({"branch": "other"}) is None


def test_texts_that_nobody_names_are_removed_after_a_while(cache: Path) -> None:
    shelf = Shelf(cache, ())
    shelf.keep(INPUTS, {"place": b"old\n"}, {}, None)
    (old,) = (cache / "texts").iterdir()
    shelf.keep(INPUTS, {"place": b"new\n"}, {}, None)
    assert old.exists(), "another audit may be about to name it"
    os.utime(old, (0, 0))
    shelf.keep(INPUTS, {"place": b"newer\n"}, {}, None)
    assert not old.exists()
    assert kept(shelf, "place") == b"newer\n"


def test_everything_is_for_its_owner_alone(cache: Path, home: Path) -> None:
    Shelf(cache, ()).keep(INPUTS, WHOLE, GROWING, None)
    for path in (cache, home, *cache.rglob("*"), *home.rglob("*")):
        assert not path.stat().st_mode & 0o077, path


@pytest.mark.threat("H06")
@pytest.mark.parametrize("mode", [0o770, 0o707, 0o777])
def test_a_folder_that_others_can_write_to_is_refused(world: World, cache: Path, mode: int) -> None:
    cache.mkdir()
    cache.chmod(mode)
    ran = govops("audit", world.path, "--cache", cache)
    assert (ran.code, "others can write to" in ran.err) == (2, True)
    cache.chmod(0o700)
    judged(world, cache)
    (cache / "texts").chmod(mode)
    assert govops("audit", world.path, "--cache", cache).code == 2


@pytest.mark.threat("H06")
def test_a_folder_of_somebody_else_or_a_link_is_refused(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir(mode=0o700)
    cache.symlink_to(tmp_path / "mine")
    with pytest.raises(UsageError, match="is not a folder"):
        Shelf(cache, ())
    if os.geteuid() == 0:
        os.chown(tmp_path / "mine", 1, 1)
        with pytest.raises(UsageError, match="others can write to"):
            Shelf(tmp_path / "mine", ())


@pytest.mark.threat("H06")
@pytest.mark.parametrize("inside", ["", ".git", ".git/govops", "registry/cache"])
def test_a_folder_in_the_audited_repository_is_refused(world: World, inside: str) -> None:
    """Whoever wrote the repository may have put it there."""
    ran = govops("audit", world.path, "--cache", world.path / inside)
    assert (ran.code, "lies inside of the audited repository" in ran.err) == (2, True)


@pytest.mark.threat("H06")
def test_a_key_that_others_can_read_or_that_is_too_short_is_refused(
    cache: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Shelf(cache, ())
    (home / "cache.key").chmod(0o644)
    with pytest.raises(UsageError, match="others can read the key"):
        Shelf(cache, ())
    (home / "cache.key").chmod(0o600)
    (home / "cache.key").write_bytes(b"short")
    with pytest.raises(UsageError, match="cut off"):
        Shelf(cache, ())
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "short")
    with pytest.raises(UsageError, match="GOVOPS_CACHE_KEY has fewer than 32"):
        Shelf(cache, ())


@pytest.mark.threat("H08")
def test_without_the_option_nothing_is_kept_and_nothing_is_read(world: World, cache: Path, home: Path) -> None:
    """Two runs on one machine: the second sees nothing of the first."""
    seen = [len(list(home.parent.parent.rglob("*")))]
    govops("audit", world.path)
    govops("audit", world.path)
    seen.append(len(list(home.parent.parent.rglob("*"))))
    assert seen[0] == seen[1]
    assert not home.exists()


# ---- poison

PART = 3  # of the files meet one damage, unless all are asked for; all meet some
Poison = Callable[[Path, bytes], None]
POISONS: dict[str, Poison] = {
    "flipped": lambda path, content: _write(path, bytes([content[0] ^ 1]) + content[1:]) if content else None,
    "flipped at the end": lambda path, content: _write(path, content[:-1] + bytes([content[-1] ^ 1])),
    "cut": lambda path, content: _write(path, content[: len(content) // 2]),
    "emptied": lambda path, content: _write(path, b""),
    "gone": lambda path, content: path.unlink(),
    "a folder": lambda path, content: _replace(path, Path.mkdir),
    "a link to nothing": lambda path, content: _replace(path, lambda gone: gone.symlink_to("/nonexistent")),
    "longer": lambda path, content: _write(path, content + b"\n"),
}


def _write(path: Path, content: bytes) -> None:
    path.write_bytes(content)


def _replace(path: Path, make: Callable[[Path], None]) -> None:
    path.unlink()
    make(path)


@pytest.mark.slow
@pytest.mark.threat("H06")
@pytest.mark.parametrize("poison", POISONS.values(), ids=POISONS)
def test_no_damage_to_any_file_of_the_cache_changes_a_word(
    world: World, cache: Path, tmp_path: Path, poison: Poison, *, whole_sweeps: bool
) -> None:
    """To each file each damage in a whole sweep; otherwise to a part of them, to the manifest always."""
    judged(world, cache)
    shutil.copytree(cache, tmp_path / "good")
    world.propose("dave", "Register debt", model("debt")).approve("bob").merge("squash")
    full = said(world)
    good = tmp_path / "good"
    files = sorted(path.relative_to(good) for path in good.rglob("*") if path.is_file())
    begin = [*POISONS.values()].index(poison) % PART
    for path in files if whole_sweeps else {*files[begin::PART], *(file for file in files if file.suffix == ".kept")}:
        shutil.rmtree(cache)
        shutil.copytree(good, cache)
        poison(cache / path, (cache / path).read_bytes())
        assert said(world, cache) == full, path
        if not (cache / path).is_dir():
            assert judged(world, cache) == 0, "what was damaged is whole again"


@pytest.mark.threat("H06")
def test_texts_that_change_their_places_change_nothing(world: World, cache: Path) -> None:
    """The right texts, each under the name of another."""
    judged(world, cache)
    full, texts = said(world), sorted((cache / "texts").iterdir())
    contents = [path.read_bytes() for path in texts]
    for path, content in zip(texts, [*contents[1:], contents[0]], strict=True):
        path.write_bytes(content)
    assert said(world, cache) == full


@pytest.mark.threat("H06")
def test_an_older_entry_costs_more_and_changes_nothing(world: World, cache: Path, tmp_path: Path) -> None:
    judged(world, cache)
    shutil.copytree(cache, tmp_path / "older")
    for name in ("debt", "loans"):
        world.propose("dave", f"Register {name}", model(name)).approve("bob").merge("squash")
    assert judged(world, cache) == 2
    assert judged(world, tmp_path / "older") == 2
    assert said(world, tmp_path / "older") == said(world)


@pytest.mark.threat("H06")
def test_the_entry_of_another_branch_or_repository_is_of_no_use(world: World, cache: Path, tmp_path: Path) -> None:
    """Not even under the name of this one's."""
    other = World(tmp_path / "other", settings={"evidence": {"mode": "signature", "accept": ["signature"]}})
    other.push("mallory", model("fraud"))
    judged(world, cache)
    (mine,) = cache.glob("*.kept")
    judged(other, cache)
    assert said(other, cache) == said(other)
    judged(other, tmp_path / "elsewhere")
    world.objects.ref("refs/heads/develop", world.adoption)
    judged(world, cache, ref="develop")
    for entry in sorted(set(cache.glob("*.kept")) - {mine}):
        content = mine.read_bytes()
        mine.write_bytes(entry.read_bytes())
        assert said(world, cache) == said(world)
        mine.write_bytes(content)


@pytest.mark.threat("H06")
def test_an_entry_that_is_made_up_without_the_key_is_not_believed(world: World, cache: Path, home: Path) -> None:
    """Another user's, or that of a job which has no secret: the key lies outside of what a pull request can write."""
    full = said(world)
    judged(world, cache)
    (home / "cache.key").unlink()
    assert judged(world, cache) == 3
    (manifest,) = cache.glob("*.kept")
    mac, _, body = manifest.read_bytes().partition(b"\n")
    data = json.loads(body)
    data["texts"]["findings"] = data["texts"]["policies"]
    manifest.write_bytes(mac + b"\n" + json.dumps(data, sort_keys=True).encode())
    assert said(world, cache) == full
    assert judged(world, cache) == 0, "and it was replaced by a true one"


def test_a_cache_that_cannot_be_written_costs_the_next_audit_and_nothing_else(world: World, cache: Path) -> None:
    judged(world, cache)
    (manifest,) = cache.glob("*.kept")
    manifest.unlink()
    manifest.mkdir()
    assert said(world, cache) == said(world)
    assert judged(world, cache) == 3


def test_the_key_is_made_once_whoever_comes_first(cache: Path, home: Path) -> None:
    Shelf(cache, ()).keep(INPUTS, WHOLE, GROWING, None)
    key = (home / "cache.key").read_bytes()
    assert len(key) == 32
    assert stat.S_IMODE((home / "cache.key").stat().st_mode) == 0o600
    assert kept(Shelf(cache, ()), "place") == b"here\n"
    assert (home / "cache.key").read_bytes() == key
