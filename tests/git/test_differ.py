"""What git says about pairs of trees, cut into any pieces; and what happens when it says something else."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from govops.errors import LimitError, UndecidableError
from govops.git.differ import TreeDiffer
from govops.git.hashing import format_named
from govops.git.rewrite import MismatchError, rewrite
from govops.git.trees import Record, Tree, sealed
from tests.git.scripted import scripted

SHA1 = format_named("sha1")
EMPTY = sealed(b"", [], {}, SHA1)
OIDS = st.sampled_from([digit * 40 for digit in "0123456789abcdef"])
SIDES = st.none() | st.tuples(st.sampled_from(["100644", "100755", "120000", "160000"]), OIDS)
NAMES = st.sampled_from([b"a", b"b/c", b":100644", b"\n", b"a\n1", b".", b"\xff", b" "]) | st.binary(
    min_size=1, max_size=8
)
PATHS = NAMES.map(lambda path: path.replace(b"\0", b"?"))
DIFFERENCES = st.lists(st.builds(Record, PATHS, SIDES, SIDES), max_size=4, unique_by=lambda record: record.path)


def spelled(record: Record) -> bytes:
    """As git writes it with ``-z --raw``; the letter behind the ids is not looked at."""
    old, new = record.old or ("000000", "0" * 40), record.new or ("000000", "0" * 40)
    return f":{old[0]} {new[0]} {old[1]} {new[1]} M".encode() + b"\0" + record.path + b"\0"


def cut(text: bytes, places: list[int]) -> list[bytes]:
    edges = [0, *sorted({place % (len(text) + 1) for place in places}), len(text)]
    return [text[start:end] for start, end in pairwise(edges)]


@pytest.mark.threat("B17", "B23")
@given(st.lists(st.tuples(OIDS, OIDS, DIFFERENCES), max_size=5), st.lists(st.integers(0, 5000), max_size=20))
def test_every_difference_is_read_however_the_answer_is_cut(
    pairs: list[tuple[str, str, list[Record]]], places: list[int]
) -> None:
    """Paths may hold line breaks, colons and whatever else git writes itself."""
    said = b"".join(f"{old} {new}\n".encode() + b"".join(map(spelled, records)) for old, new, records in pairs)
    differ = TreeDiffer(scripted(cut(said + b".\n", places)), SHA1)
    differ.ask([(old, new) for old, new, _ in pairs])
    for _, _, records in pairs:
        assert differ.answer() == sorted(records, key=lambda record: record.path)
    differ.end()


FRAGMENTS = st.sampled_from(
    [
        *(b"1" * 40 + b" " + b"2" * 40 + b"\n", b".\n", b"\0", b"\n", b":", b"a", b"\xff", b" ", b""),
        *(b":100644 100644 " + b"3" * 40 + b" " + b"4" * 40 + b" M\0a\0", b":000000 100644 " + b"0" * 90 + b"\0b\0"),
        *(b":100644 x\0a\0", b":\xff\0a\0"),
    ]
)


@pytest.mark.threat("B23", "B25")
@given(st.lists(st.lists(FRAGMENTS | st.binary(max_size=5), max_size=6), max_size=3))
@example([[b"1" * 40 + b" " + b"2" * 40 + b"\n:\xff\0a\0.\n"]])
@example([[b"1" * 40 + b" " + b"2" * 40 + b"\n:100644 100644 zz\0a\0.\n"]])
def test_whatever_git_says_gives_a_difference_that_does_not_fit_or_none(lives: list[list[bytes]]) -> None:
    """A git that talks nonsense is a git that could not tell: the trees are read instead."""
    differ = TreeDiffer(scripted(*lives), SHA1)
    differ.ask([("1" * 40, "2" * 40)])
    try:
        answer = differ.answer()
        differ.end()
    except (UndecidableError, LimitError):
        return
    finally:
        differ.close()
    assert answer is None or _rewritten(answer) != EMPTY.raw


def _rewritten(records: list[Record]) -> bytes | None:
    """The id that the empty tree has after a difference; None if that does not fit, and no other exception."""
    try:
        tree: Tree = rewrite(EMPTY, records, SHA1)
    except MismatchError:
        return None
    return tree.raw if records else None
