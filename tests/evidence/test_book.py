"""The evidence branch as a whole: who is believed, and whether every record is still there."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.evidence.book import EvidenceBook, Recorded, Trust
from govops.evidence.records import Receipt
from govops.evidence.testimony import agree
from tests.evidence.sample import (
    BRANCH,
    PATH,
    REPOSITORY,
    approval,
    checkpoint,
    incident_report,
    receipt,
    recorded,
    signed_proposal,
)
from tests.support.cast import public_line
from tests.support.facts import oid

TRUST = Trust((("recorder", public_line("recorder")), ("other", public_line("other"))), REPOSITORY, BRANCH)


def chain(length: int, recorder: str = "recorder") -> list[Recorded]:
    """So many records of one recorder, each after the other."""
    records: list[Recorded] = []
    for number in range(length):
        previous = records[-1].id if records else None
        payload = receipt(recorder=recorder, sequence=number, previous=previous, tip=oid(f"{recorder} {number}"))
        records.append(recorded(payload, recorder))
    return records


def breaks(*records: Recorded, trust: Trust = TRUST) -> list[str]:
    found = tuple(EvidenceBook(records).broken_chains(trust))
    assert {(sign.path, sign.commit) for sign in found} <= {("", None)}, "a chain is no single file"
    return [sign.what for sign in found]


BELIEVED = {
    "by a recorder of Settings": (receipt(), "recorder", True),
    "by another recorder's key": (receipt(), "other", False),
    "by a person": (receipt(), "alice", False),
    "unsigned": (receipt(), None, False),
    "for another branch": (receipt(branch="develop"), "recorder", False),
    "for another repository": (receipt(repository="local:acme/other"), "recorder", False),
    "under a name that no recorder has": (receipt(recorder="nobody"), "recorder", False),
}


@pytest.mark.threat("C15", "C18")
@pytest.mark.parametrize(("payload", "signer", "expected"), BELIEVED.values(), ids=BELIEVED)
def test_a_recorder_is_believed_under_its_own_name_and_key_and_for_this_place(
    payload: Receipt, signer: str | None, *, expected: bool
) -> None:
    assert TRUST.accepts(recorded(payload, signer)) is expected


def test_a_personal_approval_is_no_record_of_a_recorder_whoever_signed_it() -> None:
    assert not TRUST.accepts(recorded(approval(), "recorder"))


def test_unsigned_records_are_believed_only_where_settings_say_so() -> None:
    lenient = Trust(TRUST.recorders, REPOSITORY, BRANCH, unsigned=True)
    assert lenient.accepts(recorded(receipt(), None))
    assert not lenient.accepts(recorded(receipt(), "alice")), "a wrong signature is worse than none"


@given(st.integers(1, 12))
def test_an_unbroken_chain_has_no_breaks(length: int) -> None:
    assert breaks(*chain(length)) == []


@pytest.mark.threat("C17")
@given(st.integers(2, 12), st.data())
def test_every_record_that_is_taken_out_of_the_chain_is_missed(length: int, data: st.DataObject) -> None:
    gone = data.draw(st.integers(0, length - 2))  # nothing follows the last one: only a later tip would miss it
    records = chain(length)
    assert breaks(*records[:gone], *records[gone + 1 :]) == [
        f'the chain of recorder "recorder" has no record number {gone}'
    ]


@pytest.mark.threat("C17")
def test_a_record_that_was_swapped_for_another_breaks_the_chain_after_it() -> None:
    first, second, third = chain(3)
    other = recorded(receipt(sequence=1, previous=first.id, tip=oid("other")))
    assert breaks(first, other, third) == ['record 2 of recorder "recorder" does not follow the one before it']
    assert breaks(first, second, other, third) == ['the chain of recorder "recorder" has 2 records number 1']


@pytest.mark.threat("C17")
def test_one_break_hides_no_other() -> None:
    """After a fork nobody can say what should follow; what is missing further on is missed all the same."""
    first, second, third, fourth, *_, last = chain(7)
    other = recorded(receipt(sequence=1, previous=first.id, tip=oid("other")))
    assert breaks(first, second, other, third, fourth, last) == [
        'the chain of recorder "recorder" has 2 records number 1',
        'the chain of recorder "recorder" has no record number 4 to 5',
    ]


def test_each_recorder_has_a_chain_of_its_own() -> None:
    assert breaks(*chain(3), *chain(2, "other")) == []


def test_records_that_nobody_believes_break_no_chain() -> None:
    forged = recorded(receipt(sequence=1, previous=None, tip=oid("forged")), "mallory")
    assert breaks(*chain(3), forged) == []


@given(st.permutations(range(6)))
def test_the_order_of_files_does_not_matter(order: list[int]) -> None:
    records = [*chain(3), *chain(3, "other")]
    book = EvidenceBook(records[number] for number in order)
    assert book.records == EvidenceBook(records).records
    assert all(one.id < other.id for one, other in pairwise(book.records))


def test_records_are_found_by_what_they_speak_of() -> None:
    landed, own = recorded(receipt()), recorded(approval(), "bob")
    book = EvidenceBook([landed, own])
    assert book.receipts_from(oid("base")) == book.receipts_to(oid("tip")) == (landed,)
    assert book.receipts_from(oid("tip")) == book.receipts_to(oid("base")) == ()
    assert book.approvals_of([PATH, PATH, "elsewhere"]) == (own,)
    assert book.signers() == {landed.signer}


def test_signed_proposals_are_found_by_the_paths_that_they_change() -> None:
    own, other = recorded(signed_proposal(), "alice"), recorded(signed_proposal("bob"), "bob")
    book = EvidenceBook([own, other, recorded(approval(), "bob")])
    assert book.proposals_of([PATH, PATH, "elsewhere"]) == tuple(sorted([own, other], key=lambda record: record.id))
    assert book.proposals_of(["elsewhere"]) == ()


def test_incidents_are_told_in_the_order_in_which_they_were_reported() -> None:
    """Whatever their ids are; those of one commit by their ids."""
    names = ("drift", "leak", "outage", "bias")
    made = [replace(recorded(incident_report(name), "dave"), place=place) for place, name in enumerate(names)]
    book = EvidenceBook([*made[::-1], recorded(receipt())])
    assert [payload.name for _, payload in book.incidents()] == list(names)
    at_once = [replace(record, place=7) for record in made]
    assert [record.id for record, _ in EvidenceBook(at_once).incidents()] == sorted(record.id for record in made)


@pytest.mark.threat("C17")
def test_only_where_commits_stand_is_known_does_a_checkpoint_go_back() -> None:
    first = recorded(checkpoint(tip=oid("later")))
    book = EvidenceBook([first, recorded(checkpoint(sequence=1, previous=first.id, tip=oid("sooner")))])
    told = book.broken_chains(TRUST, {oid("sooner"): 0, oid("later"): 1})
    assert [sign.what for sign in told] == [
        'checkpoint 1 of recorder "recorder" goes back behind the checkpoint before it'
    ]
    assert list(book.broken_chains(TRUST)) == []


def test_receipts_agree_when_they_differ_only_in_who_wrote_them_down_and_when() -> None:
    written: dict[str, Any] = {"recorder": "other", "sequence": 7, "previous": "0" * 64, "backfilled": True}
    again = receipt(**written, recorded_at="2026-02-01T00:00:00Z")
    assert agree([recorded(receipt()), recorded(again)])
    assert not agree([recorded(receipt()), recorded(receipt(landed_at="2026-01-05T09:00:00Z"))])


@pytest.mark.threat("C17")
def test_a_gap_is_told_once_however_wide_it_is() -> None:
    """The number is the recorder's to choose, and no number may keep an audit busy."""
    (first,) = chain(1)
    far = recorded(receipt(sequence=10**15, previous=first.id))
    assert breaks(first, far) == [f'the chain of recorder "recorder" has no record number 1 to {10**15 - 1}']
