"""A recorder's chain, followed at once or bit by bit, and its checkpoints, which never go back."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.evidence.records import Chained
from govops.evidence.threads import Thread, followed
from tests.evidence.sample import checkpoint, receipt, recorded
from tests.support.facts import oid

COMMITS = ("first", "second", "third", "fourth")
POSITIONS = {oid(name): place for place, name in enumerate(COMMITS)}


Links = dict[int, list[tuple[str, Chained]]]


def chain(*tips: str, receipts: Sequence[int] = ()) -> Links:
    """Checkpoints of these commits, each after the other; those at the places of ``receipts`` are receipts."""
    links: Links = {}
    previous = None
    for number, tip in enumerate(tips):
        payload: Chained = checkpoint(sequence=number, previous=previous, tip=oid(tip))
        if number in receipts:
            payload = receipt(sequence=number, previous=previous, tip=oid(tip))
        previous = recorded(payload).id
        links[number] = [(previous, payload)]
    return links


def in_two_goes(links: Links, halt: int) -> Thread:
    """The chain followed up to this number, and then on from it."""
    early = {number: found for number, found in links.items() if number < halt}
    late = {number: found for number, found in links.items() if number >= halt}
    return followed(followed(Thread("recorder"), early, POSITIONS), late, POSITIONS)


def breaks(*tips: str, receipts: Sequence[int] = ()) -> tuple[str, ...]:
    return followed(Thread("recorder"), chain(*tips, receipts=receipts), POSITIONS).breaks


BACK = 'checkpoint {} of recorder "recorder" goes back behind the checkpoint before it'
COURSES: dict[str, tuple[tuple[str, ...], tuple[int, ...]]] = {
    "forward": (("first", "second", "fourth"), ()),
    "from the first commit on": (("first",), ()),
    "the same commit twice": (("second", "second"), ()),
    "back": (("second", "first"), (1,)),
    "back behind one before the last": (("third", "first", "second"), (1, 2)),
    "back and forward again": (("third", "first", "fourth"), (1,)),
    "of a commit that is not there": (("third", "elsewhere", "second"), (2,)),
    "from one that is not there": (("elsewhere", "first"), ()),
}


@pytest.mark.threat("C17")
@pytest.mark.parametrize(("tips", "back"), COURSES.values(), ids=COURSES)
def test_no_checkpoint_is_of_an_earlier_commit_than_one_before_it(tips: tuple[str, ...], back: tuple[int, ...]) -> None:
    expected = tuple(BACK.format(number) for number in back)
    assert breaks(*tips) == expected
    assert {in_two_goes(chain(*tips), halt).breaks for halt in range(len(tips))} == {expected}


def test_receipts_may_be_of_any_commit() -> None:
    """What was not recorded is recorded later, and a checkpoint is no later than what it says."""
    assert breaks("third", "first", "second", receipts=[0, 1]) == ()
    assert breaks("second", "fourth", "third", receipts=[1]) == ()


@pytest.mark.threat("C17")
@given(st.lists(st.sampled_from([*COMMITS, "elsewhere"]), min_size=1, max_size=6), st.data())
def test_a_chain_that_is_followed_in_two_goes_is_what_it_is_in_one(tips: list[str], data: st.DataObject) -> None:
    """Gaps, forks and checkpoints that go back are found on whichever side of the halt they are."""
    links = chain(*tips)
    for gone in data.draw(st.sets(st.sampled_from(range(len(tips))))):
        del links[gone]
    once = followed(Thread("recorder"), links, POSITIONS)
    assert in_two_goes(links, data.draw(st.integers(0, len(tips)))) == once
    last = max(links, default=-1)
    assert (once.recorder, once.expected) == ("recorder", last + 1)
    assert once.previous == (links[last][0][0] if links else None)
