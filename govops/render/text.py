"""The report for a terminal or a build log. No line starts with text from outside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from govops.finding import ChangeRecord, Finding, Report, Severity, Status, troubled
from govops.render.ansi import style
from govops.render.lines import approval_line, finding_lines, requirement_line
from govops.render.untrusted import log_exact, log_line
from govops.render.verdict import exit_meaning, lead, sentence, status
from govops.render.wording import (
    RESULTS,
    actions_by_name,
    ended,
    exceptions,
    many,
    short,
    shown_of,
    when,
    with_status,
)

_GROUPS = (
    ("violations", (Status.FAIL,)),
    ("could not be established", (Status.UNVERIFIABLE, Status.ERROR)),
    ("warnings", (Status.WARN,)),
    ("waived", (Status.WAIVED,)),
)


def stream(report: Report, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> Iterator[str]:
    """Findings by kind, the verdict trees of what was not allowed, the sums, and the verdict as last line."""
    return ended(_lines(report, colour=colour, fail_on=fail_on))


def stream_findings(findings: Sequence[Finding], *, colour: bool = False) -> Iterator[str]:
    """Findings without a report, in the order given, and how many there were."""
    return ended(_listed(findings, colour=colour))


def _lines(report: Report, *, colour: bool, fail_on: Severity) -> Iterator[str]:
    yield from _notices(report)
    yield from _grouped(report, colour=colour)
    yield from _trees(report, colour=colour)
    yield from _sums(report)
    code = report.exit_code(fail_on)
    verdict = f"{style(lead(report), status(code), colour=colour)}: {log_line(sentence(report))}"
    yield f"{verdict} ({exit_meaning(code, fail_on)})"


def _listed(findings: Sequence[Finding], *, colour: bool) -> Iterator[str]:
    for finding in findings:
        yield from finding_lines(finding, colour=colour)
    files = len({finding.path for finding in findings if finding.path})
    problems = many(len(findings), "problem") if len(findings) else "no problems"
    yield f"{problems} in {many(files, 'file')}" if files else problems


def _notices(report: Report) -> Iterator[str]:
    provenance = report.provenance
    if provenance.single_maintainer:
        yield "note: this repository says that one person keeps it; separation of duties is not shown"
    if provenance.retrospective is not None:
        yield f"note: rules of {log_line(provenance.retrospective)}, outside of this history, are applied in retrospect"
    for note in provenance.notes:
        yield f"note: {log_line(note)}"


def _grouped(report: Report, *, colour: bool) -> Iterator[str]:
    for title, statuses in _GROUPS:
        number = sum(1 for _ in with_status(report, *statuses))
        if number:
            yield from ("", style(f"{title} ({number})", statuses[0], colour=colour))
        for finding in with_status(report, *statuses):
            yield from finding_lines(finding, colour=colour)


def _trees(report: Report, *, colour: bool) -> Iterator[str]:
    for number, change in enumerate(troubled(report.changes)):
        if not number:
            yield from ("", "changes that were not plainly allowed:")
        yield from _tree(change, colour=colour)


def _tree(change: ChangeRecord, *, colour: bool) -> Iterator[str]:
    subject = log_line(change.subject, 120)
    word = ", ".join((_word(change.status, colour=colour), *map(log_line, change.labels)))
    yield f"change {log_line(change.id)} ({word}), {log_line(when(change))}: {subject}"
    made, landed = ", ".join(change.contributors) or "unknown", change.merger or "unknown"
    yield f"    made by {log_line(made)}; landed by {log_line(landed)}"
    if change.remediated_by:
        by = log_line(short(change.remediated_by))
        yield f"    remediated by {by}, an approved change that restored its files; it stays what it is"
    for name, actions in actions_by_name(change).items():
        shown = shown_of(len(actions))
        for action in actions[:shown]:
            yield f"    action {log_line(name)}: {log_line(action.resource or action.path)}"
        if shown < len(actions):
            yield f"    action {log_line(name)}: {len(actions) - shown} more"
    for path, coverage in change.coverage:
        if coverage != "identity":
            yield f"    content {log_line(coverage)}: {log_exact(path)}"
    for requirement in change.requirements:
        yield f"    required: {requirement_line(requirement, colour=colour)}"
    for approval in change.approvals:
        yield f"    given: {approval_line(approval)}"


def _sums(report: Report) -> Iterator[str]:
    counts, origin = report.counts, report.provenance
    yield ""
    if report.waivers:
        yield log_line(f"exceptions: {exceptions(report)}")
    yield log_line(f"audited {origin.repository}, {origin.ref} at {origin.tip}")
    yield (
        f"changes {counts.chain} = {counts.no_claim} no claim + {counts.evaluated} evaluated"
        f" + {counts.undecidable} undecidable + {counts.pending} pending"
    )
    yield (
        f"governed {counts.governed} = {counts.approved} approved + {counts.waived} waived"
        f" + {counts.violating} violating + {counts.undecidable} undecidable"
    )
    if report.reviews:
        late = Counter(review.status for review in report.reviews)
        yield (
            f"reviews {len(report.reviews)} = {late[Status.PASS]} in time + {late[Status.WARN]} overdue"
            f" + {late[Status.UNVERIFIABLE]} not established"
        )


def _word(found: Status, *, colour: bool) -> str:
    return style(RESULTS[found], found, colour=colour)
