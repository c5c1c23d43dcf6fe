"""Violations, what could not be established, and warnings: who, what, why, and how to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count

from govops.finding import ChangeRecord, Finding, Report, Status
from govops.render.markdown.escape import NOTHING, Block, Code, Value, phrase, worded
from govops.render.markdown.table import Table, actions, codes, commit, known, people, subject, table
from govops.render.wording import changes_by_commit, when, with_status


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
    items: tuple[Item, ...]


def violations(report: Report) -> tuple[Group, ...]:
    """Findings that failed, by change, in chain order."""
    return _groups(report, with_status(report, Status.FAIL), remedy="How to mend")


def unestablished(report: Report) -> tuple[Group, ...]:
    """Findings without an answer, by change; the hint says how to get one."""
    return _groups(report, with_status(report, Status.UNVERIFIABLE, Status.ERROR), remedy="How to establish it")


def warnings(report: Report) -> Table:
    """Warnings, one line each."""
    rows = (
        (Code(f.rule), worded(f.message), _place(f), commit(f.commit), worded(known(f.hint)))
        for f in with_status(report, Status.WARN)
    )
    return table(("Rule", "What", "Where", "Commit", "What to do"), rows)


def waived(report: Report) -> Table:
    """Findings that a waiver or a ratification covers: accepted, never hidden."""
    rows = (
        (Code(f.rule), worded(f.message), _place(f), commit(f.commit), worded(known(f.hint)), Code(f.fingerprint))
        for f in with_status(report, Status.WAIVED)
    )
    return table(("Rule", "What", "Where", "Commit", "Accepted by", "Fingerprint"), rows)


def _groups(report: Report, findings: Iterable[Finding], *, remedy: str) -> tuple[Group, ...]:
    changes = changes_by_commit(report)
    grouped: dict[str, list[Finding]] = {}
    for finding in findings:
        change = changes.get(finding.commit or "")
        grouped.setdefault(change.id if change else finding.commit or "", []).append(finding)
    numbers = count(1)
    return tuple(
        Group(*_heading(oid, changes.get(oid)), tuple(_item(finding, next(numbers), remedy) for finding in those))
        for oid, those in grouped.items()
    )


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


def _method(change: ChangeRecord) -> Value:
    if not change.proposal:
        return change.method or "no proposal known"
    return phrase(f"{change.method} of " if change.method else "", "proposal ", Code(change.proposal))


def _item(finding: Finding, number: int, remedy: str) -> Item:
    return Item(
        number=number,
        headline=phrase(Code(finding.rule), f" ({finding.severity.value})"),
        facts=tuple(_about(finding, remedy)),
        excerpt=Block(finding.excerpt) if finding.excerpt else None,
    )


def _about(finding: Finding, remedy: str) -> Iterator[tuple[str, Value]]:
    yield "Why", worded(finding.message)
    if finding.path:
        blob: Value = phrase(", blob ", Code(finding.blob)) if finding.blob else ""
        yield "Where", phrase(_place(finding), blob)
    yield remedy, worded(finding.hint) if finding.hint else phrase("see ", Code(f"govops explain {finding.rule}"))
    if finding.evidence:
        yield "Evidence", codes(finding.evidence)
    yield "Fingerprint", Code(finding.fingerprint)


def _place(finding: Finding) -> Value:
    return Code(finding.place) if finding.path else NOTHING
