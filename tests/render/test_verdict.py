"""The verdict in words: true for every combination of counts and findings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govops.finding import Counts, Finding, Report, Status
from govops.render.verdict import lead, sentence
from tests.render import sample
from tests.render.sample_changes import oid


def _report(*statuses: Status, **counts: int) -> Report:
    """Counts with sums that hold, and a finding of each status."""
    governed = sum(counts.get(name, 0) for name in ("approved", "waived", "violating", "undecidable"))
    evaluated = governed - counts.get("undecidable", 0)
    total = Counts(governed=governed, evaluated=evaluated, chain=governed + counts.get("pending", 0), **counts)
    findings = tuple(Finding(rule="r", message="m", status=status) for status in statuses)
    provenance = replace(sample.smallest().provenance, adoption=oid("adoption"))
    return Report(provenance, total, findings)


@pytest.mark.parametrize(
    ("report", "first", "rest"),
    [
        (_report(approved=3), "No violations", "All 3 governed changes were allowed by the rules in force."),
        (_report(approved=1), "No violations", "The one governed change was allowed by the rules in force."),
        (_report(), "There was nothing to judge", "No governed change was found."),
        (
            _report(approved=63, violating=1),
            "Violations were found",
            "1 of 64 governed changes was not allowed by the rules in force.",
        ),
        (
            _report(approved=1, violating=2, undecidable=1),
            "Violations were found, and not everything could be established",
            "2 of 4 governed changes were not allowed by the rules in force; 1 could not be established.",
        ),
        (
            _report(approved=1, undecidable=1),
            "Not everything could be established",
            "None of 2 governed changes is known to break the rules in force; 1 could not be established.",
        ),
        (
            _report(approved=1, waived=1),
            "No violations",
            "All 2 governed changes were allowed, 1 only by a waiver or a ratification.",
        ),
        (
            _report(waived=1, violating=1),
            "Violations were found",
            "1 of 2 governed changes was not allowed by the rules in force; "
            "1 was allowed only by a waiver or a ratification.",
        ),
        (
            _report(approved=2, pending=2),
            "No violations",
            "All 2 governed changes were allowed by the rules in force; 2 changes wait for a record.",
        ),
        (
            _report(Status.FAIL, approved=9),
            "Violations were found",
            "All 9 governed changes were allowed by the rules in force; "
            "1 violation was found outside of governed changes.",
        ),
        (
            _report(Status.ERROR, approved=1),
            "This report cannot be relied on",
            "The one governed change was allowed by the rules in force.",
        ),
        (
            _report(Status.WARN, approved=1),
            "No violations",
            "The one governed change was allowed by the rules in force.",
        ),
    ],
)
def test_the_verdict_says_what_was_found(report: Report, first: str, rest: str) -> None:
    """A few words for whoever reads no further, then one sentence with the numbers."""
    assert (lead(report), sentence(report)) == (first, rest)


def test_sums_that_do_not_hold_are_the_only_verdict() -> None:
    """No number of a report that contradicts itself is quoted as a result."""
    report = replace(sample.rich(), counts=Counts(chain=2))
    assert lead(report) == "This report cannot be relied on"
    assert sentence(report).startswith("The counts do not add up (chain is not ")


def test_a_history_without_adoption_says_so() -> None:
    """Nothing found is not the same as nothing wrong."""
    assert sentence(sample.smallest()) == "No governed change was found, because this history never adopted govops."
