"""A book that goes on from what another audit had read: nothing of that is lost, and nothing is heard otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from govops.evidence.book import Earlier, EvidenceBook, Recorded, Trust
from govops.evidence.threads import Thread, Voice
from tests.evidence.sample import BRANCH, PATH, REPOSITORY, approval, checkpoint, receipt, recorded, signed_proposal
from tests.support.cast import public_line
from tests.support.facts import oid

TRUST = Trust((("recorder", public_line("recorder")), ("other", public_line("other"))), REPOSITORY, BRANCH)
NONE: frozenset[Any] = frozenset()


def finder(path: str, *records: Recorded) -> Any:
    """Finds the records by this path."""

    def found(paths: Iterable[str]) -> tuple[Recorded, ...]:
        return records if path in tuple(paths) else ()

    return found


def earlier(**known: Any) -> Earlier:
    """Nothing, but for what is told."""
    nothing: dict[str, Any] = {"unread": 0, "ids": NONE, "unplaced": NONE, "believed": NONE, "doubted": NONE}
    return Earlier(**(nothing | {"threads": (), "approvals": finder(""), "proposals": finder("")} | known))


def voice(name: str, signer: str | None) -> Voice:
    return Voice(name, recorded(receipt(), signer).signer, REPOSITORY, BRANCH)


BELIEVED, DOUBTED = voice("recorder", "recorder"), voice("recorder", "mallory")


def test_approvals_and_proposals_of_then_are_found_beside_those_of_now() -> None:
    """Each once, though it may be at hand twice, and in the order of ids."""
    given = [recorded(approval(name), name) for name in ("bob", "carol", "erin")]
    made = [recorded(signed_proposal(name), name) for name in ("alice", "dave", "erin")]
    then = earlier(approvals=finder(PATH, *given[1:]), proposals=finder(PATH, *made[1:]))
    book = EvidenceBook([*given[:2], *made[:2]], earlier=then)
    assert book.approvals_of(iter([PATH])) == tuple(sorted(given, key=lambda record: record.id))
    assert book.proposals_of(iter([PATH])) == tuple(sorted(made, key=lambda record: record.id))
    assert book.approvals_of(["elsewhere"]) == book.proposals_of(["elsewhere"]) == ()


def test_all_records_are_counted_and_all_voices_heard() -> None:
    record = recorded(receipt(), "other")
    book = EvidenceBook([record], earlier=earlier(unread=2, believed={BELIEVED}, doubted={DOUBTED}))
    own = Voice("recorder", record.signer, REPOSITORY, BRANCH)
    assert book.count == 3
    assert book.voices() == {own, BELIEVED, DOUBTED}
    assert book.signers() == {own.signer, BELIEVED.signer, DOUBTED.signer}


HEARD: dict[str, tuple[set[Voice], set[Voice], bool]] = {
    "as then": ({BELIEVED}, {DOUBTED}, True),
    "with a recorder that is believed no more": ({BELIEVED, DOUBTED}, set(), False),
    "with one that is believed since": (set(), {BELIEVED, DOUBTED}, False),
    "the other way round": ({DOUBTED}, {BELIEVED}, False),
    "without any": (set(), set(), True),
}


@pytest.mark.threat("C18")
@pytest.mark.parametrize(("believed", "doubted", "expected"), HEARD.values(), ids=HEARD)
def test_what_was_read_counts_only_while_the_same_recorders_are_believed(
    believed: set[Voice], doubted: set[Voice], *, expected: bool
) -> None:
    then = earlier(believed=frozenset(believed), doubted=frozenset(doubted))
    assert EvidenceBook(earlier=then).is_heard_alike(TRUST) is expected


def test_without_anything_earlier_all_is_as_it_was() -> None:
    book = EvidenceBook([recorded(checkpoint(tip=oid("elsewhere")))])
    assert book.is_heard_alike(TRUST)
    assert book.is_placed_alike({})


HERE, GONE = recorded(checkpoint(tip=oid("here"))), recorded(checkpoint(tip=oid("gone")))
PLACED: dict[str, tuple[list[Recorded], set[str], set[str], bool]] = {
    "where they were": ([HERE, GONE], {HERE.id, GONE.id}, {GONE.id}, True),
    "on the branch by now": ([HERE], {HERE.id}, {HERE.id}, False),
    "off the branch by now": ([GONE], {GONE.id}, set(), False),
    "one as it was, one not": ([HERE, GONE], {HERE.id, GONE.id}, set(), False),
    "unread then": ([GONE], set(), set(), True),
    "of receipts": ([recorded(receipt(tip=oid("gone")))], {recorded(receipt(tip=oid("gone"))).id}, set(), True),
}


@pytest.mark.parametrize(("records", "ids", "unplaced", "expected"), PLACED.values(), ids=PLACED)
def test_what_was_read_counts_only_while_its_commits_stand_where_they_stood(
    records: list[Recorded], ids: set[str], unplaced: set[str], *, expected: bool
) -> None:
    """Of receipts that is asked elsewhere."""
    book = EvidenceBook(records, earlier=earlier(ids=frozenset(ids), unplaced=frozenset(unplaced)))
    assert book.is_placed_alike({oid("here"): 0}) is expected


def begun(name: str, last: Recorded, **known: Any) -> Thread:
    """A chain that had come to this record, its only one."""
    return Thread(name, 1, last.id, **known)


FIRST = recorded(receipt())
SECOND = recorded(receipt(sequence=1, previous=FIRST.id, tip=oid("second")))


@pytest.mark.threat("C17")
def test_a_chain_goes_on_from_where_it_had_come_to() -> None:
    """Records of then are at hand again and not new; a recorder that wrote nothing since is still one."""
    other = begun("other", FIRST, breaks=("something was missing",))
    then = earlier(ids=frozenset({FIRST.id}), threads=(begun("recorder", FIRST), other))
    assert EvidenceBook([FIRST, SECOND], earlier=then).threads(TRUST, {}) == (
        other,
        Thread("recorder", 2, SECOND.id),
    )


@pytest.mark.threat("C17")
def test_what_is_missing_between_then_and_now_is_missed() -> None:
    third = recorded(receipt(sequence=2, previous=SECOND.id, tip=oid("third")))
    then = earlier(threads=(begun("recorder", FIRST),))
    (thread,) = EvidenceBook([third], earlier=then).threads(TRUST, {}) or ()
    assert thread.breaks == ('the chain of recorder "recorder" has no record number 1',)


@pytest.mark.threat("C17")
def test_a_record_that_belongs_before_where_the_chain_had_come_to_needs_all_of_it_again() -> None:
    then = earlier(threads=(begun("recorder", FIRST),))
    assert EvidenceBook([recorded(receipt(tip=oid("fork")))], earlier=then).threads(TRUST, {}) is None


@pytest.mark.threat("C17")
def test_a_checkpoint_that_goes_back_behind_one_of_then_is_told() -> None:
    then = earlier(threads=(begun("recorder", FIRST, furthest=oid("later")),))
    back = recorded(checkpoint(sequence=1, previous=FIRST.id, tip=oid("sooner")))
    (thread,) = EvidenceBook([back], earlier=then).threads(TRUST, {oid("sooner"): 0, oid("later"): 1}) or ()
    assert thread.breaks == ('checkpoint 1 of recorder "recorder" goes back behind the checkpoint before it',)
