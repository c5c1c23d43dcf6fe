"""Approvals of a file that changes often: what is surely no merge is told without one, and nothing else is."""

from __future__ import annotations

import subprocess
import tempfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.engine.replays import Replays
from govops.evidence.coverage import Coverage, NotMerged
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


@given(base=TEXT, ours=TEXT, theirs=TEXT)
def test_every_merge_that_git_makes_is_found(base: str, ours: str, theirs: str) -> None:
    """However the lines lie, and whether the last one has an end or not."""
    shelf = Counting()
    was, onto, new = ((PATH, text.encode()) for text in (base, ours, theirs))
    subject = reviewed(shelf, was, new)
    merged = shelf.merge(shelf.keep(was).oid, shelf.keep(onto).oid, shelf.keep(new).oid)
    if base in (ours, theirs) or isinstance(merged, NotMerged) or merged == shelf.keep(onto).oid:
        return  # no replay: nothing had moved, nothing was merged, or nothing landed
    landed = shelf.step(onto, (PATH, shelf.text(merged) or b""))
    assert Replays(shelf).covers(landed, subject) is Coverage.REPLAY


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
