"""What the tables of single kinds say of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import Table

from govops.index.schema.registry import (
    deployments,
    escalation_rules,
    incidents,
    model_versions,
    models,
    role_permissions,
    roles,
    sla_targets,
    sla_violations,
    slas,
    use_cases,
    usecase_models,
    users,
    waivers,
)
from govops.kinds import Resource
from govops.kinds.deployment import Deployment
from govops.kinds.escalation_rule import EscalationRule
from govops.kinds.incident import Incident
from govops.kinds.model import Model
from govops.kinds.model_version import ModelVersion
from govops.kinds.ratification import Ratification
from govops.kinds.role import Role
from govops.kinds.service_level_agreement import ServiceLevelAgreement
from govops.kinds.sla_violation import SlaViolation
from govops.kinds.use_case import UseCase
from govops.kinds.user import User
from govops.kinds.waiver import Waiver

Row = Mapping[str, Any]
_Told = Iterator[tuple[Table, Row]]
_SHARED = ("path", "valid_from", "commit_id", "blob_id")


def parts_of(row: Row, resource: Resource) -> tuple[tuple[Table, Row], ...]:
    """Rows of other tables than ``resources``, of whose row for the file they are parts."""
    tell = _TELLING.get(resource.kind)
    if tell is None:
        return ()
    shared = {name: row[name] for name in _SHARED}
    return tuple((table, {**shared, **told}) for table, told in tell(resource, row["status"]))


def _model(resource: Model, status: str) -> _Told:
    spec = resource.spec
    row = {"name": resource.metadata.name, "title": spec.title, "owner": spec.owner, "risk_tier": spec.risk_tier}
    yield models, {**row, "status": status}


def _model_version(resource: ModelVersion, status: str) -> _Told:
    spec, metrics = resource.spec, resource.spec.metrics
    measures = ("accuracy", "precision", "recall", "f1", "error_rate", "latency_ms", "throughput_qps")
    yield (
        model_versions,
        {
            "model": resource.metadata.name,
            "version": resource.metadata.version,
            "status": status,
            "declared": spec.status,
            "description": spec.description,
            "source_repository": spec.source.repository,
            "source_commit": spec.source.commit,
            "data_digest": spec.training_data.digest,
            "artifact_uri": spec.artifact.uri,
            "artifact_digest": spec.artifact.digest,
            "artifact_bytes": spec.artifact.size_bytes,
            **{name: getattr(metrics, name) for name in measures},
        },
    )


def _deployment(resource: Deployment, _: str) -> _Told:
    spec = resource.spec
    yield (
        deployments,
        {
            "environment": spec.environment,
            "model": resource.metadata.name,
            "version": spec.version,
            "deployment_id": spec.deployment_id,
            "rollback_reason": spec.rollback.reason if spec.rollback else "",
        },
    )


def _use_case(resource: UseCase, status: str) -> _Told:
    spec, name = resource.spec, resource.metadata.name
    row = {"name": name, "title": spec.title, "owner": spec.owner, "impact": spec.impact, "status": status}
    yield use_cases, row
    for number, link in enumerate(spec.models):
        yield usecase_models, {"number": number, "use_case": name, "model": link.model, "versions": link.versions}


def _user(resource: User, _: str) -> _Told:
    spec = resource.spec
    row = {"name": resource.metadata.name, "display_name": spec.display_name, "type": spec.type, "active": spec.active}
    yield users, row


def _role(resource: Role, _: str) -> _Told:
    yield roles, {"name": resource.metadata.name, "description": resource.spec.description}
    for permission in resource.spec.permissions:
        yield role_permissions, {"role": resource.metadata.name, "permission": permission}


def _agreement(resource: ServiceLevelAgreement, _: str) -> _Told:
    spec, name = resource.spec, resource.metadata.name
    times = {key: getattr(spec, key) for key in ("incident_response_minutes", "incident_resolution_minutes")}
    yield slas, {"name": name, "resource": spec.resource, **times}
    window = {"window_kind": spec.window.kind, "window": str(spec.window.days or spec.window.period)}
    for one in spec.objectives:
        yield (
            sla_targets,
            {"metric": one.metric, "sla": name, "resource": spec.resource, "target": one.target, **window},
        )


def _violation(resource: SlaViolation, status: str) -> _Told:
    spec, noted = resource.spec, resource.spec.acknowledged
    yield (
        sla_violations,
        {
            "id": resource.metadata.name,
            "sla": spec.sla,
            "metric": spec.objective,
            "window_start": spec.window.start,
            "window_end": spec.window.end,
            "target": spec.target,
            "actual": spec.actual,
            "status": status,
            "acknowledged_by": noted.by if noted else None,
            "acknowledged_at": noted.at if noted else None,
            "notes": noted.notes if noted else None,
        },
    )


def _incident(resource: Incident, status: str) -> _Told:
    spec, ended = resource.spec, resource.spec.resolution
    yield (
        incidents,
        {
            "name": resource.metadata.name,
            "title": spec.title,
            "category": spec.category or "",
            "severity": spec.severity,
            "status": status,
            "resource": spec.resource,
            "related": list(spec.related),
            "affected": spec.affected_count,
            "reported_by": spec.reported.by,
            "reported_at": spec.reported.at,
            "resolved_by": ended.by if ended else None,
            "resolved_at": ended.at if ended else None,
            "notes": ended.notes if ended else None,
        },
    )


def _escalation(resource: EscalationRule, _: str) -> _Told:
    spec = resource.spec
    yield (
        escalation_rules,
        {
            "name": resource.metadata.name,
            "kinds": list(spec.applies_to.kinds),
            "severities": list(spec.applies_to.severities),
            "steps": [step.model_dump(mode="json") for step in spec.steps],
        },
    )


def _waiver(resource: Waiver, _: str) -> _Told:
    spec = resource.spec
    scope = spec.scope.model_dump(mode="json", exclude_none=True)
    row = {"kind": resource.kind, "name": resource.metadata.name, "reason": spec.reason, "owner": spec.owner}
    yield waivers, {**row, "expires": spec.expires, "rules": list(spec.rules), "scope": scope}


def _ratification(resource: Ratification, _: str) -> _Told:
    spec = resource.spec
    scope = {"changes": list(spec.changes), "fingerprints": list(spec.fingerprints)}
    row = {"kind": resource.kind, "name": resource.metadata.name, "reason": spec.reason, "owner": ""}
    yield waivers, {**row, "expires": None, "rules": [], "scope": scope}


_TELLING: dict[str, Callable[[Any, str], _Told]] = {
    "Model": _model,
    "ModelVersion": _model_version,
    "Deployment": _deployment,
    "UseCase": _use_case,
    "User": _user,
    "Role": _role,
    "ServiceLevelAgreement": _agreement,
    "SlaViolation": _violation,
    "Incident": _incident,
    "EscalationRule": _escalation,
    "Waiver": _waiver,
    "Ratification": _ratification,
}
