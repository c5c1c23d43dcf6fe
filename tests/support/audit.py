"""Ask govops for its verdict on a world, in process, and say what was expected of it."""

from __future__ import annotations

from typing import Any

from govops.errors import ExitCode
from govops.finding import ChangeRecord, Finding, Report, Status
from tests.support.change import Landed
from tests.support.world import World


def verdict(world: World, **options: Any) -> Report:
    """Audit the world's protected branch. The one place that knows how the audit is called."""
    from govops.app.audit import audit
    from govops.workspace import Opened

    return audit(Opened(world.path, **options))


def findings(report: Report) -> list[tuple[str, str, str | None]]:
    """(rule, first line of the commit's message or its short id, path), in the report's order."""
    return [(finding.rule, _subject(report, finding), finding.path) for finding in report.findings]


def rules(report: Report) -> set[str]:
    """The ids of all rules that found something."""
    return {finding.rule for finding in report.findings}


def change_of(report: Report, landed: Landed) -> ChangeRecord:
    """What the report tells of a change."""
    return next(change for change in report.changes if change.id == landed.commit)


def assert_clean(report: Report) -> None:
    """Nothing was found, everything was evaluated, and the exit code says so."""
    assert findings(report) == []
    assert report.counts.undecidable == 0
    assert report.exit_code() is ExitCode.OK


def only(report: Report, rule: str, at: Landed | None = None, *, path: str | None = None) -> tuple[Finding, ...]:
    """One rule and no other has findings: all of them at one change, and on one path, where these are given.

    Warnings of other rules may stand beside them.
    """
    found = tuple(item for item in report.findings if item.rule == rule or item.status is not Status.WARN)
    assert {item.rule for item in found} == {rule}, findings(report)
    if at is not None:
        assert {item.commit for item in found} <= set(at.commits), findings(report)
    if path is not None:
        assert [item.path for item in found] == [path]
    return found


def judge(landed: Landed, rule: str | None, code: ExitCode = ExitCode.VIOLATION) -> Report:
    """Audit the story that ends with ``landed``: clean where no rule is named, else only that rule, there."""
    report = verdict(landed.world)
    if rule is None:
        assert_clean(report)
    else:
        only(report, rule, landed)
        assert report.exit_code() is code
    return report


def refused(report: Report, landed: Landed, status: Status = Status.FAIL) -> None:
    """The change is not approved, whichever rule says so first."""
    assert change_of(report, landed).status is status, findings(report)
    assert report.exit_code() is (ExitCode.UNDECIDABLE if status is Status.UNVERIFIABLE else ExitCode.VIOLATION)


def _subject(report: Report, finding: Finding) -> str:
    for change in report.changes:
        if finding.commit in change.commits:
            return change.subject
    return (finding.commit or "")[:10]
