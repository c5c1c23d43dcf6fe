"""Repositories that are cut off, incomplete or falsified: what cannot be known is said, and nothing else changes."""

from __future__ import annotations

import shlex
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from govops.errors import GovopsError, UndecidableError
from govops.git import BlobProblem, CleanRoom
from govops.history import Oid, Step
from tests.git.conftest import SETTINGS
from tests.git.loose import WHO, Loose, commit_bytes, git

Steps = Callable[[Path], list[Step]]
Contents = dict[Oid, bytes | BlobProblem]


def read(path: Path) -> tuple[list[Step], Contents]:
    """All steps, and every blob that they speak of."""
    with CleanRoom.open(path) as room:
        steps = list(room.steps(room.chain(room.resolve("HEAD")), settings_path=SETTINGS))
        differences = [diffs for step in steps for diffs in (step.diffs, *(side.diffs for side in step.side))]
        changes = [change for diffs in differences for change in diffs or ()]
        oids = {entry.oid for change in changes for entry in (change.old, change.new) if entry is not None}
        return steps, dict(room.blobs(sorted(oids), limit=1000))


@pytest.fixture
def story(loose: Loose) -> Loose:
    """Six commits with a merge, in which no two trees are the same."""
    root = loose.commit({b"a": b"1", b"d/b": b"1"})
    second = loose.commit({b"a": b"2", b"d/b": b"1"}, root)
    side = loose.commit({b"a": b"1", b"d/b": b"s", b"d/e/f": b"s"}, root)
    merge = loose.commit({b"a": b"2", b"d/b": b"s", b"d/e/f": b"s"}, second, side)
    fifth = loose.commit({b"a": b"5", b"d/b": b"s", b"d/e/f": b"s"}, merge)
    loose.ref(loose.commit({b"a": b"6", b"d/b": b"6", b"d/e/f": b"s"}, fifth))
    return loose


def complaints(path: Path, truth: tuple[list[Step], Contents]) -> str:
    """What is said to be wrong; whatever is not said to be wrong must be as in the sound repository."""
    try:
        steps, contents = read(path)
    except UndecidableError as error:
        return f"{error.message}; {error.hint}"
    true_steps, true_contents = truth
    said = []
    for step, true in zip(steps, true_steps, strict=True):
        assert (step.diffs is None) == bool(step.unreadable)
        assert step.unreadable or step == true
        said.append(step.unreadable)
    for oid, content in contents.items():
        if isinstance(content, BlobProblem):
            said.append(f"{content.kind} blob {oid}")
        else:
            assert content == true_contents[oid]
    return "; ".join(filter(None, said))


@pytest.mark.threat("B10")
def test_each_missing_object_is_named_and_changes_nothing_else(story: Loose, tmp_path: Path) -> None:
    truth = read(story.path)
    for oid in story.objects():
        shutil.move(story.file(oid), tmp_path / "aside")
        said = complaints(story.path, truth)
        assert "missing" in said
        assert oid in said
        shutil.move(tmp_path / "aside", story.file(oid))
    assert complaints(story.path, truth) == ""


@pytest.mark.threat("B11")
@pytest.mark.parametrize("kind", ["blob", "tree", "commit"])
def test_an_object_with_another_ones_content_is_named_and_changes_nothing_else(story: Loose, kind: str) -> None:
    truth, sound_objects = read(story.path), story.objects()
    other = {
        "blob": b"forged",
        "tree": b"100644 forged\0" + bytes.fromhex(story.blob(b"forged")),
        "commit": commit_bytes(story.tree({b"forged": b"x"})),
    }
    for oid in sound_objects:
        if story.git("cat-file", "-t", oid).decode().strip() != kind:
            continue
        sound = story.file(oid).read_bytes()
        story.put(kind, other[kind], claim=oid)
        said = complaints(story.path, truth)
        assert f"corrupt {kind} {oid}" in said or f"object {oid} is corrupt" in said
        story.file(oid).unlink()
        story.file(oid).write_bytes(sound)
    assert complaints(story.path, truth) == ""


@pytest.mark.threat("B11", "J05")
@pytest.mark.parametrize("garbage", [b"", b"garbage"], ids=["of no length", "of garbage"])
def test_an_object_file_of_nonsense_is_named(story: Loose, garbage: bytes) -> None:
    truth = read(story.path)
    for oid in story.objects():
        sound = story.file(oid).read_bytes()
        story.file(oid).unlink()
        story.file(oid).write_bytes(garbage)
        assert oid in complaints(story.path, truth)
        story.file(oid).unlink()
        story.file(oid).write_bytes(sound)


@pytest.mark.threat("B11")
def test_a_flipped_byte_in_a_pack_never_gives_another_result(story: Loose) -> None:
    truth = read(story.path)
    story.git("repack", "-adq")
    (pack,) = (story.git_dir / "objects" / "pack").glob("*.pack")
    sound = pack.read_bytes()
    pack.chmod(0o600)
    for at in range(12, len(sound) - 20, 37):
        pack.write_bytes(sound[:at] + bytes([sound[at] ^ 0x55]) + sound[at + 1 :])
        assert complaints(story.path, truth)
    pack.write_bytes(sound)
    assert complaints(story.path, truth) == ""


@pytest.mark.threat("B10")
def test_after_a_tree_that_is_missing_the_next_step_is_unsure_and_the_rest_is_read(
    loose: Loose, steps_of: Steps
) -> None:
    tip = loose.commit({b"a": b"0"})
    for number in range(1, 6):
        tip = loose.commit({b"a": b"%d" % number}, tip)
    loose.ref(tip)
    lost = loose.tree({b"a": b"2"})
    loose.file(lost).unlink()
    steps = steps_of(loose.path)
    assert [step.unreadable for step in steps] == ["", "", f"missing tree {lost}", f"missing tree {lost}", "", ""]


@pytest.mark.threat("B10")
def test_a_missing_directory_hides_only_steps_that_touch_it(loose: Loose, steps_of: Steps) -> None:
    tip = loose.commit({b"a": b"0"})
    for files in (
        {b"a": b"0", b"d/x": b"1"},
        {b"a": b"2", b"d/x": b"1"},
        {b"a": b"3", b"d/x": b"3"},
        {b"a": b"4", b"d/x": b"3"},
    ):
        tip = loose.commit(files, tip)
    loose.ref(tip)
    lost = loose.tree({b"x": b"1"})
    loose.file(lost).unlink()
    said = f"missing tree {lost}"
    steps = steps_of(loose.path)
    assert [step.unreadable for step in steps] == ["", said, "", said, ""]
    with CleanRoom.open(loose.path) as room:
        assert len(room.tree(tip)) == 2
        with pytest.raises(UndecidableError, match=f"{said} in commit"):
            room.tree(steps[2].commit.oid)


@pytest.mark.threat("B14")
@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        pytest.param([(b"100644", b"a"), (b"100644", b"a")], "two entries of one name", id="duplicate"),
        pytest.param([(b"100644", b"a"), (b"40000", b"a")], "two entries of one name", id="file and directory"),
        pytest.param([(b"100644", b"b"), (b"100644", b"a")], "not in order", id="unsorted"),
        pytest.param([(b"040000", b"a")], "zero-padded", id="zero-padded"),
        pytest.param([(b"100600", b"a")], "unknown mode", id="mode"),
        pytest.param([(b"40000", b"..")], "may not stand", id="dot dot"),
        pytest.param([(b"40000", b".git")], "may not stand", id="dot git"),
        pytest.param([(b"100644", b"a/b")], "may not stand", id="slash"),
    ],
)
def test_a_malformed_tree_makes_the_step_unreadable_until_it_is_gone(
    loose: Loose, steps_of: Steps, entries: list[tuple[bytes, bytes]], reason: str
) -> None:
    below, blob = loose.tree({b"x": b"1"}), loose.blob(b"1")
    bad = loose.raw_tree(*[(mode, name, below if mode.endswith(b"40000") else blob) for mode, name in entries])
    good = loose.commit({b"a": b"1"})
    wrong = loose.commit(loose.raw_tree((b"40000", b"d", bad)), good)
    mended = loose.commit({b"a": b"2"}, wrong)
    loose.ref(loose.commit({b"a": b"3"}, mended))
    first, second, third, last = steps_of(loose.path)
    assert (first.unreadable, last.unreadable) == ("", "")
    for step in (second, third):
        assert step.unreadable.startswith(f"malformed tree {bad}: ")
        assert reason in step.unreadable


@pytest.mark.threat("B13", "D16")
def test_a_malformed_commit_makes_only_its_own_step_unreadable(loose: Loose, steps_of: Steps) -> None:
    root = loose.commit({b"a": b"1"})
    odd = loose.put("commit", commit_bytes(loose.tree({b"a": b"2"}), [root], author=b"Ada <a> 253402300800 +0000"))
    loose.ref(loose.commit({b"a": b"3"}, odd))
    first, second, third = steps_of(loose.path)
    assert (first.unreadable, third.unreadable) == ("", "")
    assert second.unreadable == f"malformed commit {odd}: a date after the year 9999"
    assert second.diffs is None
    assert second.commit.oid == odd
    assert second.commit.author.email == ""
    assert third.diffs is not None


@pytest.mark.threat("B13")
def test_a_malformed_commit_inside_a_merge_makes_the_merge_unreadable(loose: Loose, steps_of: Steps) -> None:
    root = loose.commit({b"a": b"1"})
    two_authors = commit_bytes(loose.tree({b"a": b"2"}), [root]).replace(b"author", b"author " + WHO + b"\nauthor")
    odd = loose.put("commit", two_authors)
    loose.ref(loose.commit({b"a": b"2"}, root, odd))
    merge = steps_of(loose.path)[-1]
    assert merge.unreadable.startswith(f"malformed commit {odd}: ")
    assert (merge.diffs, merge.side[0].diffs) == (None, None)


@pytest.mark.threat("B08")
@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_shallow_clone_is_undecidable_and_the_hint_mends_it(story: Loose, tmp_path: Path, depth: int) -> None:
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", f"--depth={depth}", story.path.as_uri(), str(clone))
    with pytest.raises(UndecidableError, match="is a shallow clone") as caught, CleanRoom.open(clone) as room:
        room.chain(room.resolve("HEAD"))
    run_hint(caught.value, tmp_path)
    assert read(clone) == read(story.path)


@pytest.mark.threat("B08")
def test_a_shallow_file_put_there_by_hand_is_undecidable(story: Loose) -> None:
    (story.git_dir / "shallow").write_bytes(story.git("rev-parse", "HEAD~1"))
    with pytest.raises(UndecidableError, match="is a shallow clone"):
        read(story.path)


@pytest.mark.threat("B09")
@pytest.mark.parametrize("left_out", ["blob:none", "tree:0"])
def test_a_partial_clone_is_undecidable_without_a_connection_and_the_hint_mends_it(
    story: Loose, tmp_path: Path, left_out: str
) -> None:
    story.git("config", "uploadpack.allowFilter", "true")
    clone, url = tmp_path / "clone", story.path.as_uri()
    git(tmp_path, "clone", "-q", "--no-checkout", f"--filter={left_out}", url, str(clone))
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        git(clone, "config", "remote.origin.url", f"http://127.0.0.1:{server.getsockname()[1]}/x.git")
        said = complaints(clone, read(story.path))
        with pytest.raises(TimeoutError):
            server.accept()
    assert "missing" in said
    with CleanRoom.open(clone) as room, pytest.raises(UndecidableError, match="partial clone") as caught:
        first_thing_missing(room, story.blob(b"1"))
    git(clone, "config", "remote.origin.url", url)
    run_hint(caught.value, tmp_path)
    assert read(clone) == read(story.path)


def first_thing_missing(room: CleanRoom, blob: Oid) -> None:
    """Ask for trees and then for a blob, one of which a partial clone does not have."""
    room.tree(room.resolve("HEAD"))
    room.merge_file(blob, blob, blob)


def run_hint(error: GovopsError, directory: Path) -> None:
    """Do what the message says."""
    program, *arguments = shlex.split(error.hint)
    assert program == "git"
    git(directory, *arguments)
