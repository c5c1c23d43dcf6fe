"""Single things as lines for a terminal or a build log. No line starts with text from outside."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import ApprovalRecord, Finding, RequirementRecord, Status
from govops.render.ansi import dim, style
from govops.render.untrusted import log_exact, log_line
from govops.render.wording import RESULTS, evidence_kind, given_at, in_roles, is_spare, short


def finding_lines(finding: Finding, *, colour: bool) -> Iterator[str]:
    """A finding where it is, with the offending lines and the hint."""
    rule = style(log_line(finding.rule), finding.status, colour=colour)
    at = f" (commit {log_line(short(finding.commit))})" if finding.commit else ""
    yield f"{_place(finding)}{rule}: {log_line(finding.message)}{dim(at, colour=colour) if at else ''}"
    if finding.excerpt:
        yield from (f"    | {log_exact(line, 200)}" for line in finding.excerpt.split("\n"))
    if finding.waived:
        yield f"    waived by {log_exact(finding.waived)}: {log_line(finding.hint)}"
    elif finding.hint:
        yield f"    hint: {log_line(finding.hint)}"
    if finding.known:
        yield f"    known, so it does not decide: {log_line(finding.known)}"


def _place(finding: Finding) -> str:
    """``path:line:col: ``; a path that could be taken for a runner's command starts with ``./``."""
    if not finding.path:
        return "govops: "
    place = log_exact(finding.place)
    harmless = place[:1].isalnum() or place[:1] in (".", "_")
    return f"{place}: " if harmless else f"./{place}: "


def requirement_line(requirement: RequirementRecord, *, colour: bool) -> str:
    """What it takes, by which rule, and whether that is there."""
    met = requirement.status is Status.PASS
    word = "met" if met else "not met" if requirement.status is Status.FAIL else RESULTS[requirement.status]
    text = f"{log_line(requirement.text)} ({log_line(requirement.source)})"
    counted = f", {len(requirement.counted)} of {requirement.needed} counted" if requirement.needed else ""
    return f"{text}: {style(word, requirement.status, colour=colour)}{counted}"


def approval_line(approval: ApprovalRecord) -> str:
    """What somebody gave, and whether it counted."""
    given = (
        f"{approval.decision} by {approval.person}{in_roles(approval)}, {given_at(approval)}, {evidence_kind(approval)}"
    )
    if not approval.reasons:
        return log_line(f"{given}; not needed" if is_spare(approval) else given)
    why = "; ".join(f"{rule}: {words}" for rule, words in approval.reasons)
    return log_line(f"{given}; {'in part ' if approval.counted else ''}not counted, {why}")
