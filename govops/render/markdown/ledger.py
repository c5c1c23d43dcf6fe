"""The approvals ledger: every governed change, who approved which content in which role, and what did not count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from govops.finding import ApprovalRecord, ChangeRecord, Report, RequirementRecord, Status
from govops.render.markdown.escape import NOTHING, Code, Phrase, Strong, Value, joined, phrase, worded
from govops.render.markdown.table import Table, actions, codes, commit, known, paths, people, result, subject
from govops.render.wording import (
    RESULTS,
    evidence_kind,
    given_at,
    in_roles,
    is_spare,
    is_weak,
    many,
    own_approvers,
    short,
    tally,
    when,
)

_RECORDLESS = {"trailer": "the trailers of its own commits", "signature": "signed approvals"}


@dataclass(frozen=True, slots=True)
class Detail:
    """A change that was not plainly allowed: requirements, approvals and content at full length."""

    title: Value
    facts: tuple[tuple[str, Value], ...]
    requirements: Table
    approvals: Table


@dataclass(frozen=True, slots=True)
class Ledger:
    """One line for each governed change, then the details of those that need them."""

    changes: Table
    details: Iterable[Detail]
    weak: str


def ledger(report: Report) -> Ledger:
    """The ledger of a report."""
    columns = ("Change", "Time", "What landed", "Made by", "Landed by", "Content (files)", "Approvals", "Result")
    weak = sum(is_weak(approval) for change in report.changes for approval in change.approvals)
    rests = f"{many(weak, 'approval')} in this ledger {'rests' if weak == 1 else 'rest'} on weak evidence"
    return Ledger(
        changes=Table(columns, lambda: map(_line, report.changes)),
        details=(_detail(change) for change in report.changes if _needs_detail(change)),
        weak=rests if weak else "",
    )


def _needs_detail(change: ChangeRecord) -> bool:
    return change.status is not Status.PASS


def _line(change: ChangeRecord) -> tuple[Value, ...]:
    return (
        commit(change.id),
        when(change),
        phrase(subject(change), ": ", actions(change)),
        people(change.contributors),
        known(change.merger, "unknown"),
        _content(change),
        _totals(change) if _needs_detail(change) else _approvals(change),
        phrase(result(change.status), _met(change), _labelled(change)),
    )


def _content(change: ChangeRecord) -> Value:
    covered = tally(coverage for _, coverage in change.coverage)
    return ", ".join(f"{coverage} {count}" for coverage, count in covered) or NOTHING


def _met(change: ChangeRecord) -> str:
    met = sum(requirement.status is Status.PASS for requirement in change.requirements)
    return f" ({met} of {len(change.requirements)} met)" if change.requirements else ""


def _labelled(change: ChangeRecord) -> Value:
    return phrase(", ", joined(map(Strong, change.labels))) if change.labels else ""


def _totals(change: ChangeRecord) -> str:
    if not change.approvals:
        return "nobody"
    approvals = [approval for approval in change.approvals if approval.decision == "approve"]
    others = tally(approval.decision for approval in change.approvals if approval.decision != "approve")
    parts = [f"{sum(_counts(approval) for approval in approvals)} of {many(len(approvals), 'approval')} counted"]
    parts += [many(count, "rejection") if decision == "reject" else f"{count} {decision}" for decision, count in others]
    return f"{', '.join(parts)}; see the details"


def _approvals(change: ChangeRecord) -> Value:
    nothing = "nobody" if any(requirement.needed for requirement in change.requirements) else "none needed"
    counted = [approval for approval in change.approvals if _counts(approval)]
    others = sorted((approval for approval in change.approvals if not _counts(approval)), key=is_spare, reverse=True)
    own = [f"{name}, whose own change it is" for name in own_approvers(change)]
    return joined([*own, *(_approval(approval) for approval in counted + others)], by="; ", nothing=nothing)


def _approval(approval: ApprovalRecord) -> Phrase:
    verb = "" if approval.decision == "approve" else f"{approval.decision} by "
    who = f"{verb}{approval.person}{in_roles(approval)}"
    given = phrase(who, f", {given_at(approval)}, ", evidence_kind(approval), _record(approval.record))
    word = "" if _counts(approval) else "not needed: " if is_spare(approval) else "not counted: "
    return phrase(word, given, _but(approval))


def _record(record: str) -> Value:
    return phrase(" ", Code(short(record))) if record else ""


def _counts(approval: ApprovalRecord) -> bool:
    return bool(approval.counted) or not (approval.reasons or is_spare(approval))


def _but(approval: ApprovalRecord) -> Value:
    """Why an approval did not count; one that counted for some paths only says why not for the others."""
    if not approval.reasons:
        return ""
    return phrase(" (", "otherwise not: " if approval.counted else "", _reasons(approval), ")")


def _reasons(approval: ApprovalRecord) -> Value:
    return joined((phrase(Code(rule), ": ", worded(words)) for rule, words in approval.reasons), by="; ")


def _detail(change: ChangeRecord) -> Detail:
    return Detail(
        title=phrase("Details of ", commit(change.id), ": ", subject(change)),
        facts=tuple(_facts(change)),
        requirements=Table(
            ("Required", "By", "For", "Counted", "Result"), lambda: map(_requirement, change.requirements)
        ),
        approvals=Table(
            ("Person", "Account", "Decision", "Time", "Roles", "Evidence", "Reviewed head", "Counted"),
            lambda: map(_given, change.approvals),
        ),
    )


def _facts(change: ChangeRecord) -> Iterator[tuple[str, Value]]:
    for coverage, _ in tally(coverage for _, coverage in change.coverage):
        those = tuple(path for path, found in change.coverage if found == coverage)
        yield f"Content, {coverage}", paths(those) if coverage == "identity" else codes(those)
    if change.evidence in _RECORDLESS:
        yield "Record", f"none: judged by {_RECORDLESS[change.evidence]}"
    elif change.evidence:
        yield "Record", Code(change.evidence)


def _requirement(requirement: RequirementRecord) -> tuple[Value, ...]:
    met = requirement.status is Status.PASS
    word = "met" if met else "not met" if requirement.status is Status.FAIL else RESULTS[requirement.status]
    return (
        worded(requirement.text),
        Code(requirement.source),
        paths(requirement.paths),
        _counted(requirement),
        word if met else Strong(word),
    )


def _counted(requirement: RequirementRecord) -> str:
    if not requirement.needed:
        return ", ".join(requirement.counted) or NOTHING
    persons = f": {', '.join(requirement.counted)}" if requirement.counted else ""
    return f"{len(requirement.counted)} of {requirement.needed}{persons}"


def _given(approval: ApprovalRecord) -> tuple[Value, ...]:
    return (
        approval.person,
        known(approval.account),
        approval.decision,
        given_at(approval),
        in_roles(approval).removeprefix(" as ").replace(" and ", ", ") or "none",
        phrase(evidence_kind(approval), _record(approval.record)),
        commit(approval.head),
        _weight(approval),
    )


def _weight(approval: ApprovalRecord) -> Value:
    if is_spare(approval):
        return "not needed"
    if not _counts(approval):
        return phrase(Strong("no"), ": ", _reasons(approval))
    scope: Value = phrase("for ", paths(approval.counted)) if approval.counted else "yes"
    return phrase(scope, _but(approval))
