"""How things stand at the audited tip, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from fractions import Fraction

from sqlalchemy import Table

from govops.engine.ledger import claimed_time
from govops.evidence.records import Receipt
from govops.finding import ChangeRecord, Report
from govops.forge.hosted import HostedProposal
from govops.history import Commit, Oid
from govops.index.schema.standing import (
    approval_requests,
    compliance_reports,
    controls,
    incident_cases,
    sla_measurements,
    user_roles,
)
from govops.index.writing import BlobAt, Row
from govops.service import ServiceReport
from govops.workspace import EvidenceBranch


def whole_tables(
    report: Report, positions: Mapping[Oid, int], hosted: Iterable[tuple[Oid, HostedProposal]]
) -> dict[Table, list[Row]]:
    """Rows of the tables that are written as a whole."""
    return {
        user_roles: list(_tenures(report, positions)),
        approval_requests: list(_requests(report.changes, positions, hosted)),
        incident_cases: list(_incidents(report, positions)),
        controls: list(_controls(report, positions)),
        sla_measurements: list(_measured(report.service)) if report.service else [],
        compliance_reports: [_sums(report)],
    }


def receipts_of(evidence: EvidenceBranch) -> Iterator[Row]:
    """Receipts among the records that were read."""
    for record in evidence.book.records:
        receipt = record.payload
        if isinstance(receipt, Receipt):
            proposal = receipt.proposal
            yield {
                "id": record.id,
                "commit_id": receipt.tip,
                "blob_id": evidence.blobs.get(record.id),
                "base_id": receipt.base,
                "recorder": receipt.recorder,
                "sequence": receipt.sequence,
                "signer": record.signer,
                "recorded_at": receipt.recorded_at,
                "landed_at": receipt.landed_at,
                "proposal": f"{proposal.forge}#{proposal.id}" if proposal else "",
                "backfilled": receipt.backfilled,
            }


def commit_row(commit: Commit, position: int) -> Row:
    """A step of the branch, as it says itself."""
    return {
        "position": position,
        "commit_id": commit.oid,
        "subject": commit.subject,
        "author": f"{commit.author.name} <{commit.author.email}>",
        "committer": f"{commit.committer.name} <{commit.committer.email}>",
        "claimed_time": claimed_time(commit),
    }


def _tenures(report: Report, positions: Mapping[Oid, int]) -> Iterator[Row]:
    for tenure in report.tenures:
        since = positions[tenure.since]
        yield {
            "user_name": tenure.person,
            "role": tenure.role,
            "valid_from": since,
            "valid_to": positions[tenure.until] if tenure.until is not None else None,
            "commit_id": tenure.since,
            "blob_id": BlobAt(f"registry/users/{tenure.person}.yaml", since),
            "since": tenure.since_time,
            "until_commit_id": tenure.until,
            "until": tenure.until_time,
        }


def _requests(
    changes: Iterable[ChangeRecord], positions: Mapping[Oid, int], hosted: Iterable[tuple[Oid, HostedProposal]]
) -> Iterator[Row]:
    """Each proposal once: what a server of ours keeps of it, or else what is known of it since it landed."""
    landed = {change.proposal: change for change in changes if change.proposal}
    for blob, kept in hosted:
        change = landed.pop(f"local#{kept.id}", None) or landed.pop(kept.number, None)
        yield {
            "id": kept.id,
            "commit_id": change.id if change else kept.merge_commit or kept.head,
            "blob_id": blob,
            "title": kept.title,
            "reason": kept.reason,
            "state": kept.state,
            "branch": kept.branch,
            "opener": kept.person,
            "opened_at": kept.opened_at,
            "closed_at": kept.closed_at,
            "head": kept.head,
            "position": positions[change.id] if change else None,
            "paths": list(kept.paths),
            "decisions": [one.model_dump(mode="json") for one in kept.decisions],
            "url": kept.url,
        }
    for name, change in landed.items():
        yield {
            "id": name,
            "commit_id": change.id,
            "blob_id": None,
            "title": change.subject,
            "reason": "",
            "state": "merged",
            "branch": None,
            "opener": change.opener,
            "opened_at": change.opened,
            "closed_at": change.time,
            "head": None,
            "position": positions[change.id],
            "paths": sorted({action.path for action in change.actions}),
            "decisions": [_given(one.account, one.person, one.decision, one.at) for one in change.approvals],
            "url": "",
        }


def _given(account: str, person: str, decision: str, at: str | None) -> Row:
    return {"account": account, "person": person, "decision": decision, "at": at}


def _incidents(report: Report, positions: Mapping[Oid, int]) -> Iterator[Row]:
    tip = report.provenance.tip
    for case in report.incidents:
        yield {
            "name": case.name,
            "commit_id": tip,
            "blob_id": BlobAt(case.path, positions[tip]) if case.path else None,
            "title": case.title,
            "status": case.status.value,
            "severity": case.severity,
            "category": case.category,
            "category_word": case.word,
            "resource": case.resource,
            "related": case.related,
            "path": case.path,
            "affected": case.affected,
            "reported_by": case.reported_by,
            "claimed_at": case.claimed_at,
            "reported_at": case.reported_at,
            "responded_at": case.responded_at,
            "resolved_at": case.resolved_at,
            "resolved_in": case.resolved_in,
            "resolution_seconds": case.resolution_seconds,
            "clocks": [asdict(clock) for clock in case.clocks],
            "targets": [asdict(target) for target in case.targets],
        }


def _controls(report: Report, positions: Mapping[Oid, int]) -> Iterator[Row]:
    tip = report.provenance.tip
    seen: set[tuple[str, str, str]] = set()
    for framework in report.frameworks:
        for clause in framework.clauses:
            key = (framework.name, framework.version, clause.id)
            if key in seen:
                continue
            seen.add(key)
            yield {
                "framework": framework.name,
                "version": framework.version,
                "clause": clause.id,
                "commit_id": tip,
                "blob_id": BlobAt(framework.path, positions[tip]),
                "summary": clause.summary,
                "state": clause.state.value,
                "reason": clause.reason,
                "evidence": len(clause.evidence),
            }


def _measured(service: ServiceReport) -> Iterator[Row]:
    for agreement in service.agreements:
        for period, part, judged in agreement.judged():
            yield {
                "sla": agreement.name,
                "metric": judged.metric,
                "window_start": period.span.start,
                "window_end": period.span.end,
                "part_start": part.span.start,
                "part_end": part.span.end,
                "commit_id": part.commit or None,
                "target": float(judged.target),
                "lowest": _float(judged.lowest),
                "highest": _float(judged.highest),
                "standing": judged.standing.value,
                "is_complete": period.is_complete,
            }


def _float(value: Fraction | None) -> float | None:
    return None if value is None else float(value)


def _sums(report: Report) -> Row:
    origin, counts = report.provenance, report.counts
    names = ("commits", "chain", "no_claim", "evaluated", "undecidable", "governed", "approved", "waived", "violating")
    return {
        "commit_id": origin.tip,
        "as_of": origin.as_of,
        "edition": origin.edition,
        "evidence_mode": origin.evidence_mode,
        "single_maintainer": origin.single_maintainer,
        **{name: getattr(counts, name) for name in names},
        "findings": len(report.findings),
        "exit_code": int(report.exit_code()),
        "govops_version": origin.govops_version,
    }
