"""Who asked for what, and whether it was allowed; needs ``audit:read``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from govops.api.pages.asking import Asked
from govops.api.pages.links import HOME
from govops.api.pages.values import NOTHING, Badge, Code, Id, Link, Moment, Person, Value
from govops.api.pages.views import Choice, Page, Table
from govops.app.access import logged, require
from govops.app.governance import Site
from govops.errors import UsageError

_FIELDS = (("person", "Person"), ("permission", "Permission"), ("allowed", "Allowed"))
_ALLOWED = ("", "true", "false")


def audit_log(site: Site, asked: Asked) -> Page:
    """The log, the newest first, narrowed down as the form says."""
    require(site, asked.actor, "audit:read", resource="AuditLog/all", request=asked.request)
    filters = {name: asked.values[name] for name, _ in _FIELDS if asked.values.get(name)}
    found = logged(site, filters, after=_place(asked.values.get("after", "")), limit=100)
    more = Link("audit_log", "Earlier ones", {**filters, "after": str(found.next)}) if found.next is not None else None
    table = Table(
        "What was asked of this server",
        ("When", "Person", "What", "About", "Permission", "Answer", "Why", "Commit"),
        tuple(map(_row, found.items)),
        "Nothing like that was asked for." if filters else "Nothing was asked for yet.",
        note="It stands in the server's own store and proves nothing: what happened is proven from git.",
        more=more,
    )
    fields = tuple(
        (name, label, filters.get(name, ""), _ALLOWED if name == "allowed" else ()) for name, label in _FIELDS
    )
    return Page("Audit log", (Choice("Narrow it down", fields, "Show", {}), table), section="audit_log", crumbs=(HOME,))


def _row(row: Mapping[str, Any]) -> tuple[Value, ...]:
    status = f" {row['status']}" if row["status"] is not None else ""
    answer = Badge(f"allowed{status}", "good") if row["allowed"] else Badge(f"denied{status}", "bad")
    return (
        Moment(row["at"]),
        Person(row["person"]) if row["person"] else Code(row["account"]),
        Code(row["action"]) if row["action"] else row["event"],
        row["resource"] or NOTHING,
        Code(row["permission"]) if row["permission"] else NOTHING,
        answer,
        row["reason"] or NOTHING,
        Id(row["commit"]),
    )


def _place(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise UsageError("no page ends there", hint="follow the links of the list")
    return int(text)
