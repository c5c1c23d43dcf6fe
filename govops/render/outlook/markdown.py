"""The outlook as one comment on a proposal: found again by its marker, and never longer than a forge takes."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import ActionRecord, ApprovalRecord, Finding, RequirementRecord, Severity, Status
from govops.outlook import Accepted, Missing, Outlook
from govops.render.comment import fitted
from govops.render.markdown.escape import Code, Strong, Value, escape, joined, phrase, worded
from govops.render.outlook.wording import NOT_AUDITED, could_give, headline
from govops.render.untrusted import clipped
from govops.render.verdict import exit_meaning
from govops.render.wording import evidence_kind, given_at, is_spare, served_as, short

MARKER = "<!-- govops:gate -->"
_MARK = {Status.PASS: "met", Status.UNVERIFIABLE: "not established"}


def comment(outlook: Outlook, *, fail_on: Severity = Severity.LOW) -> str:
    """The whole comment; where it would be too long, what is left out is counted."""
    *sections, foot = _sections(outlook, fail_on)
    return fitted(sections, foot=foot)


def _sections(outlook: Outlook, fail_on: Severity) -> Iterator[str]:
    change = outlook.change
    code = outlook.exit_code(fail_on)
    yield f"{MARKER}\n### govops: {escape(headline(outlook, fail_on))}\n"
    if outlook.missing or change.requirements:
        could = {(m.text, m.source): m for m in outlook.missing}
        rows = (_requirement(r, could.get((r.text, r.source))) for r in change.requirements)
        yield _table("What it takes", ("Required", "By", "Counted", "Status"), rows)
    problems = [f for f in outlook.findings if f.status not in (Status.WARN, Status.WAIVED)]
    if problems:
        yield _table("What is in the way", ("Rule", "Why", "Where", "How to mend"), map(_problem, problems))
    excused = [f for f in outlook.findings if f.status is Status.WAIVED]
    if excused:
        yield _table("What is waived", ("Rule", "Why", "Where", "Waived by"), map(_excused, excused))
    if outlook.accepts:
        yield _table("What it accepts", ("Change", "Rule", "File", "Fingerprint"), map(_accepted, outlook.accepts))
    if change.approvals:
        titles = ("Person", "Decision", "Evidence", "Commit", "Counted")
        yield _table("What was given", titles, map(_given, change.approvals))
    if change.actions:
        yield _table("What it means", ("Action", "Resource", "File"), map(_action, change.actions))
    warnings = [f for f in outlook.findings if f.status is Status.WARN]
    if warnings:
        yield _table("Warnings", ("Rule", "Why", "Where", "What to do"), map(_problem, warnings))
    yield f"{escape(_footer(outlook))}\n\n{escape(exit_meaning(code, fail_on))}\n"


def _footer(outlook: Outlook) -> Value:
    supposed = f"Supposing that {'; '.join(outlook.assumed)}. " if outlook.assumed else ""
    judged = phrase(
        supposed,
        "Judged as if ",
        Code(short(outlook.head)),
        " landed on ",
        Code(f"{outlook.branch}@{short(outlook.base)}"),
        f" at {outlook.as_of}, by the rules there",
    )
    return phrase(judged, "." if outlook.is_audited or not outlook.is_governed else f"; {NOT_AUDITED}.")


def _requirement(requirement: RequirementRecord, missing: Missing | None) -> tuple[Value, ...]:
    counted = f"{len(requirement.counted)} of {requirement.needed}" if requirement.needed else "none needed"
    names = f": {', '.join(requirement.counted)}" if requirement.counted else ""
    word = _MARK.get(requirement.status, "not met")
    who = could_give(missing) if missing else ""
    state: Value = phrase(Strong(word), f". {who}" if who else "") if missing else word
    return worded(requirement.text), Code(requirement.source), f"{counted}{names}", state


def _problem(finding: Finding) -> tuple[Value, ...]:
    where: Value = Code(finding.place) if finding.path else "–"
    return Code(finding.rule), worded(finding.message), where, worded(finding.hint) if finding.hint else "–"


def _excused(finding: Finding) -> tuple[Value, ...]:
    *about, why = _problem(finding)
    return (*about, phrase(Code(finding.waived), ": ", why))


def _accepted(one: Accepted) -> tuple[Value, ...]:
    where: Value = Code(clipped(one.path, 200)) if one.path else "–"
    return Code(short(one.change)), Code(one.rule), where, Code(one.fingerprint)


def _given(approval: ApprovalRecord) -> tuple[Value, ...]:
    head: Value = Code(short(approval.head)) if approval.head else "–"
    return (
        approval.person,
        approval.decision,
        f"{evidence_kind(approval)}, {given_at(approval)}",
        head,
        _weight(approval),
    )


def _weight(approval: ApprovalRecord) -> Value:
    if not approval.reasons:
        return "not needed" if is_spare(approval) else f"yes{served_as((), approval.delegate_of)}"
    reasons = joined((phrase(Code(rule), f" {words}" if words else "") for rule, words in approval.reasons), by="; ")
    return phrase(Strong("in part" if approval.counted else "no"), ": ", reasons)


def _action(action: ActionRecord) -> tuple[Value, ...]:
    summary = f" ({action.summary})" if action.summary else ""
    return Code(action.name), f"{action.resource}{summary}", Code(clipped(action.path, 200))


def _table(title: str, columns: tuple[str, ...], rows: Iterator[tuple[Value, ...]]) -> str:
    lines = [f"**{title}**", "", f"| {' | '.join(columns)} |", f"|{'---|' * len(columns)}"]
    lines += [f"| {' | '.join(escape(cell) for cell in row)} |" for row in rows]
    return "\n".join([*lines, ""])
