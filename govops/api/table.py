"""Every route there is, in the order of the reference."""

from __future__ import annotations

from functools import partial
from typing import Final

from govops.api.routes import Kind, Route
from govops.api.views import access, compliance, models, service_levels, use_cases
from govops.app.governance import requests
from govops.index.durable.log import FILTERS

_MODELS = partial(Route, component="model_registry")
_USE_CASES = partial(Route, component="usecase_registry")
_ACCESS = partial(Route, component="access_control")
_COMPLIANCE = partial(Route, component="compliance_reporter")
_SLAS = partial(Route, component="sla_manager")
_VERSION = "/models/<model>/<version>"
_USE_CASE = "/usecases/<name>"

ROUTES: Final[tuple[Route, ...]] = (
    _MODELS(
        "POST",
        "/models/register",
        models.register_model,
        kind=Kind.CREATION,
        permission="model:register",
        body=requests.RegisterModel,
    ),
    _MODELS("GET", "/models", models.list_models, kind=Kind.LIST, filters=("owner", "risk_tier", "status")),
    _MODELS("GET", "/models/<model>", models.get_model, kind=Kind.DOCUMENT),
    _MODELS(
        "GET",
        "/models/<model>/versions",
        models.list_versions,
        kind=Kind.LIST,
        filters=("status", "declared", "artifact_digest"),
    ),
    _MODELS("GET", "/models/<model>/versions/<version>", models.get_version, kind=Kind.DOCUMENT),
    _MODELS("GET", f"{_VERSION}/history", models.list_version_history, kind=Kind.LIST),
    _MODELS(
        "POST",
        f"{_VERSION}/approve",
        models.approve_version,
        kind=Kind.DECISION,
        permission="model:approve",
        body=requests.Decide,
    ),
    _MODELS(
        "POST",
        f"{_VERSION}/reject",
        models.reject_version,
        kind=Kind.DECISION,
        permission="model:approve",
        body=requests.Decide,
    ),
    _MODELS(
        "POST",
        f"{_VERSION}/deploy",
        models.deploy_version,
        kind=Kind.STEP,
        permission="model:deploy",
        body=requests.Deploy,
    ),
    _MODELS(
        "POST",
        f"{_VERSION}/rollback",
        models.roll_back_version,
        kind=Kind.STEP,
        permission="model:rollback",
        body=requests.RollBack,
    ),
    _MODELS(
        "POST",
        f"{_VERSION}/metrics",
        models.measure_version,
        kind=Kind.STEP,
        permission="model:register",
        body=requests.VersionMetrics,
    ),
    _MODELS(
        "POST",
        f"{_VERSION}/deprecate",
        models.deprecate_version,
        kind=Kind.STEP,
        permission="model:approve",
        body=requests.Retire,
    ),
    _USE_CASES(
        "POST",
        "/usecases",
        use_cases.create_use_case,
        kind=Kind.CREATION,
        permission="usecase:create",
        body=requests.CreateUseCase,
    ),
    _USE_CASES(
        "GET",
        "/usecases",
        use_cases.list_use_cases,
        kind=Kind.LIST,
        filters=("owner", "impact", "status"),
    ),
    _USE_CASES("GET", _USE_CASE, use_cases.get_use_case, kind=Kind.DOCUMENT),
    _USE_CASES(
        "POST",
        f"{_USE_CASE}/submit",
        use_cases.submit_use_case,
        kind=Kind.STEP,
        permission="usecase:create",
        body=requests.Propose,
    ),
    _USE_CASES(
        "POST",
        f"{_USE_CASE}/approve",
        use_cases.approve_use_case,
        kind=Kind.DECISION,
        permission="usecase:approve",
        body=requests.Decide,
    ),
    _USE_CASES(
        "POST",
        f"{_USE_CASE}/deploy",
        use_cases.deploy_use_case,
        kind=Kind.STEP,
        permission="usecase:deploy",
        body=requests.Propose,
    ),
    _USE_CASES(
        "POST",
        f"{_USE_CASE}/deprecate",
        use_cases.deprecate_use_case,
        kind=Kind.STEP,
        permission="usecase:deprecate",
        body=requests.Retire,
    ),
    _USE_CASES(
        "POST",
        f"{_USE_CASE}/metrics",
        use_cases.measure_use_case,
        kind=Kind.STEP,
        permission="usecase:create",
        body=requests.UseCaseMetrics,
    ),
    _ACCESS(
        "POST", "/users", access.create_user, kind=Kind.CREATION, permission="user:manage", body=requests.CreateUser
    ),
    _ACCESS("GET", "/users", access.list_users, kind=Kind.LIST, filters=("type",)),
    _ACCESS("GET", "/users/<user>", access.get_user, kind=Kind.DOCUMENT),
    _ACCESS("GET", "/users/<user>/roles", access.list_user_roles, kind=Kind.LIST),
    _ACCESS(
        "POST",
        "/users/<user>/roles",
        access.assign_role,
        kind=Kind.STEP,
        permission="role:manage",
        body=requests.AssignRole,
    ),
    _ACCESS("DELETE", "/users/<user>/roles/<role>", access.revoke_role, kind=Kind.STEP, permission="role:manage"),
    _ACCESS("GET", "/roles", access.list_roles, kind=Kind.LIST),
    _ACCESS("GET", "/permissions/<user>/<permission>", access.check_permission, kind=Kind.DOCUMENT, is_live=True),
    _ACCESS("POST", "/approvals", access.request_approval, kind=Kind.CREATION, body=requests.RequestApproval),
    _ACCESS("GET", "/approvals", access.list_approvals, kind=Kind.LIST, filters=("state", "opener", "resource")),
    _ACCESS("GET", "/approvals/<id>", access.get_approval, kind=Kind.PROPOSAL),
    _ACCESS("POST", "/approvals/<id>/approve", access.approve, kind=Kind.DECISION, body=requests.Decide),
    _ACCESS("POST", "/approvals/<id>/reject", access.reject, kind=Kind.DECISION, body=requests.Decide),
    _COMPLIANCE(
        "POST",
        "/incidents",
        compliance.report_incident,
        kind=Kind.CREATION,
        permission="incident:report",
        body=requests.ReportIncident,
    ),
    _COMPLIANCE(
        "GET",
        "/incidents",
        compliance.list_incidents,
        kind=Kind.LIST,
        filters=("severity", "category", "status", "resource"),
    ),
    _COMPLIANCE("GET", "/incidents/<incident>", compliance.get_incident, kind=Kind.DOCUMENT),
    _COMPLIANCE(
        "POST",
        "/incidents/<incident>/resolve",
        compliance.resolve_incident,
        kind=Kind.STEP,
        permission="incident:resolve",
        body=requests.ResolveIncident,
    ),
    _COMPLIANCE(
        "GET",
        "/audit-log",
        compliance.read_audit_log,
        kind=Kind.LIST,
        permission="audit:read",
        filters=FILTERS,
        is_live=True,
    ),
    _COMPLIANCE(
        "GET", "/compliance-report", compliance.report_compliance, kind=Kind.REPORT, permission="compliance:report"
    ),
    _SLAS(
        "POST",
        "/slas",
        service_levels.create_agreement,
        kind=Kind.CREATION,
        permission="sla:manage",
        body=requests.CreateAgreement,
    ),
    _SLAS("GET", "/slas", service_levels.list_agreements, kind=Kind.LIST, filters=("resource",)),
    _SLAS("GET", "/slas/<sla>/status", service_levels.get_agreement_status, kind=Kind.DOCUMENT, is_live=True),
    _SLAS(
        "POST",
        "/slas/<sla>/measurements",
        service_levels.add_measurements,
        kind=Kind.MEASUREMENTS,
        permission="sla:manage",
        body=requests.Measurements,
    ),
    _SLAS(
        "GET",
        "/slas/violations",
        service_levels.list_violations,
        kind=Kind.LIST,
        filters=("sla", "metric", "status"),
    ),
    _SLAS(
        "POST",
        "/slas/violations/<path:violation>/acknowledge",
        service_levels.acknowledge_violation,
        kind=Kind.STEP,
        permission="sla:manage",
        body=requests.Acknowledge,
    ),
)
