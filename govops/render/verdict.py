"""The verdict of a report in words, the same in every format."""

from __future__ import annotations

from govops.errors import ExitCode
from govops.finding import Report, Severity, Status, troubled
from govops.render.wording import in_force, many, with_status

_STATUS = {
    ExitCode.OK: Status.PASS,
    ExitCode.VIOLATION: Status.FAIL,
    ExitCode.USAGE: Status.ERROR,
    ExitCode.UNDECIDABLE: Status.UNVERIFIABLE,
    ExitCode.INTERNAL: Status.ERROR,
}


def lead(report: Report) -> str:
    """The verdict in a few words, independent of any threshold."""
    broken = bool(report.counts.violating) or any(with_status(report, Status.FAIL))
    unknown = bool(report.counts.undecidable) or any(with_status(report, Status.UNVERIFIABLE))
    if report.counts.problem or any(with_status(report, Status.ERROR)):
        return "This report cannot be relied on"
    if broken and unknown:
        return "Violations were found, and not everything could be established"
    if broken:
        return "Violations were found"
    if unknown:
        return "Not everything could be established"
    return "No violations" if report.counts.governed else "There was nothing to judge"


def sentence(report: Report) -> str:
    """The verdict in one sentence with its numbers: what a reader who stops here should know."""
    counts = report.counts
    if counts.problem:
        return f"The counts do not add up ({counts.problem})."
    parts = [_allowed(report)]
    if counts.undecidable:
        parts.append(f"{counts.undecidable} could not be established")
    if counts.waived and (counts.violating or counts.undecidable):
        parts.append(f"{counts.waived} {_was(counts.waived)} allowed only by a waiver or a ratification")
    if counts.pending:
        parts.append(f"{many(counts.pending, 'change')} {'waits' if counts.pending == 1 else 'wait'} for a record")
    if known := _known(report):
        parts.append(f"{many(known, 'finding')} {_was(known)} known before and {_does(known)} not decide")
    if elsewhere := _elsewhere(report):
        parts.append(f"{many(elsewhere, 'violation')} {_was(elsewhere)} found outside of governed changes")
    return "; ".join(parts) + "."


def status(code: ExitCode) -> Status:
    """What an exit code amounts to, for a colour and a word."""
    return _STATUS[code]


def exit_meaning(code: ExitCode, fail_on: Severity) -> str:
    """``exit 1: violations``, for the last line of a log."""
    meanings = {
        ExitCode.OK: f"nothing at or above severity {fail_on.value}",
        ExitCode.VIOLATION: "violations",
        ExitCode.USAGE: "usage or configuration",
        ExitCode.UNDECIDABLE: "something could not be established",
        ExitCode.INTERNAL: "internal error or limit",
    }
    return f"exit {code.value}: {meanings[code]}"


def _allowed(report: Report) -> str:
    counts = report.counts
    if not counts.governed:
        judged = report.provenance.adoption or report.provenance.retrospective
        return f"No governed change was found{'' if judged else ', because this history never adopted govops'}"
    if counts.violating:
        governed = many(counts.governed, "governed change")
        return f"{counts.violating} of {governed} {_was(counts.violating)} not allowed by {in_force(report.provenance)}"
    if counts.undecidable:
        return f"None of {many(counts.governed, 'governed change')} is known to break {in_force(report.provenance)}"
    all_of_them = (
        "The one governed change was" if counts.governed == 1 else f"All {counts.governed} governed changes were"
    )
    if counts.waived:
        return f"{all_of_them} allowed, {counts.waived} only by a waiver or a ratification"
    return f"{all_of_them} allowed by {in_force(report.provenance)}"


def _elsewhere(report: Report) -> int:
    failing = (change for change in troubled(report.changes) if change.status is Status.FAIL)
    commits = {commit for change in failing for commit in (*change.commits, change.id)}
    return sum(finding.commit not in commits for finding in with_status(report, Status.FAIL))


def _known(report: Report) -> int:
    """Findings that decide no exit code; looked for only where somebody asked for that."""
    origin = report.provenance
    asked = origin.new_since is not None or origin.baseline is not None
    return sum(bool(finding.known) for finding in report.findings) if asked else 0


def _does(count: int) -> str:
    return "does" if count == 1 else "do"


def _was(count: int) -> str:
    return "was" if count == 1 else "were"
