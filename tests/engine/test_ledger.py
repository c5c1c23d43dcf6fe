"""The ledger: every change in one bin, whatever was found, and sums that always hold."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision import Verdict
from govops.engine.grouping import Attribution, combine
from govops.engine.ledger import Ledger
from govops.finding import Counts, Finding, Status
from govops.history import Step
from tests.decision.sample import facts, house
from tests.support.facts import commit, oid, step

LAW = house()
CHANGE = combine([step("change", "parent")], Attribution(oid("change")))


def record(ledger: Ledger, verdict: Status, *found: Status, reporting: bool = True, **fields: Any) -> None:
    """One change with this verdict, and findings of these statuses."""
    findings = [Finding("some-rule", "found", status) for status in found]
    ledger.record(CHANGE, facts(LAW, **fields), Verdict(verdict), findings, reporting=reporting)


BINS: dict[str, tuple[Status, tuple[Status, ...], str]] = {
    "nothing found": (Status.PASS, (), "approved"),
    "a warning": (Status.PASS, (Status.WARN,), "approved"),
    "a failed check of its content": (Status.PASS, (Status.FAIL,), "violating"),
    "an unreadable object": (Status.PASS, (Status.UNVERIFIABLE,), "undecidable"),
    "a failed verdict": (Status.FAIL, (), "violating"),
    "a failure beside something unknown": (Status.UNVERIFIABLE, (Status.FAIL,), "violating"),
    "an unknown verdict": (Status.UNVERIFIABLE, (), "undecidable"),
    "an error": (Status.FAIL, (Status.ERROR,), "violating"),
    "waived": (Status.WAIVED, (), "waived"),
    "waived, with something unknown beside": (Status.WAIVED, (Status.UNVERIFIABLE,), "undecidable"),
}


@pytest.mark.parametrize(("verdict", "found", "expected"), BINS.values(), ids=BINS)
def test_a_change_is_in_the_bin_of_the_worst_that_was_found(
    verdict: Status, found: tuple[Status, ...], expected: str
) -> None:
    ledger = Ledger()
    record(ledger, verdict, *found)
    counts = ledger.counts()
    bins = {name: getattr(counts, name) for name in ("approved", "waived", "violating", "undecidable")}
    assert bins == dict.fromkeys(bins, 0) | {expected: 1}
    assert (counts.chain, counts.governed, counts.problem) == (1, 1, "")


ENTRIES = st.sampled_from(["unclaimed", "ungoverned", "pending", *Status])


@pytest.mark.threat("A04")
@given(st.lists(st.tuples(ENTRIES, st.booleans())))
def test_the_sums_hold_whatever_comes(entries: list[tuple[str, bool]]) -> None:
    ledger = Ledger()
    for entry, reporting in entries:
        if entry == "unclaimed":
            ledger.count_unclaimed(1, reporting=reporting)
        elif entry == "ungoverned":
            ledger.count_ungoverned(1, reporting=reporting)
        elif entry == "pending":
            ledger.count_pending(1, reporting=reporting)
        else:
            record(ledger, Status(entry), reporting=reporting)
    counts = ledger.counts()
    assert counts.problem == ""
    assert counts.chain == counts.commits == sum(reporting for _, reporting in entries)


FIELDS = ("chain", "no_claim", "evaluated", "governed", "approved", "waived", "violating", "undecidable", "pending")


@pytest.mark.threat("A04")
@pytest.mark.parametrize("field", FIELDS)
def test_a_change_that_is_lost_or_counted_twice_breaks_a_sum(field: str) -> None:
    governed = {"approved": 2, "waived": 1, "violating": 1, "undecidable": 2, "governed": 6}
    whole = governed | {"no_claim": 1, "evaluated": 5, "pending": 1, "chain": 9}
    assert Counts(**whole).problem == ""
    for error in (-1, 1):
        assert Counts(**(whole | {field: whole[field] + error})).problem != ""


def test_an_unreadable_change_counts_as_governed_although_nothing_of_it_is_known() -> None:
    ledger = Ledger()
    record(ledger, Status.UNVERIFIABLE, landed=())
    record(ledger, Status.PASS, landed=())
    assert (ledger.counts().governed, ledger.counts().chain) == (1, 2)


def test_outside_of_the_reported_range_nothing_is_told() -> None:
    ledger = Ledger()
    record(ledger, Status.FAIL, Status.FAIL, reporting=False)
    assert (ledger.findings, ledger.changes, ledger.counts()) == ([], [], Counts())


@pytest.mark.threat("D15", "D16")
@pytest.mark.parametrize(
    ("header", "told"),
    [
        ("0 +0000", "1970-01-01T00:00:00Z"),
        ("1767603600 +1400", "2026-01-05T09:00:00Z"),
        ("1767603600 -1200", "2026-01-05T09:00:00Z"),
        ("", ""),
    ],
)
def test_a_commit_date_is_shown_in_utc(header: str, told: str) -> None:
    ledger = Ledger()
    made = combine([Step(commit("change", "parent", committer_time=header), ())], Attribution(oid("change")))
    ledger.record(made, facts(LAW), Verdict(Status.PASS), (), reporting=True)
    assert [change.claimed_time for change in ledger.changes] == [told]
