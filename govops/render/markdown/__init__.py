"""The report for auditors. Sections are built here as values; the templates only arrange them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, Undefined

from govops.finding import Report
from govops.render.markdown.duties import conflicts, kept_apart, people_and_rules
from govops.render.markdown.escape import escape
from govops.render.markdown.exceptions import exceptions
from govops.render.markdown.findings import unestablished, violations, waived, warnings
from govops.render.markdown.frameworks import books, digests, overview
from govops.render.markdown.header import header
from govops.render.markdown.incidents import incident_sections
from govops.render.markdown.inventory import inventory, items
from govops.render.markdown.ledger import ledger
from govops.render.markdown.periods import (
    deployments,
    no_roles,
    policy_changes,
    policy_files,
    policy_files_title,
    roles,
)
from govops.render.markdown.process import late, paces, statuses
from govops.render.markdown.reviews import reviews
from govops.render.markdown.service import service_levels, service_notes
from govops.render.markdown.service import violations as sla_violations
from govops.render.markdown.summary import summary
from govops.render.markdown.verify import commands
from govops.render.wording import in_force


def stream(report: Report) -> Iterator[str]:
    """The whole report. A name that a template asks for and nobody gave is an error, never a gap."""
    return _template().generate(sections(report))


def sections(report: Report) -> dict[str, object]:
    """What the templates arrange, by the names that they use; long lists are made as they are read, once."""
    return {
        "header": header(report),
        "summary": summary(report),
        "rules": in_force(report.provenance),
        "violations": violations(report),
        "unestablished": unestablished(report),
        "warnings": warnings(report),
        "ledger": ledger(report),
        "inventory": inventory(report),
        "deployments": deployments(report),
        "roles": roles(report),
        "no_roles": no_roles(report),
        **duty_sections(report),
        "frameworks": overview(report),
        "has_frameworks": bool(report.frameworks),
        "framework_digests": digests(report),
        "policy_changes": policy_changes(report),
        "policy_files": policy_files(report),
        "policy_files_title": policy_files_title(report),
        "own_rules": items(report.rules) if report.rules else None,
        "exceptions": exceptions(report),
        "waived": waived(report),
        **incident_sections(report),
        **service_sections(report),
        "reviews": reviews(report),
        "paces": paces(report),
        "has_late": bool(report.process.late),
        "late": late(report),
        "statuses": statuses(report),
        "commands": commands(report),
        "object_format": report.provenance.object_format,
    }


def stream_duties(report: Report) -> Iterator[str]:
    """The section on the segregation of duties alone."""
    return environment().get_template("duties.md.j2").generate(duty_sections(report))


def stream_frameworks(report: Report) -> Iterator[str]:
    """The frameworks alone, clause by clause."""
    return environment().get_template("framework.md.j2").generate(books=books(report))


def duty_sections(report: Report) -> dict[str, object]:
    """What that section arranges."""
    return {
        "kept_apart": kept_apart(report),
        "has_duties": bool(report.duties.rules),
        "people_and_rules": people_and_rules(report),
        "has_conflicts": bool(report.duties.conflicts),
        "conflicts": conflicts(report),
    }


def service_sections(report: Report) -> dict[str, object]:
    """What the section on service levels arranges."""
    return {
        "measured_at": (report.service.as_of or "no instant") if report.service else "",
        "service_levels": service_levels(report),
        "has_service_notes": any(True for _ in service_notes(report).rows),
        "service_notes": service_notes(report),
        "sla_violations": sla_violations(report),
    }


def environment() -> Environment:
    """Templates of this package only; every value they print goes through the one escaper."""
    return Environment(
        loader=PackageLoader("govops.render"),
        autoescape=_is_html,  # noqa: S701 -- HTML escaping would be wrong in markdown; `finalize` escapes instead
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )


def _is_html(template: str | None) -> bool:
    """Whether Jinja is to escape for HTML as well. Only Markdown has an escaper here; anything else is an error."""
    if template is None or not template.endswith(".md.j2"):
        raise ValueError(f"no escaper is known for the template {template!r}")
    return False


def _shown(value: object) -> str:
    return escape(
        str(value) if isinstance(value, Undefined) else value
    )  # StrictUndefined has no text and says its name


@cache
def _template() -> Template:
    return environment().get_template("report.md.j2")
