"""How every format says the same small things: numbers with nouns, short ids, results, weak evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import ceil

from govops.finding import ActionRecord, ApprovalRecord, ChangeRecord, Finding, Provenance, Report, Status
from govops.incident import IncidentCase, Kept

_NAMED = 5
_STATE_DETAIL = re.compile(r": | by ")

RESULTS: Mapping[Status, str] = {
    Status.PASS: "allowed",
    Status.WARN: "allowed, with a warning",
    Status.FAIL: "violation",
    Status.UNVERIFIABLE: "not established",
    Status.ERROR: "error",
    Status.WAIVED: "waived",
}


def many(count: int, noun: str, plural: str = "") -> str:
    """``1 change``, ``3 changes``."""
    return f"{count} {noun if count == 1 else plural or noun + 's'}"


def span(seconds: int | Fraction) -> str:
    """``2 d 3 h 5 min``; part of a second counts as a whole one, so that nothing seems quicker than it was."""
    left, parts = ceil(seconds), []
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1)):
        count, left = divmod(left, size)
        parts += [f"{count} {unit}"] if count else []
    return " ".join(parts) or "0 s"


def category_of(case: IncidentCase) -> str:
    """``security``, ``security (derived: leak)``."""
    if case.word is None:
        return case.category
    return f"{case.category} (derived{f': {case.word}' if case.word else ''})"


def kept_word(kept: Kept) -> str:
    """How a clock or a promise stands."""
    return {Kept.MET: "in time", Kept.UNKNOWN: "could not be established"}.get(kept, kept.value)


def short(oid: str) -> str:
    """The first 10 characters of an object id: for people; the full id stands nearby."""
    return oid[:10]


def is_weak(approval: ApprovalRecord) -> bool:
    """Evidence that somebody could have typed without being the person named in it."""
    return approval.weak or approval.evidence == "trailer"


def evidence_kind(approval: ApprovalRecord) -> str:
    """``receipt``, ``trailer (weak)``."""
    return f"{approval.evidence} (weak)" if is_weak(approval) else approval.evidence


def in_roles(approval: ApprovalRecord) -> str:
    """`` as approver and admin, as delegate of carol``; empty where no role is known."""
    return served_as(approval.roles, approval.delegate_of)


def served_as(roles: tuple[str, ...], delegate_of: tuple[str, ...]) -> str:
    """The same of anybody who counted in these roles, and in whose seats."""
    parts = [f" as {' and '.join(roles)}"] if roles else []
    parts += [f" as delegate of {' and '.join(delegate_of)}"] if delegate_of else []
    return ",".join(parts)


def given_at(approval: ApprovalRecord) -> str:
    """When an approval was given, as its evidence tells."""
    return approval.at or "time unknown"


def own_approvers(change: ChangeRecord) -> tuple[str, ...]:
    """Who counted as an approver by making the change: the maintainer of a repository of one."""
    counted = {name for requirement in change.requirements for name in requirement.counted}
    return tuple(sorted(counted - {approval.person for approval in change.approvals}))


def is_spare(approval: ApprovalRecord) -> bool:
    """An approval with nothing against it that no requirement was waiting for."""
    return approval.decision == "approve" and not approval.counted and not approval.reasons


def actions_by_name(change: ChangeRecord) -> dict[str, list[ActionRecord]]:
    """What a change meant, by the name of the action, in order of first appearance."""
    found: dict[str, list[ActionRecord]] = {}
    for action in change.actions:
        found.setdefault(action.name, []).append(action)
    return found


def shown_of(count: int) -> int:
    """How many of ``count`` like things are named before the rest is only counted; never a rest of one."""
    return count if count <= _NAMED + 1 else _NAMED


def in_force(provenance: Provenance) -> str:
    """The rules that judged, in words: outside rules never were in force."""
    return "the rules in force" if provenance.retrospective is None else "the rules given from outside"


def when(change: ChangeRecord) -> str:
    """The attested time of a change, or the commit's own with a word of caution."""
    if change.time:
        return change.time
    return f"{change.claimed_time} (claimed)" if change.claimed_time else "not known"


def with_status(report: Report, *statuses: Status) -> Iterator[Finding]:
    """The findings of a report that ended in one of ``statuses``, in the report's order."""
    return (finding for finding in report.findings if finding.status in statuses)


def exceptions(report: Report) -> str:
    """How many waivers and ratifications there are, in which state, and how many findings they cover."""
    states = tally(f"{item.kind.lower()} {_STATE_DETAIL.split(item.status)[0]}" for item in report.waivers)
    excused = sum(1 for _ in with_status(report, Status.WAIVED))
    return f"{', '.join(f'{count} {state}' for state, count in states)}; {many(excused, 'finding')} waived"


def changes_of(report: Report, commits: Iterable[str | None]) -> Iterator[tuple[str, ChangeRecord]]:
    """Those of ``commits`` that a governed change holds, each with that change; one pass, nothing else is kept."""
    asked = set(commits)
    for change in report.changes if asked else ():
        yield from ((commit, change) for commit in {*change.commits, change.id} & asked)


def results_of(report: Report, commits: Iterable[str | None]) -> dict[str, Status]:
    """How the changes of ``commits`` were judged; a commit of no governed change is left out."""
    return {commit: change.status for commit, change in changes_of(report, commits)}


def ended(lines: Iterable[str]) -> Iterator[str]:
    """Each line with its line break."""
    return (f"{line}\n" for line in lines)


def tally(words: Iterable[str]) -> tuple[tuple[str, int], ...]:
    """How often each word occurs, in order of first appearance."""
    counts: dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return tuple(counts.items())
