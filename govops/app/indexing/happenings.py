"""What happened, as rows: one bundle for each position of the branch at which something did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sqlalchemy import Table

from govops.finding import ActionRecord, ApprovalRecord, ChangeRecord, Event, Finding, Report
from govops.history import Oid
from govops.index.schema.history import (
    approval_history,
    approvals,
    audit_events,
    changes,
    deployment_history,
    findings,
    usecase_approvals,
    usecase_deployments,
)
from govops.index.writing import ANYWHERE, BlobAt, Happening, Row, digest_of

_IN_USE = ("usecase.deploy", "usecase.deprecate", "usecase.archive")


@dataclass(slots=True)
class _Place:
    """What is told of one position of the branch."""

    position: int
    change: ChangeRecord | None = None
    findings: list[Finding] = field(default_factory=list)
    deployments: list[Event] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[Table, Row]]:
        """All of it as rows."""
        at = self.position
        told = chain(
            _change(self.change, at) if self.change is not None else (),
            ((findings, _finding(found, at)) for found in self.findings),
            ((deployment_history, _deployment(event, at)) for event in self.deployments),
        )
        return _numbered(told)

    def digest(self) -> str:
        """Of all that may become another thing later: a change is only ever accepted, or put right."""
        change = self.change
        judged = (change.id, change.status.value, change.remediated_by) if change is not None else ()
        found = [(f.fingerprint, f.status.value, f.message, f.hint, f.waived) for f in self.findings]
        return digest_of((judged, found, [(event.what, event.time) for event in self.deployments]))


def happenings_of(report: Report, positions: Mapping[Oid, int]) -> list[Happening]:
    """All that a report tells of single commits of the branch."""
    places: dict[int, _Place] = {}

    def at(commit: Oid) -> _Place:
        position = positions[commit]
        return places.setdefault(position, _Place(position))

    for change in report.changes:
        at(change.id).change = change
    for found in report.findings:
        if found.commit in positions:
            at(found.commit or "").findings.append(found)
    for event in report.deployments:
        at(event.commit).deployments.append(event)
    return [Happening(position, places[position].digest(), places[position].rows) for position in sorted(places)]


def general_findings(report: Report, positions: Mapping[Oid, int]) -> list[Row]:
    """What was found about no commit of the branch, in order."""
    rows = [(findings, _finding(f, ANYWHERE)) for f in report.findings if (f.commit or "") not in positions]
    return [row for _, row in _numbered(rows)]


def _numbered(rows: Iterable[tuple[Table, Row]]) -> Iterator[tuple[Table, Row]]:
    """The rows of each table counted from 0; there is one change."""
    counts: dict[Table, int] = {}
    for table, row in rows:
        if table is changes:
            yield table, row
            continue
        counts[table] = counts.get(table, -1) + 1
        yield table, {**row, "number": counts[table]}


def _change(change: ChangeRecord, at: int) -> Iterator[tuple[Table, Row]]:
    shared = {"position": at, "commit_id": change.id}
    yield (
        changes,
        {
            **shared,
            "parent_id": change.parent,
            "commits": change.commits,
            "subject": change.subject,
            "status": change.status.value,
            "time": change.time,
            "claimed_time": change.claimed_time,
            "proposal": change.proposal,
            "method": change.method,
            "opener": change.opener,
            "merger": change.merger,
            "contributors": change.contributors,
            "evidence": change.evidence,
            "opened": change.opened,
            "level": change.level,
            "labels": change.labels,
            "remediated_by": change.remediated_by,
            "requirements": [_requirement(one) for one in change.requirements],
            "coverage": change.coverage,
        },
    )
    for action in change.actions:
        yield audit_events, {**shared, **_event(change, action, at)}
        yield from ((table, {**shared, **row}) for table, row in _decided(change, action, at))
    for given in change.approvals:
        yield approvals, {**shared, **_approval(change, given)}


def _requirement(one: Any) -> dict[str, Any]:
    return {
        "text": one.text,
        "source": one.source,
        "status": one.status.value,
        "paths": one.paths,
        "needed": one.needed,
        "counted": one.counted,
        "met_at": one.met_at,
    }


def _event(change: ChangeRecord, action: ActionRecord, at: int) -> dict[str, Any]:
    kind, _, name = action.resource.partition("/")
    return {
        "blob_id": BlobAt(action.path, at),
        "action": action.name,
        "resource": action.resource,
        "kind": kind,
        "name": name,
        "path": action.path,
        "summary": action.summary,
        "status": change.status.value,
        "time": change.time,
        "people": change.contributors,
    }


def _decided(change: ChangeRecord, action: ActionRecord, at: int) -> Iterator[tuple[Table, Row]]:
    """What a step of a version or a use case adds to its own history."""
    kind, _, name = action.resource.partition("/")
    shared = {
        "blob_id": BlobAt(action.path, at),
        "action": action.name,
        "status": change.status.value,
        "time": change.time,
    }
    if kind == "ModelVersion":
        model, _, version = name.partition("/")
        for who in _approvers(change, action.path):
            yield approval_history, {**shared, "model": model, "version": version, **who}
    elif kind == "UseCase":
        for who in _approvers(change, action.path):
            yield usecase_approvals, {**shared, "use_case": name, **who}
        if action.name in _IN_USE:
            yield usecase_deployments, {**shared, "use_case": name, "people": change.contributors}


def _approvers(change: ChangeRecord, path: str) -> list[dict[str, Any]]:
    counted = [one for one in change.approvals if one.decision == "approve" and path in one.counted]
    rows = [{"approver": one.person, "decided_at": one.at} for one in counted]
    return rows or [{"approver": "", "decided_at": None}]


def _approval(change: ChangeRecord, given: ApprovalRecord) -> dict[str, Any]:
    return {
        "proposal": change.proposal,
        "person": given.person,
        "account": given.account,
        "decision": given.decision,
        "at": given.at,
        "evidence": given.evidence,
        "record": given.record,
        "head": given.head,
        "roles": given.roles,
        "counted": given.counted,
        "reasons": given.reasons,
        "weak": given.weak,
    }


def _finding(found: Finding, at: int) -> dict[str, Any]:
    blob = found.blob or (BlobAt(found.path, at) if found.path is not None and at != ANYWHERE else None)
    return {
        "position": at,
        "commit_id": found.commit,
        "blob_id": blob,
        "fingerprint": found.fingerprint,
        "rule": found.rule,
        "status": found.status.value,
        "severity": found.severity.value,
        "message": found.message,
        "hint": found.hint,
        "path": found.path,
        "line": found.line,
        "column_number": found.column,
        "subject": found.subject,
        "waived": found.waived,
        "evidence": found.evidence,
    }


def _deployment(event: Event, at: int) -> dict[str, Any]:
    environment, _, model = event.resource.partition("/")[2].partition("/")
    return {
        "position": at,
        "commit_id": event.commit,
        "blob_id": BlobAt(f"registry/deployments/{environment}/{model}.yaml", at),
        "environment": environment,
        "model": model,
        "version": event.version,
        "what": event.what,
        "reason": event.detail,
        "time": event.time,
        "people": event.people,
    }
