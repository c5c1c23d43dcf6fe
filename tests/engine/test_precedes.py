"""A report was there before a change if the evidence branch shows so; whoever dates one back shows nothing."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from govops.engine.incidents import Precedes
from govops.evidence import testimony
from govops.evidence.book import Recorded
from tests.decision.sample import said
from tests.engine.outages import heard, report
from tests.evidence.sample import receipt

EARLY, LANDED, LATE = "2026-03-01T11:59:59Z", "2026-03-01T12:00:00Z", "2026-03-01T12:00:01Z"
BEFORE_ALL = -1  # no report stands there


@dataclass(frozen=True)
class Attested:
    """What is known of a change: the place of its receipt, if any, decisions (place, time), and when it landed."""

    receipt: int | None
    signed: tuple[tuple[int, str | None], ...] = ()
    landed_at: str | None = LANDED

    def precedes(self) -> Precedes:
        decisions = tuple(said("bob", place=place, at=at) for place, at in self.signed)
        found = None if self.receipt is None else Recorded("0" * 64, receipt(), "recorder", self.receipt)
        return Precedes.of(testimony.Testimony(decisions=decisions, landed_at=self.landed_at), found)


SHOWN: dict[str, tuple[Attested, int, str, bool]] = {
    "below the receipt, of the second of the landing": (Attested(5), 4, LANDED, True),
    "below the receipt, of a second later": (Attested(5), 4, LATE, False),
    "in the commit of the receipt": (Attested(5), 5, EARLY, False),
    "above the receipt, dated back": (Attested(5), 6, EARLY, False),
    "below an approval, whatever its own time": (Attested(9, ((5, EARLY),)), 4, LATE, True),
    "in the commit of the approval, of a second after the landing": (Attested(9, ((5, EARLY),)), 5, LATE, False),
    "between two approvals": (Attested(None, ((3, EARLY), (5, EARLY))), 4, LATE, True),
    "below an approval of the second of the landing": (Attested(None, ((5, LANDED),)), 4, LATE, True),
    "below an approval of a second later": (Attested(None, ((5, LATE),)), 4, EARLY, False),
    "below an approval without a time": (Attested(None, ((5, None),)), 4, LATE, True),
    "below an approval, where nobody tells of the landing": (
        Attested(None, ((5, LATE),), landed_at=None),
        4,
        LATE,
        True,
    ),
    "below a receipt that tells no time": (Attested(5, landed_at=None), 0, EARLY, False),
    "the very first record, where nothing is attested": (Attested(None, landed_at=None), 0, EARLY, False),
    "the very first record, where only the time is": (Attested(None), 0, EARLY, False),
    "below a review that only a receipt tells of": (Attested(5, ((-1, EARLY),)), 5, EARLY, False),
}


@pytest.mark.parametrize(("shown", "place", "at", "before"), SHOWN.values(), ids=SHOWN)
def test_a_report_was_there_before_a_change(shown: Attested, place: int, at: str, *, before: bool) -> None:
    assert shown.precedes()(*heard(report(place=place, at=at))) is before


@pytest.mark.parametrize(
    ("shown", "last"),
    [
        (Attested(5, ((3, EARLY),)), 5),
        (Attested(3, ((5, EARLY),)), 5),
        (Attested(3, ((5, LATE),)), 3),
        (Attested(5, landed_at=None), BEFORE_ALL),
        (Attested(None, landed_at=None), BEFORE_ALL),
    ],
)
def test_what_stands_above_the_receipt_and_every_approval_came_later(shown: Attested, last: int) -> None:
    assert shown.precedes().last == last
