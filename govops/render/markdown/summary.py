"""What a manager reads in a minute: what runs, what went wrong, what is not known, what is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from govops.finding import ChangeRecord, Event, Finding, InventoryItem, Report, Status
from govops.render.markdown.escape import NOTHING, Code, Value
from govops.render.markdown.table import Table, moment, result_of, table
from govops.render.wording import changes_by_commit, many, own_approvers, tally

PRODUCTION = "production/"


@dataclass(frozen=True, slots=True)
class Summary:
    """The first section: two tables and a few sentences."""

    production: Table
    rules: Table
    lines: tuple[str, ...]


def summary(report: Report) -> Summary:
    """What stands in the first section."""
    changes = changes_by_commit(report)
    latest = {event.resource: event for event in report.deployments}
    running = [item for item in report.inventory if item.kind == "Deployment" and item.name.startswith(PRODUCTION)]
    return Summary(
        production=table(
            ("Model", "Version", "Use cases", "Since", "Approved by", "That change was"),
            (_running(item, latest.get(f"{item.kind}/{item.name}"), changes) for item in running),
        ),
        rules=table(
            ("Result", "Rule", "Worst severity", "Findings", "Changes"),
            (
                row
                for status, word in (
                    (Status.FAIL, "violation"),
                    (Status.UNVERIFIABLE, "not established"),
                    (Status.ERROR, "error"),
                    (Status.WAIVED, "waived"),
                )
                for row in _by_rule(word, [finding for finding in report.findings if finding.status is status])
            ),
        ),
        lines=tuple(_lines(report)),
    )


def _running(item: InventoryItem, event: Event | None, changes: Mapping[str, ChangeRecord]) -> tuple[Value, ...]:
    facts = dict(item.facts)
    name = Code(item.name.removeprefix(PRODUCTION))
    version: Value = Code(facts["version"]) if facts.get("version") else NOTHING
    cases = facts.get("use cases") or NOTHING
    if event is None:
        return name, version, cases, "before the first change judged", NOTHING, NOTHING
    since = moment(event.commit, event.time)
    return name, version, cases, since, _approvers(changes.get(event.commit)), result_of(event.commit, changes)


def _approvers(change: ChangeRecord | None) -> str:
    if change is None:
        return NOTHING
    counted = [approval.person for approval in change.approvals if approval.counted and approval.decision == "approve"]
    own = [f"{name} (own change)" for name in own_approvers(change)]
    return ", ".join([*own, *(name for name, _ in tally(counted))]) or "nobody"


def _by_rule(word: str, findings: list[Finding]) -> Iterable[tuple[Value, ...]]:
    for rule, count in tally(finding.rule for finding in findings):
        those = [finding for finding in findings if finding.rule == rule]
        worst = max((finding.severity for finding in those), key=lambda severity: severity.rank)
        yield word, Code(rule), worst.value, count, len(tally(finding.commit for finding in those if finding.commit))


def _lines(report: Report) -> Iterable[str]:
    pending = report.counts.pending
    if pending:
        verb = "has" if pending == 1 else "have"
        yield f"Waiting: {many(pending, 'change')} at the end of the branch {verb} no record yet"
    warnings = sum(finding.status is Status.WARN for finding in report.findings)
    yield f"Warnings: {warnings}" if warnings else "Warnings: none"
    yield f"Incidents: {_states(report.incidents)}"
    yield f"Waivers and ratifications: {_states(report.waivers)}"


def _states(items: tuple[InventoryItem, ...]) -> str:
    states = tally(item.status or "without a status" for item in items)
    return f"{len(items)} ({', '.join(f'{count} {state}' for state, count in states)})" if items else "none"
