"""What can be listed, in which order, and by what it may be narrowed down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import Table

from govops.index.schema.columns import METADATA, Words


@dataclass(frozen=True, slots=True)
class Listing:
    """One list. ``order`` are the columns that sort it and make each row one of its kind at any moment.

    ``filters`` are columns by the name that callers use; those ``within`` another need that one too. ``shown`` are
    columns of ``resources`` beside the table's own. ``when`` tells how a moment applies: ``lasting`` (what stood then),
    ``past`` (what had happened) or ``now``.
    """

    table: Table
    order: tuple[str, ...]
    filters: Mapping[str, str]
    when: str
    newest_first: bool = False
    shown: tuple[str, ...] = ()
    within: Mapping[str, str] = field(default_factory=dict)


def _named(name: str, order: str, filters: str, when: str, shown: tuple[str, ...] = ()) -> Listing:
    """A list that can be narrowed down by what sorts it, from the first column on, and by other columns."""
    table, (first, *rest) = METADATA.tables[name], order.split()
    inner = [key for key in rest if isinstance(table.c[key].type, Words) and key not in filters.split()]
    known = {key: key for key in (first, *inner, *filters.split())}
    return Listing(table, (first, *rest), known, when, shown=shown, within=dict.fromkeys(inner, first))


def _stands(name: str, order: str, filters: str = "") -> Listing:
    """Files of a kind as they stood."""
    shown = ("document", "title") if "title" not in METADATA.tables[name].c else ("document",)
    return _named(name, order, filters, "lasting", shown)


def _happened(name: str, filters: str, within: str = "") -> Listing:
    """Rows of what happened, the newest first."""
    table = METADATA.tables[name]
    order = ("position", "number") if "number" in table.c else ("position",)
    names = {**{key: key for key in filters.split()}, "commit": "commit_id"}
    inner, _, outer = within.partition(" ")
    return Listing(table, order, names, "past", newest_first=True, within={inner: outer} if inner else {})


def _now(name: str, order: str, filters: str = "") -> Listing:
    return _named(name, order, filters, "now")


LISTINGS: Mapping[str, Listing] = {
    "resources": Listing(
        METADATA.tables["resources"],
        ("kind", "name", "path"),
        {"kind": "kind", "name": "name", "path": "path", "status": "status"},
        "lasting",
        within={"name": "kind"},
    ),
    "models": _stands("models", "name", "owner risk_tier status"),
    "model_versions": _stands("model_versions", "model version", "status artifact_digest"),
    "deployments": _stands("deployments", "environment model", "model"),
    "use_cases": _stands("use_cases", "name", "owner impact status"),
    "usecase_models": _stands("usecase_models", "use_case number", "model"),
    "users": _stands("users", "name", "type"),
    "roles": _stands("roles", "name"),
    "role_permissions": _stands("role_permissions", "role permission"),
    "slas": _stands("slas", "name", "resource"),
    "sla_targets": _stands("sla_targets", "sla metric", "resource"),
    "violations": _stands("sla_violations", "sla id", "status metric"),
    "incident_files": _stands("incidents", "name", "status severity resource category"),
    "escalation_rules": _stands("escalation_rules", "name"),
    "waivers": _stands("waivers", "name kind"),
    "user_roles": Listing(
        METADATA.tables["user_roles"], ("user_name", "role"), {"user": "user_name", "role": "role"}, "lasting"
    ),
    "changes": _happened("changes", "status opener proposal"),
    "events": _happened("audit_events", "action kind name resource path status"),
    "approvals": _happened("approvals", "person decision proposal"),
    "findings": _happened("findings", "rule status severity path fingerprint"),
    "deployment_history": _happened("deployment_history", "environment model version", "version model"),
    "approval_history": _happened("approval_history", "model version action", "version model"),
    "usecase_approvals": _happened("usecase_approvals", "use_case action"),
    "usecase_deployments": _happened("usecase_deployments", "use_case action"),
    "requests": _now("approval_requests", "id", "state opener"),
    "incidents": _now("incident_cases", "name", "status severity category resource"),
    "receipts": Listing(METADATA.tables["receipts"], ("id",), {"id": "id", "commit": "commit_id"}, "now"),
    "controls": _now("controls", "framework version clause", "state"),
    "measurements": _now("sla_measurements", "sla metric window_start part_start", "standing"),
    "compliance_reports": Listing(METADATA.tables["compliance_reports"], ("commit_id",), {}, "now"),
    "commits": Listing(
        METADATA.tables["commits"], ("position",), {"commit": "commit_id", "change": "change_id"}, "past", True
    ),
}
"""By the name that callers use."""
