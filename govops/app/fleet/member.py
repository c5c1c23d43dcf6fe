"""One member of a fleet, audited in a process of its own, and what that leaves for whoever waits for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from govops.app.audit import audit
from govops.app.writing import write_whole
from govops.errors import ExitCode, GovopsError
from govops.finding import Report, Severity, Status
from govops.fleet import STATES, Member, State
from govops.render import json_text, stream
from govops.render.untrusted import one_line, visible
from govops.workspace import Opened

_REPORT, _ROW = "report.json", "row.json"
_LARGEST_ROW = 1 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Task:
    """A member as the configuration has it, and how to audit it. ``keeps`` says that the report is wanted."""

    name: str
    path: str
    asked: Opened
    fail_on: Severity
    keeps: bool


def audit_member(task: Task, folder: Path) -> None:
    """Audit it, and leave its row (and its report) in ``folder``. What cannot be audited has a row that says why."""
    try:
        row = _audited(task, folder)
    except GovopsError as error:
        here = f"{Path.cwd()}/"  # where the configuration stands: a summary names no place of the machine
        message, hint = (text.replace(here, "") for text in (error.message, error.hint))
        row = unaudited(task, message, hint, error.exit_code)
    write_whole(folder / _ROW, json_text.stream(row))


def unaudited(task: Task, why: str, hint: str = "", code: ExitCode = ExitCode.INTERNAL) -> Member:
    """The row of a member without a report. A fault of the member is no fault of the configuration: never exit 2."""
    code = ExitCode.UNDECIDABLE if code == ExitCode.USAGE else code
    return Member(task.name, task.path, State.NOT_AUDITED, code, one_line(why), one_line(hint))


def left_by(task: Task, folder: Path) -> tuple[Member, Path | None]:
    """The row and the report that :func:`audit_member` left in the folder."""
    try:
        with (folder / _ROW).open("rb") as file:
            row = TypeAdapter(Member).validate_json(file.read(_LARGEST_ROW))
    except (OSError, ValidationError):
        return unaudited(task, "it ended without a result"), None
    report = folder / _REPORT
    return row, report if row.state is not State.NOT_AUDITED and report.exists() else None


def _audited(task: Task, folder: Path) -> Member:
    report = audit(task.asked)
    if report.counts.problem:
        raise GovopsError(f"the report's sums do not hold: {report.counts.problem}")
    if task.keeps:
        write_whole(folder / _REPORT, stream(report, "json"))
    return _row(task, report)


def _row(task: Task, report: Report) -> Member:
    code, origin = report.exit_code(task.fail_on), report.provenance
    found = Counter(finding.status for finding in report.findings)
    return replace(
        Member(task.name, task.path, STATES[code], code),
        repository=origin.repository,
        ref=visible(origin.ref),
        tip=origin.tip,
        evidence_tip=origin.evidence_tip,
        counts=report.counts,
        violations=found[Status.FAIL],
        undecided=found[Status.UNVERIFIABLE] + found[Status.ERROR],
        warnings=found[Status.WARN],
        waived=found[Status.WAIVED],
        latest=origin.latest,
    )
