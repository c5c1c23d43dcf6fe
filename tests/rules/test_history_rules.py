"""Rules on the chain and the evidence branch as wholes."""

from __future__ import annotations

from typing import Any

import pytest

from govops.evidence.book import Tampering
from govops.finding import Finding, ReviewDue, Status
from govops.rule import HistoryFacts
from tests.rules.builders import findings

TIP, OLD, RECORD = "9" * 40, "3" * 40, "a" * 64
PATH = f"receipts/aa/{RECORD}.json"
EDITED = Tampering(PATH, "the record was edited in commit 333333333333", OLD)
GAP = Tampering("", 'the chain of recorder "hall" has no record number 42')


def history(
    *,
    tampering: tuple[Tampering, ...] = (),
    lost: tuple[tuple[str, str], ...] = (),
    foreign: tuple[str, ...] = (),
    junk: tuple[str, ...] = (),
    weak: tuple[str, ...] = (),
    reviews: tuple[ReviewDue, ...] = (),
    never_readable: tuple[tuple[str, str], ...] = (),
) -> HistoryFacts:
    """A history in order, but for what is told."""
    return HistoryFacts(TIP, tampering, lost, foreign, junk, weak, reviews=reviews, never_readable=never_readable)


def due(status: Status, **known: Any) -> ReviewDue:
    """A model of critical risk, to be looked at every ninety days."""
    return ReviewDue("Model/fraud", "registry/models/fraud/model.yaml", "alice", "critical", "90d", status, **known)


LATE = due(Status.WARN, last="2026-01-01T00:00:00Z", commit=OLD, due="2026-04-01T00:00:00Z", overdue_days=3)


@pytest.mark.parametrize(
    ("rule", "facts", "status", "words"),
    [
        pytest.param(
            "record-tampered",
            history(tampering=(EDITED,)),
            Status.UNVERIFIABLE,
            (PATH, "was edited"),
            marks=pytest.mark.threat("C17", rule="record-tampered"),
        ),
        ("record-tampered", history(tampering=(GAP,)), Status.UNVERIFIABLE, ("no record number 42",)),
        pytest.param(
            "history-rewritten",
            history(lost=((RECORD, OLD),)),
            Status.UNVERIFIABLE,
            (OLD[:12], TIP[:12], RECORD[:12]),
            marks=pytest.mark.threat("C10", rule="history-rewritten"),
        ),
        pytest.param(
            "adoption-not-on-chain",
            history(foreign=(OLD,)),
            Status.UNVERIFIABLE,
            (OLD[:12], "--adoption"),
            marks=pytest.mark.threat("C38", rule="adoption-not-on-chain"),
        ),
        ("junk-record", history(junk=("notes.txt",)), Status.WARN, ("`notes.txt`",)),
        ("evidence-weak", history(weak=(OLD, TIP)), Status.WARN, ("2 approved", OLD[:12])),
        ("policy-never-readable", history(never_readable=((PATH, OLD),)), Status.WARN, ("nothing of it counts",)),
        ("review-overdue", history(reviews=(LATE, due(Status.PASS))), Status.WARN, ("2026-04-01", "3 day(s) ago")),
        ("review-overdue", history(reviews=(due(Status.WARN),)), Status.WARN, ("needs one every 90d",)),
        (
            "review-not-established",
            history(reviews=(LATE, due(Status.UNVERIFIABLE, commit=OLD))),
            Status.UNVERIFIABLE,
            ("Model/fraud (critical)", OLD[:12]),
        ),
    ],
)
def test_fires(rule: str, facts: HistoryFacts, status: Status, words: tuple[str, ...]) -> None:
    """One finding a sign, undecidable where evidence or history are in doubt."""
    (finding,) = findings(rule, facts)
    assert (finding.rule, finding.status) == (rule, status)
    assert all(word in f"{finding.message}; {finding.hint}" for word in words)


@pytest.mark.parametrize(
    "rule",
    [
        *("record-tampered", "history-rewritten", "adoption-not-on-chain", "junk-record", "evidence-weak"),
        *("review-overdue", "review-not-established", "policy-never-readable"),
    ],
)
def test_does_not_fire(rule: str) -> None:
    """A history in order has nothing to report."""
    assert findings(rule, history(reviews=(due(Status.PASS, commit=OLD),))) == []


def test_two_signs_are_two_findings() -> None:
    """Each can be accepted or mended by itself, so each has a fingerprint of its own."""
    facts = history(tampering=(EDITED, GAP), lost=((RECORD, OLD), ("b" * 64, OLD)), foreign=(OLD, TIP), junk=("a", "b"))
    rules = ("record-tampered", "history-rewritten", "adoption-not-on-chain", "junk-record")
    found: list[Finding] = [finding for rule in rules for finding in findings(rule, facts)]
    assert len({finding.fingerprint for finding in found}) == len(found) == 8
