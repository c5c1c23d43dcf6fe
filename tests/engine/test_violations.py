"""Recorded violations of service levels, and whose note of them counts."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from govops.engine.cases import Mending
from govops.engine.violations import violations
from govops.finding import Status
from govops.history.deeds import Deed, Deeds
from govops.service import Acknowledged, Span, Violation
from tests.support.facts import snapshot
from tests.support.files import sla, violation

NOTE = {"by": "bob", "at": "2026-02-02T09:00:00Z", "notes": "the disk was full"}
MARCH = {"start": "2026-03-01T00:00:00Z", "end": "2026-04-01T00:00:00Z"}
NOTED = violation("uptime", "2026-01", acknowledged=NOTE)
KEY = "SlaViolation/uptime/2026-01"


def done(commit: str, *, approved: bool) -> Deed:
    return Deed(KEY, "sla.acknowledge", commit, is_approved=approved)


def test_a_violation_is_told_with_its_numbers_exact() -> None:
    """By path, and of all files no other."""
    stands = snapshot(sla("uptime"), violation("uptime", "b", window=MARCH, target=99.9, actual=97.25), NOTED)
    first, second = violations(stands, Deeds(), Mending())
    assert (first.id, first.path) == ("2026-01", NOTED[0])
    assert second == Violation(
        "b",
        "uptime",
        "availability_percent",
        Span(MARCH["start"], MARCH["end"]),
        Fraction("99.9"),
        Fraction("97.25"),
        "registry/slas/uptime/violations/b.yaml",
        is_recorded=True,
        acknowledged=None,
    )


DEEDS: dict[str, tuple[tuple[Deed, ...], dict[str, Any], bool]] = {
    "that stood there from the start": ((), {}, True),
    "that an approved change left": ((done("a", approved=True),), {}, True),
    "that nobody approved": ((done("a", approved=False),), {}, False),
    "that nobody approved at last": ((done("a", approved=True), done("b", approved=False)), {}, False),
    "that was approved at last": ((done("a", approved=False), done("b", approved=True)), {}, True),
    "that was accepted later": ((done("a", approved=False),), {"statuses": {"a": Status.WAIVED}}, True),
    "that was restored, which accepts nothing": ((done("a", approved=False),), {"statuses": {"a": Status.FAIL}}, False),
    "in a change before which something was accepted": (
        (done("a", approved=False), done("b", approved=False)),
        {"statuses": {"a": Status.WAIVED}},
        False,
    ),
}


@pytest.mark.parametrize(("deeds", "since", "counts"), DEEDS.values(), ids=DEEDS)
def test_a_note_counts_that_is_lawful(deeds: tuple[Deed, ...], since: dict[str, Any], *, counts: bool) -> None:
    (told,) = violations(snapshot(NOTED), Deeds(deeds), Mending(**since))
    assert told.acknowledged == (Acknowledged(NOTE["by"], NOTE["at"], NOTE["notes"]) if counts else None)
