"""Contents by id, and three-way merges of single files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Literal

import pytest

from govops.errors import UndecidableError
from govops.git import BlobProblem, CleanRoom
from govops.git.hashing import format_named
from govops.git.objects import ObjectReader
from govops.git.process import Git, clean_environment
from tests.git.loose import Loose, git


@pytest.fixture
def room(loose: Loose) -> Iterator[CleanRoom]:
    """A clean room on the empty repository."""
    with CleanRoom.open(loose.path) as opened:
        yield opened


@pytest.mark.threat("B16")
def test_every_id_is_answered_in_order_with_its_bytes_or_its_problem(loose: Loose, room: CleanRoom) -> None:
    small, exact, large = (loose.blob(b"x" * size) for size in (0, 10, 11))
    tree, absent = loose.tree({b"a": b"1"}), "1" * 40
    swapped = loose.put("blob", b"other", claim=loose.blob(b"y"))
    asked = [large, small, absent, exact, tree, swapped, small]
    assert list(room.blobs(asked, limit=10)) == [
        (large, BlobProblem("too-large", 11)),
        (small, b""),
        (absent, BlobProblem("missing")),
        (exact, b"x" * 10),
        (tree, BlobProblem("not-a-blob", 29)),
        (swapped, BlobProblem("corrupt", 5)),
        (small, b""),
    ]


def test_nothing_asked_is_nothing_answered(room: CleanRoom) -> None:
    assert list(room.blobs([], limit=10)) == []


def test_thousands_of_blobs_larger_than_any_pipe_come_in_order(loose: Loose, room: CleanRoom) -> None:
    oids = [loose.blob(b"%d " % number * 20_000) for number in range(20)]
    asked = [oids[number * 7 % 20] for number in range(1000)]
    for number, (oid, data) in enumerate(room.blobs(asked, limit=1 << 20)):
        assert (oid, data) == (asked[number], b"%d " % (number * 7 % 20) * 20_000)


def test_questions_may_be_asked_while_others_are_open(loose: Loose, room: CleanRoom) -> None:
    oids = [loose.blob(b"%d" % number) for number in range(300)]
    for outer, (_, data) in enumerate(room.blobs(oids, limit=9)):
        assert data == b"%d" % outer
        if outer % 100 == 0:
            assert [inner for _, inner in room.blobs(oids[:5], limit=9)] == [b"0", b"1", b"2", b"3", b"4"]


@pytest.mark.threat("B11")
@pytest.mark.parametrize(("kept", "kind"), [(0, "missing"), (2, "missing"), (-4, "corrupt")])
def test_git_dying_of_one_object_does_not_hide_the_next(
    loose: Loose, room: CleanRoom, kept: int, kind: Literal["missing", "corrupt"]
) -> None:
    """Git calls an object missing whose header it cannot read, and dies of one whose end is not there."""
    oids = [loose.blob(b"%d" % number) for number in range(10)]
    loose.file(oids[3]).write_bytes(loose.file(oids[3]).read_bytes()[:kept])
    found = dict(room.blobs(oids, limit=9))
    problem = found.pop(oids[3])
    assert isinstance(problem, BlobProblem)
    assert replace(problem, size=0) == BlobProblem(kind)
    assert found == {oid: b"%d" % number for number, oid in enumerate(oids) if number != 3}


@pytest.mark.threat("B16", "B13")
def test_an_object_beyond_the_limit_is_not_read_and_the_next_one_is(loose: Loose) -> None:
    """Commits and trees too: a huge header is as bad as a huge file."""
    small, large = loose.blob(b"small"), loose.put("commit", b"x" * 1000)
    reader = ObjectReader(Git(loose.path, clean_environment(loose.path)), format_named("sha1"))
    found = list(reader.contents([small, large, small, large], limit=100))
    reader.close()
    assert [(one.kind, one.size) for one in found] == [("blob", 5), ("too-large", 1000)] * 2


def test_closing_the_clean_room_ends_every_git_in_it(loose: Loose) -> None:
    oids = [loose.blob(b"%d" % number) for number in range(300)]
    with CleanRoom.open(loose.path) as room:
        first, second = room.blobs(oids, limit=9), room.blobs(oids, limit=9)
        assert next(first) == next(second) == (oids[0], b"0")
    with pytest.raises(UndecidableError, match="closed while it was read"):
        list(first)


LINES = [b"%d\n" % number for number in range(9)]


def text(*, change: dict[int, bytes]) -> bytes:
    return b"".join(change.get(number, line) for number, line in enumerate(LINES))


def test_a_clean_merge_is_the_blob_that_git_merge_makes(loose: Loose, room: CleanRoom) -> None:
    base, ours, theirs = text(change={}), text(change={0: b"ours\n"}), text(change={8: b"theirs\n"})
    root = loose.commit({b"f": base})
    left, right = loose.commit({b"f": ours}, root), loose.commit({b"f": theirs}, root)
    merged = git(loose.path, "merge-tree", "--write-tree", left, right).decode().strip()
    expected = git(loose.path, "rev-parse", f"{merged}:f").decode().strip()
    before = loose.objects()
    assert room.merge_file(*(loose.blob(side) for side in (base, ours, theirs))) == expected
    assert loose.objects() == before


@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        pytest.param(b"a\n", b"b\n", b"c\n", id="conflict"),
        pytest.param(b"", b"a\n", b"b\n", id="both add"),
        pytest.param(b"a\0\n", b"a\0\nb\n", b"c\na\0\n", id="binary"),
    ],
)
def test_a_conflict_or_binary_content_has_no_merge(
    loose: Loose, room: CleanRoom, base: bytes, ours: bytes, theirs: bytes
) -> None:
    assert room.merge_file(loose.blob(base), loose.blob(ours), loose.blob(theirs)) is None


def test_attributes_in_the_tree_have_no_say_in_a_merge(loose: Loose, room: CleanRoom) -> None:
    """An in-tree ``merge=union`` would merge two conflicting edits without a conflict."""
    loose.ref(loose.commit({b".gitattributes": b"* merge=union\n", b"f": b"a\n"}))
    assert room.merge_file(loose.blob(b"a\n"), loose.blob(b"b\n"), loose.blob(b"c\n")) is None


def test_a_side_that_is_missing_is_undecidable_and_one_that_is_no_blob_has_no_merge(
    loose: Loose, room: CleanRoom
) -> None:
    blob = loose.blob(b"a\n")
    with pytest.raises(UndecidableError, match=f"object {'1' * 40} is missing"):
        room.merge_file(blob, "1" * 40, blob)
    assert room.merge_file(blob, loose.tree({}), blob) is None
