"""Who took both sides of what is kept apart, over the whole history."""

from __future__ import annotations

from dataclasses import replace

from govops.app.audit import audit
from govops.finding import Report
from govops.workspace import Opened

_RULES = frozenset({"approver-conflicted", "conflict-not-ended", "conflicting-duties", "conflicting-roles"})


def duties(asked: Opened, *, person: str | None = None) -> Report:
    """The audit's report with its findings on duties alone; with ``person`` only what concerns them."""
    report = audit(asked)
    findings = tuple(finding for finding in report.findings if finding.rule in _RULES)
    rows = report.duties.conflicts
    if person is not None:
        findings = tuple(finding for finding in findings if finding.subject.split(" ")[0] == person)
        rows = tuple(row for row in rows if row.person == person)
    return replace(report, findings=findings, duties=replace(report.duties, conflicts=rows))
