"""Approvals of a file that changes often: what is surely no merge is told without one, and nothing else is."""

from __future__ import annotations

import subprocess
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, find, given
from hypothesis import strategies as st

from govops.engine.replays import Replays
from govops.evidence.coverage import Coverage, NotMerged, cover
from govops.evidence.records import FileState, Subject
from govops.history import Oid, PathChange
from tests.engine.shelf import Shelf
from tests.support.files import File, model

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\r\n", "e\n"]), max_size=6)
ENDS = st.sampled_from(["", "x", "y"])  # a last line without an end
TEXT = st.builds(lambda lines, end: "".join(lines) + end, LINES, ENDS)
PATH = model("fraud")[0]


class Counting(Shelf):
    """Merges as git does, and counts how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.merges = 0

    def merge(self, base: Oid, ours: Oid, theirs: Oid) -> Oid | NotMerged:
        self.merges += 1
        names = ("ours", "base", "theirs")
        with tempfile.TemporaryDirectory() as name:
            for place, oid in zip(names, (ours, base, theirs), strict=True):
                Path(name, place).write_bytes(self.text(oid) or b"")
            made = subprocess.run(["git", "merge-file", "-p", "-q", *names], cwd=name, check=False, capture_output=True)
        return NotMerged.CONFLICT if made.returncode else self.keep((PATH, made.stdout)).oid


class Torn(Shelf):
    """What is not there cannot be merged either."""

    def merge(self, base: Oid, ours: Oid, theirs: Oid) -> Oid | NotMerged:
        return NotMerged.MISSING


def reviewed(shelf: Shelf, old: File, new: File) -> Subject:
    """What somebody approved of the file."""
    step = shelf.step(old, new)
    assert step.old is not None
    assert step.new is not None
    was, now = (FileState(mode=side.mode, oid=side.oid) for side in (step.old, step.new))
    return Subject(path=PATH, old=was, new=now)


@st.composite
def apart(draw: st.DrawFn) -> tuple[str, str, str]:
    """Three texts (base, ours, theirs) of which two change other ends of the first: git merges nearly all of them."""
    (top, ours), (bottom, theirs) = (draw(st.tuples(LINES, LINES)) for _ in range(2))
    end, middle = draw(ENDS), ["1\n", "2\n", "3\n", "4\n"]
    base, left, right = (
        "".join([*first, *middle, *last]) + end for first, last in ((top, bottom), (ours, bottom), (top, theirs))
    )
    return base, left, right


@given(apart() | st.tuples(TEXT, TEXT, TEXT))
@example(("a\r\n1\n2\n3\nx", "b\r\n1\n2\n3\nx", "a\r\n1\n2\n3\ny"))
def test_every_merge_that_git_makes_is_found(texts: tuple[str, str, str]) -> None:
    """However the lines lie, and whether the last one has an end or not."""
    shelf = Counting()
    was, onto, new = ((PATH, text.encode()) for text in texts)
    subject = reviewed(shelf, was, new)
    merged = shelf.merge(shelf.keep(was).oid, shelf.keep(onto).oid, shelf.keep(new).oid)
    if texts[0] in texts[1:] or isinstance(merged, NotMerged) or merged == shelf.keep(onto).oid:
        return  # no replay: nothing had moved, nothing was merged, or nothing landed
    landed = shelf.step(onto, (PATH, shelf.text(merged) or b""))
    assert Replays(shelf).covers(landed, subject) is Coverage.REPLAY


def test_texts_that_change_apart_are_merged() -> None:
    """Otherwise the test above would look at nothing."""
    merged = find(apart(), lambda texts: len(set(texts)) == 3 and not isinstance(made(*texts), NotMerged))
    assert len(set(merged)) == 3


def made(*texts: str) -> Oid | NotMerged:
    """What git makes of base, ours and theirs."""
    shelf = Counting()
    base, ours, theirs = (shelf.keep((PATH, text.encode())).oid for text in texts)
    return shelf.merge(base, ours, theirs)


SIDES = st.none() | st.sampled_from([(PATH, text) for text in (b"a", b"b", b"a\n", b"a\nb\n", b"a\nb\nc\n")])


@given(st.tuples(SIDES, SIDES), st.tuples(SIDES, SIDES))
def test_nothing_else_is_told_than_a_merge_each_time_would_tell(
    steps: tuple[File | None, File | None], others: tuple[File | None, File | None]
) -> None:
    """Additions, deletions, and files of which every line is new."""
    shelf = Counting()
    landed, about = shelf.step(*steps), shelf.step(*others)
    old, new = (FileState(mode=side.mode, oid=side.oid) if side else None for side in (about.old, about.new))
    subject = Subject(path=PATH, old=old, new=new)
    assert Replays(shelf).covers(landed, subject) is cover(landed, subject, shelf.merge)


def test_a_file_that_changes_often_costs_no_merges() -> None:
    """Every approval of it is compared with every change of it, and only a merge that could be one is made."""
    shelf = Counting()
    states = [model("fraud", purpose=f"Scores, edition {number}") for number in range(30)]
    subjects = [reviewed(shelf, old, new) for old, new in pairwise(states)]
    changes = [shelf.step(old, new) for old, new in pairwise(states)]
    replays = Replays(shelf)
    found = [[replays.covers(landed, subject) for subject in subjects] for landed in changes]
    assert [row.count(Coverage.IDENTITY) for row in found] == [1] * len(changes)
    assert all(row[place] is Coverage.IDENTITY for place, row in enumerate(found))
    assert shelf.merges == 0


@pytest.mark.parametrize("side", ["old", "new"])
def test_what_cannot_be_read_is_not_ruled_out(side: str) -> None:
    """Then the merge says so itself: unverifiable is no *no*."""
    shelf = Torn()
    subject = reviewed(shelf, model("fraud"), model("fraud", purpose="Scores"))
    gone = FileState(mode="100644", oid="0" * 40)
    subject = subject.model_copy(update={side: gone})
    landed: PathChange = shelf.step(model("fraud", purpose="Old"), model("fraud", purpose="Other"))
    assert Replays(shelf).covers(landed, subject) is Coverage.UNVERIFIABLE
