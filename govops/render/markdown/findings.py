"""Violations, what could not be established, and warnings: who, what, why, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from govops.finding import ChangeRecord, Finding, Report, Status
from govops.render.markdown.escape import NOTHING, Block, Code, Value, phrase, worded
from govops.render.markdown.grouping import by_change
from govops.render.markdown.table import Table, actions, codes, commit, known, people, subject
from govops.render.wording import when, with_status


@dataclass(frozen=True, slots=True)
class Item:
    """One finding: its headline, labelled facts, and the offending lines if there are any."""

    number: int
    headline: Value
    facts: tuple[tuple[str, Value], ...]
    excerpt: Block | None


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one change, after what is known of that change."""

    title: Value
    facts: tuple[tuple[str, Value], ...]
    items: Iterable[Item]


def violations(report: Report) -> Iterator[Group]:
    """Findings that failed, by change, in chain order."""
    return _groups(report, Status.FAIL, remedy="How to mend")


def unestablished(report: Report) -> Iterator[Group]:
    """Findings without an answer, by change; the hint says how to get one."""
    return _groups(report, Status.UNVERIFIABLE, Status.ERROR, remedy="How to establish it")


def warnings(report: Report) -> Table:
    """Warnings, one line each."""
    return Table(("Rule", "What", "Where", "Commit", "What to do"), lambda: map(_row, with_status(report, Status.WARN)))


def waived(report: Report) -> Table:
    """Findings that a waiver or a ratification covers: accepted, never hidden."""
    columns = ("Rule", "What", "Where", "Commit", "Accepted by", "Why", "Fingerprint")
    return Table(columns, lambda: map(_accepted, with_status(report, Status.WAIVED)))


def _accepted(finding: Finding) -> tuple[Value, ...]:
    *about, why = _row(finding)
    return (*about, Code(finding.waived) if finding.waived else NOTHING, why, Code(finding.fingerprint))


def _row(finding: Finding) -> tuple[Value, ...]:
    what, hint = worded(finding.message), worded(known(finding.hint))
    return Code(finding.rule), what, _place(finding), commit(finding.commit), hint


def _groups(report: Report, *statuses: Status, remedy: str) -> Iterator[Group]:
    """Groups whose items are to be taken before the next group is."""
    numbers = count(1)
    for oid, change, those in by_change(report, statuses):
        yield Group(*_heading(oid, change), (_item(finding, next(numbers), remedy) for finding in those))


def _heading(oid: str, change: ChangeRecord | None) -> tuple[Value, tuple[tuple[str, Value], ...]]:
    """Title and facts of a change, of a commit that is none, or of nothing in particular."""
    if change is not None:
        return phrase("Change ", commit(change.id), ": ", subject(change)), tuple(_facts(change))
    if oid:
        return phrase("Commit ", commit(oid)), (("Commit", Code(oid)),)
    return "Not about one change", ()


def _facts(change: ChangeRecord) -> Iterator[tuple[str, Value]]:
    opener: Value = phrase("opened by ", change.opener, ", ") if change.opener else ""
    merger = known(change.merger, "unknown")
    yield "Who", phrase(opener, "made by ", people(change.contributors), ", landed by ", merger)
    yield "What", actions(change)
    yield "When", phrase(when(change), ", ", _method(change))
    yield "Commit", codes(change.commits or (change.id,))
    if change.remediated_by:
        by = commit(change.remediated_by)
        yield (
            "Since then",
            phrase("remediated by ", by, ", an approved change that restored its files; it stays what it is"),
        )


def _method(change: ChangeRecord) -> Value:
    if not change.proposal:
        return change.method or "no proposal known"
    return phrase(f"{change.method} of " if change.method else "", "proposal ", Code(change.proposal))


def _item(finding: Finding, number: int, remedy: str) -> Item:
    return Item(
        number=number,
        headline=phrase(Code(finding.rule), f" ({finding.severity.value}{', known' if finding.known else ''})"),
        facts=tuple(_about(finding, remedy)),
        excerpt=Block(finding.excerpt) if finding.excerpt else None,
    )


def _about(finding: Finding, remedy: str) -> Iterator[tuple[str, Value]]:
    yield "Why", worded(finding.message)
    if finding.path:
        blob: Value = phrase(", blob ", Code(finding.blob)) if finding.blob else ""
        yield "Where", phrase(_place(finding), blob)
    yield remedy, worded(finding.hint) if finding.hint else phrase("see ", Code(f"govops explain {finding.rule}"))
    if finding.known:
        yield "Known", f"{finding.known}; it does not decide the exit code"
    if finding.evidence:
        yield "Evidence", codes(finding.evidence)
    yield "Fingerprint", Code(finding.fingerprint)


def _place(finding: Finding) -> Value:
    return Code(finding.place) if finding.path else NOTHING
