"""What the rich report knows of frameworks: one with a clause in every state, and one that has been superseded."""

from __future__ import annotations

from collections.abc import Sequence

from govops.finding import ClauseCoverage, ClauseEvidence, ClauseState, Finding, FrameworkCoverage, Status
from tests.render.sample_changes import oid


def frameworks(findings: Sequence[Finding]) -> tuple[FrameworkCoverage, ...]:
    """The clauses name the findings of the report."""
    return (_house(findings), _old())


def _house(findings: Sequence[Finding]) -> FrameworkCoverage:
    return FrameworkCoverage(
        name="house",
        title="House rules on models",
        version="2026",
        path="policies/frameworks/house.yaml",
        scope="Everybody who builds or runs a model here",
        published="2025-11-03",
        in_force_from="2026-01-01",
        clauses=(*_told(findings), *_untold()),
    )


def _told(findings: Sequence[Finding]) -> tuple[ClauseCoverage, ...]:
    by_status = {status: [f for f in findings if f.status is status] for status in Status}
    first, last = oid("c4"), oid("c10")
    kept = ClauseEvidence("rule", "stale-approval", Status.PASS, 4, 0, first, last)
    failed = _found("approval-missing", by_status[Status.FAIL][1:2], Status.FAIL, count=7)
    waived = _found("approval-missing", by_status[Status.WAIVED], Status.WAIVED)
    unknown = _found("record-missing", by_status[Status.UNVERIFIABLE], Status.UNVERIFIABLE)
    missing = ClauseEvidence("rule", "stale-approval", Status.UNVERIFIABLE, 1, 0, oid("c12"), oid("c12"))
    warned = _found("evidence-junk", by_status[Status.WARN], Status.WARN)
    held = ClauseEvidence("permission", "model:approve", Status.PASS, items=2, detail="bo, fay, as approver")
    lines = ClauseEvidence("section", "inventory", Status.PASS, items=9)
    files = ClauseEvidence("rule", "invalid-resource", Status.PASS, 4, 6, first, last)
    history = ClauseEvidence("rule", "history-rewritten", Status.PASS, 13, 0, None, oid("c13"))
    return (
        ClauseCoverage("1", "Two people decide", ClauseState.FAILING, (failed, kept), (("rule", "context-changed"),)),
        ClauseCoverage("1.2", "Their decision is on record", ClauseState.UNVERIFIABLE, (unknown, missing, kept)),
        ClauseCoverage("2", "Exceptions are agreed | listed", ClauseState.WAIVED, (waived, warned)),
        ClauseCoverage(
            "3(a)", "Models are *listed*", ClauseState.SHOWN, (held, files, history, lines), (), "the minutes"
        ),
    )


def _untold() -> tuple[ClauseCoverage, ...]:
    return (
        ClauseCoverage("3 a", "People are trained", ClauseState.NOT_COVERED, reason="training records"),
        ClauseCoverage("4", "Suppliers are asked", ClauseState.NOT_APPLICABLE, reason="we have none"),
        ClauseCoverage(
            "5",
            "What comes next year",
            ClauseState.NOT_IN_FORCE,
            silent=(("rule", "not-approved"), ("section", "incidents")),
            reason="it applies from 2027-01-01, and nothing was judged then",
            in_force_from="2027-01-01",
        ),
    )


def _old() -> FrameworkCoverage:
    kept = ClauseEvidence("rule", "not-approved", Status.PASS, 1, 0, oid("c4"), oid("c4"))
    return FrameworkCoverage(
        name="house",
        title="House rules on models",
        version="2024",
        path="policies/frameworks/house.yaml",
        clauses=(ClauseCoverage("1", "One person decides", ClauseState.SHOWN, (kept,)),),
        stands=False,
        in_force_from="2024-01-01",
        in_force_until="2026-01-01",
        superseded_by="house-2026",
    )


def _found(rule: str, findings: Sequence[Finding], status: Status, count: int = 0) -> ClauseEvidence:
    commits = [finding.commit for finding in findings if finding.commit]
    first, last = (commits[0], commits[-1]) if commits else (None, None)
    prints = tuple(finding.fingerprint for finding in findings)
    return ClauseEvidence("rule", rule, status, len(commits), count or len(findings), first, last, prints)
