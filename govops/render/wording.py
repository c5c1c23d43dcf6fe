"""How every format says the same small things: numbers with nouns, short ids, results, weak evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from govops.finding import ApprovalRecord, ChangeRecord, Finding, Report, Status

RESULTS: Mapping[Status, str] = {
    Status.PASS: "allowed",
    Status.WARN: "allowed, with a warning",
    Status.FAIL: "violation",
    Status.UNVERIFIABLE: "not established",
    Status.ERROR: "error",
    Status.WAIVED: "waived",
}


def many(count: int, noun: str, plural: str = "") -> str:
    """``1 change``, ``3 changes``."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def short(oid: str) -> str:
    """The first 10 characters of an object id: for people; the full id stands nearby."""
    return oid[:10]


def is_weak(approval: ApprovalRecord) -> bool:
    """Evidence that somebody could have typed without being the person named in it."""
    return approval.weak or approval.evidence == "trailer"


def evidence_kind(approval: ApprovalRecord) -> str:
    """``receipt``, ``trailer (weak)``."""
    return f"{approval.evidence} (weak)" if is_weak(approval) else approval.evidence


def given_at(approval: ApprovalRecord) -> str:
    """When an approval was given, as its evidence tells."""
    return approval.at or "time unknown"


def when(change: ChangeRecord) -> str:
    """The attested time of a change, or the commit's own with a word of caution."""
    if change.time:
        return change.time
    return f"{change.claimed_time} (claimed)" if change.claimed_time else "not known"


def with_status(report: Report, *statuses: Status) -> tuple[Finding, ...]:
    """The findings of a report that ended in one of ``statuses``, in the report's order."""
    return tuple(finding for finding in report.findings if finding.status in statuses)


def changes_by_commit(report: Report) -> dict[str, ChangeRecord]:
    """Every commit of every governed change, to its change."""
    found = {commit: change for change in report.changes for commit in change.commits}
    return found | {change.id: change for change in report.changes}


def tally(words: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """How often each word occurs, in order of first appearance."""
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return tuple(counts.items())
