"""Which commits of a chain are recorded: gaps before the last receipt, and what is still to come after it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.evidence.book import EvidenceBook, Trust
from govops.evidence.recording import Recording, recording
from tests.evidence.sample import BRANCH, REPOSITORY, receipt, recorded
from tests.support.cast import public_line
from tests.support.facts import oid

TRUST = Trust((("recorder", public_line("recorder")),), REPOSITORY, BRANCH)
STEPS = tuple(oid(str(number)) for number in range(6))


def book(*spans: tuple[int, int], signer: str = "recorder") -> EvidenceBook:
    """Receipts of changes that begin after one position and end with another; -1 is before the root."""
    made = [
        receipt(base=STEPS[base] if base >= 0 else None, tip=STEPS[tip], sequence=number)
        for number, (base, tip) in enumerate(spans)
    ]
    return EvidenceBook(recorded(payload, signer) for payload in made)


TOLD: dict[str, tuple[tuple[tuple[int, int], ...], int | None, list[int], list[int]]] = {
    "nothing": ((), None, [], [1, 2, 3, 4, 5]),
    "everything": (((0, 1), (1, 2), (2, 3), (3, 4), (4, 5)), 5, [], []),
    "a rebase merge of all": (((0, 5),), 5, [], []),
    "all but the newest": (((0, 4),), 4, [], [5]),
    "the newest only": (((4, 5),), 5, [1, 2, 3, 4], []),
    "one in the middle": (((2, 3),), 3, [1, 2], [4, 5]),
    "the same change twice": (((0, 3), (0, 3)), 3, [], [4, 5]),
    "changes that overlap": (((0, 3), (2, 4)), 4, [], [5]),
    "a change that ends before it begins": (((4, 2),), None, [], [1, 2, 3, 4, 5]),
    "the root only": (((-1, 0),), 0, [], [1, 2, 3, 4, 5]),
    "from the root on": (((-1, 2),), 2, [], [3, 4, 5]),
}


@pytest.mark.parametrize(("spans", "last", "gaps", "pending"), TOLD.values(), ids=TOLD)
def test_every_commit_after_the_adoption_is_recorded_or_told_to_be_missing(
    spans: tuple[tuple[int, int], ...], last: int | None, gaps: list[int], pending: list[int]
) -> None:
    found = recording(book(*spans), TRUST, STEPS, since=1)
    wanted = Recording(
        STEPS[last] if last is not None else None,
        tuple(STEPS[place] for place in gaps),
        tuple(STEPS[place] for place in pending),
    )
    assert found == wanted


def test_a_receipt_that_does_not_count_records_nothing() -> None:
    assert recording(book((0, 5), signer="mallory"), TRUST, STEPS, since=1).pending == STEPS[1:]


def test_a_receipt_of_another_history_records_nothing() -> None:
    elsewhere = EvidenceBook([recorded(receipt(base=STEPS[0], tip=oid("elsewhere")), "recorder")])
    assert recording(elsewhere, TRUST, STEPS, since=1).last is None


@given(st.lists(st.tuples(st.integers(-1, 5), st.integers(0, 5)), max_size=6), st.integers(0, 5))
def test_the_counting_agrees_with_looking_at_each_commit(spans: list[tuple[int, int]], since: int) -> None:
    unsigned = Trust((), REPOSITORY, BRANCH, unsigned=True)
    made = [
        recorded(receipt(base=STEPS[base] if base >= 0 else None, tip=STEPS[tip], sequence=number), None)
        for number, (base, tip) in enumerate(spans)
    ]
    found = recording(EvidenceBook(made), unsigned, STEPS, since=since)
    covered = {place for base, tip in spans if base < tip for place in range(base + 1, tip + 1)}
    last = max(covered, default=-1)
    missing = [place for place in range(since, 6) if place not in covered]
    assert [STEPS.index(commit) for commit in found.gaps] == [place for place in missing if place < last]
    assert [STEPS.index(commit) for commit in found.pending] == [place for place in missing if place > last]
