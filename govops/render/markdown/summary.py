"""What a manager reads in a minute: what runs, what went wrong, what is not known, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from govops.finding import ChangeRecord, Event, InventoryItem, Report, Severity, Status
from govops.incident import IncidentCase, Kept
from govops.render.markdown.escape import NOTHING, Code, Value
from govops.render.markdown.service import all_violations
from govops.render.markdown.table import Table, moment, result
from govops.render.service.wording import words
from govops.render.wording import changes_of, many, own_approvers, tally, with_status

PRODUCTION = "production/"
_WORDS = (
    (Status.FAIL, "violation"),
    (Status.UNVERIFIABLE, "not established"),
    (Status.ERROR, "error"),
    (Status.WAIVED, "waived"),
)


@dataclass(frozen=True, slots=True)
class Summary:
    """The first section: two tables and a few sentences."""

    production: Table
    rules: Table
    lines: tuple[str, ...]


def summary(report: Report) -> Summary:
    """What stands in the first section."""
    return Summary(
        production=Table(
            ("Model", "Version", "Use cases", "Since", "Approved by", "That change was"), lambda: _production(report)
        ),
        rules=Table(
            ("Result", "Rule", "Worst severity", "Findings", "Changes"),
            lambda: (row for status, word in _WORDS for row in _by_rule(word, report, status)),
        ),
        lines=tuple(_lines(report)),
    )


def _production(report: Report) -> Iterator[tuple[Value, ...]]:
    running = [item for item in report.inventory if item.kind == "Deployment" and item.name.startswith(PRODUCTION)]
    names = {f"{item.kind}/{item.name}" for item in running}
    latest = {event.resource: event for event in report.deployments if event.resource in names}
    changes = dict(changes_of(report, (event.commit for event in latest.values())))
    for item in running:
        yield _running(item, latest.get(f"{item.kind}/{item.name}"), changes)


def _running(item: InventoryItem, event: Event | None, changes: Mapping[str, ChangeRecord]) -> tuple[Value, ...]:
    facts = dict(item.facts)
    name = Code(item.name.removeprefix(PRODUCTION))
    version: Value = Code(facts["version"]) if facts.get("version") else NOTHING
    cases = facts.get("use cases") or NOTHING
    if event is None:
        return name, version, cases, "before the first change judged", NOTHING, NOTHING
    since = moment(event.commit, event.time)
    change = changes.get(event.commit)
    return name, version, cases, since, _approvers(change), result(change.status if change else None)


def _approvers(change: ChangeRecord | None) -> str:
    if change is None:
        return NOTHING
    counted = [approval.person for approval in change.approvals if approval.counted and approval.decision == "approve"]
    own = [f"{name} (own change)" for name in own_approvers(change)]
    return ", ".join([*own, *(name for name, _ in tally(counted))]) or "nobody"


def _by_rule(word: str, report: Report, status: Status) -> Iterator[tuple[Value, ...]]:
    commits: dict[str, set[str]] = {}
    worst: dict[str, Severity] = {}
    for finding in with_status(report, status):
        commits.setdefault(finding.rule, set()).update((finding.commit,) if finding.commit else ())
        known = worst.get(finding.rule, finding.severity)
        worst[finding.rule] = max(known, finding.severity, key=lambda severity: severity.rank)
    for rule, count in tally(finding.rule for finding in with_status(report, status)):
        yield word, Code(rule), worst[rule].value, count, len(commits[rule])


def _lines(report: Report) -> Iterable[str]:
    pending = report.counts.pending
    if pending:
        verb = "has" if pending == 1 else "have"
        yield f"Waiting: {many(pending, 'change')} at the end of the branch {verb} no record yet"
    warnings = sum(finding.status is Status.WARN for finding in report.findings)
    yield f"Warnings: {warnings}" if warnings else "Warnings: none"
    yield from _services(report)
    yield f"Incidents: {_states(report.incidents)}"
    overdue = sum(run.kept is Kept.OVERDUE for case in report.incidents for run in case.clocks)
    if overdue:
        yield f"Reports to authorities: {overdue} overdue"
    yield f"Waivers and ratifications: {_states(report.waivers)}"


def _services(report: Report) -> Iterator[str]:
    if report.service is not None:
        states = tally(words(one.standing) for one in report.service.agreements)
        told = f" ({', '.join(f'{count} {state}' for state, count in states)})" if states else ""
        yield f"Service levels: {many(len(report.service.agreements), 'agreement')}{told}"
    found = all_violations(report)
    if found:
        silent = sum(violation.acknowledged is None for violation in found)
        yield f"Broken promises: {len(found)}, {silent} of them not acknowledged"


def _states(items: Sequence[InventoryItem | IncidentCase]) -> str:
    states = tally(item.status or "without a status" for item in items)
    return f"{len(items)} ({', '.join(f'{count} {state}' for state, count in states)})" if items else "none"
