"""What the gate says of a proposal, and what an audit says of a change, as the tree of a page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from govops.api.pages.links import resource_link
from govops.api.pages.values import NOTHING, Badge, Code, Id, Moment, Person, Value, phrase, worded
from govops.api.pages.views import Block, Given, Required, Table, Verdict
from govops.api.pages.wording import FOUND, STATUSES
from govops.finding import ActionRecord, ApprovalRecord, ChangeRecord, Finding, RequirementRecord, Severity, Status
from govops.outlook import Missing, Outlook
from govops.render.outlook.wording import NOT_AUDITED, headline
from govops.render.wording import evidence_kind, is_spare, many, served_as, short

_NAMED = 12  # persons that could approve; more are counted
_BADGES = {
    Status.PASS: Badge("met", "good"),
    Status.UNVERIFIABLE: Badge("not established", "unknown"),
}


def outlook_blocks(outlook: Outlook) -> Iterator[Block]:
    """The verdict, what is in the way, and what the proposal means."""
    could = {(missing.text, missing.source): missing for missing in outlook.missing}
    change = outlook.change
    passes = outlook.status in (Status.PASS, Status.WARN, Status.WAIVED)
    badge = Badge("may land", "good") if passes else Badge("waits", "waits")
    yield Verdict(
        title="What it still needs",
        badge=Badge("not established", "unknown") if outlook.status is Status.UNVERIFIABLE else badge,
        headline=headline(outlook, Severity.LOW),
        required=tuple(_required(one, could.get((one.text, one.source))) for one in change.requirements),
        given=tuple(map(_given, change.approvals)),
        foot=_judged(outlook),
    )
    yield actions(change.actions)
    yield from _problems(outlook.findings)
    if outlook.accepts:
        rows = tuple((Id(a.change, "change"), Code(a.rule), Code(a.path), Code(a.fingerprint)) for a in outlook.accepts)
        yield Table("What it accepts of earlier changes", ("Change", "Rule", "File", "Fingerprint"), rows, "Nothing.")


def change_blocks(change: ChangeRecord, findings: Iterable[Finding] = ()) -> Iterator[Block]:
    """The verdict on what has landed, and what it meant."""
    against = tuple(findings)
    yield Verdict(
        title="Verdict",
        badge=STATUSES[change.status],
        headline=_in_short(change, against),
        required=tuple(_required(one, None) for one in change.requirements),
        given=tuple(map(_given, change.approvals)),
        foot="Judged by the rules in force before it landed.",
    )
    yield actions(change.actions)
    yield from _problems(against)
    yield Table(
        "What landed, beside what was reviewed",
        ("File", "Content"),
        tuple((Code(path), coverage) for path, coverage in change.coverage),
        "No governed file is part of it.",
        note="identity: byte for byte what was reviewed. replay: a three-way merge of it. residual: nobody reviewed "
        "it in this form.",
    )


def _in_short(change: ChangeRecord, against: tuple[Finding, ...]) -> str:
    met = sum(one.status is Status.PASS for one in change.requirements)
    told = (
        f"{met} of {many(len(change.requirements), 'requirement')} met"
        if change.requirements
        else "Nothing was required"
    )
    broken = sum(one.status in (Status.FAIL, Status.UNVERIFIABLE, Status.ERROR) for one in against)
    return f"{told}; {many(broken, 'finding')} against it" if broken else told


def actions(found: Iterable[ActionRecord]) -> Table:
    """What a change means."""
    rows = tuple((Code(one.name), resource_link(one.resource), one.summary or NOTHING, Code(one.path)) for one in found)
    return Table("What it means", ("Action", "Resource", "What changes", "File"), rows, "No governed file is changed.")


def finding_row(finding: Finding) -> tuple[Value, ...]:
    """Rule, words, place and what to do."""
    return (
        Code(finding.rule),
        FOUND[finding.status],
        worded(finding.message),
        Code(finding.place) if finding.path else NOTHING,
        worded(finding.hint) if finding.hint else NOTHING,
    )


def _required(one: RequirementRecord, missing: Missing | None) -> Required:
    words, could = _could_give(missing) if missing else ("", ())
    return Required(
        badge=_BADGES.get(one.status, Badge("not met", "bad")),
        text=worded(one.text),
        source=one.source,
        counted=f"{len(one.counted)} of {one.needed}" if one.needed else "none needed",
        people=tuple(map(Person, one.counted)),
        missing=words,
        could=could,
    )


def _could_give(missing: Missing) -> tuple[str, tuple[Value, ...]]:
    if not missing.count:
        return "", ()
    if not missing.could:
        return "Nobody could give it: whoever holds the role made part of the change or has approved already", ()
    words = f"Still needs {missing.count} of"
    people: tuple[Value, ...] = tuple(map(Person, missing.could[:_NAMED]))
    more = len(missing.could) - _NAMED
    return words, (*people, many(more, "other")) if more > 0 else people


def _given(approval: ApprovalRecord) -> Given:
    return Given(
        person=phrase(Person(approval.person), served_as(approval.roles, approval.delegate_of)),
        decision=Badge(approval.decision, "good" if approval.decision == "approve" else "bad"),
        at=Moment(approval.at or ""),
        evidence=evidence_kind(approval),
        head=Id(approval.head or ""),
        weight=_weight(approval),
        why=tuple((rule, worded(words) if words else "") for rule, words in approval.reasons),
    )


def _weight(approval: ApprovalRecord) -> Badge:
    if approval.reasons:
        return Badge("counts in part", "waits") if approval.counted else Badge("does not count", "bad")
    return Badge("not needed", "plain") if is_spare(approval) else Badge("counts", "good")


def _problems(findings: Iterable[Finding]) -> Iterator[Table]:
    rows = tuple(finding_row(finding) for finding in findings)
    if rows:
        yield Table("What was found", ("Rule", "Status", "Why", "Where", "What to do"), rows, "Nothing.")


def _judged(outlook: Outlook) -> Value:
    whole = phrase(
        "Judged as if ",
        Id(outlook.head),
        f" landed on {outlook.branch} at {short(outlook.base)}, by the rules there, as of ",
        Moment(outlook.as_of),
    )
    return phrase(whole, "." if outlook.is_audited or not outlook.is_governed else f"; {NOT_AUDITED}.")
