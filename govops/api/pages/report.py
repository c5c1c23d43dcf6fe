"""The report of the audit as a page, made of the same sections as the one in Markdown; needs ``compliance:report``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from govops.api.pages.asking import Asked
from govops.api.pages.links import HOME
from govops.api.pages.values import Value, phrase
from govops.api.pages.views import Block, Column, Page, Prose, Standing, Table
from govops.api.pages.wording import STATUSES
from govops.app.access import require
from govops.app.audit import audit
from govops.app.governance import Site
from govops.app.indexing import cache_of
from govops.finding import Report
from govops.render.markdown import sections
from govops.render.markdown.table import Table as Section
from govops.render.verdict import status
from govops.workspace import Opened

_MOST = 2_000  # rows of one table on the page; the report in Markdown has all of them


def report(site: Site, asked: Asked) -> tuple[Page, Standing]:
    """The whole history, judged as the page is made: from git and what earlier audits kept, never from the index."""
    require(site, asked.actor, "compliance:report", resource="Report/audit", request=asked.request)
    found = audit(_opened(site, asked.as_of), cache_of(site))
    page = Page(
        "Report",
        tuple(_blocks(found)),
        section="report",
        crumbs=(HOME,),
        badge=STATUSES[status(found.exit_code())],
        is_dated=True,
        is_long=True,
    )
    return page, Standing(found.provenance.tip, as_of=asked.as_of or "", source="Judged from git up to")


def _opened(site: Site, as_of: str | None) -> Opened:
    if as_of is None:
        return Opened(site.repository)
    if "T" in as_of:
        return Opened(site.repository, as_of=as_of, as_of_clock="given by the reader")
    return Opened(site.repository, to=as_of)


def _blocks(found: Report) -> Iterator[Block]:
    told: dict[str, Any] = sections(found)
    head, short = told["header"], told["summary"]
    notices = tuple(phrase("Note. ", notice) for notice in head.notices)
    yield Prose("", (phrase(head.lead, " ", head.sentence), *notices), tuple(f"{line}." for line in head.sums))
    yield _table("Where it comes from", head.provenance)
    yield _table("In production at the tip", short.production, "Nothing is in production.")
    yield _table(
        "Findings by rule", short.rules, "No violation, nothing that could not be established, nothing waived."
    )
    if told["has_frameworks"]:
        yield _table("Clauses of frameworks by state", told["frameworks"])
    yield Prose("In short", items=tuple(f"{line}." for line in short.lines))
    yield from _groups("Violations", told["violations"], f"Changes that {told['rules']} did not allow.", "None.")
    missing = "Evidence for an answer is missing. These are neither violations nor passes until it is supplied."
    yield from _groups("What could not be established", told["unestablished"], missing, "Nothing.")
    yield _table("Warnings", told["warnings"])
    yield _table("Approvals ledger", told["ledger"].changes, "No governed change.")
    for shelf in told["inventory"].shelves:
        yield _table(f"Inventory: {shelf.title}", shelf.resources)
    yield _table("Deployments over the period", told["deployments"].events, "No deployment.")
    yield _table("Role holders over the period", told["roles"], told["no_roles"])
    yield from _duties(told)
    yield from _frameworks(told)
    yield from _exceptions(told)
    yield from _service(told)
    yield from _incidents(told)
    yield Prose("How to verify this report", (_VERIFY, told["commands"]))


_VERIFY = "On any clone that has the branch and the evidence branch, with the versions of govops and git named above:"


def _duties(told: dict[str, Any]) -> Iterator[Block]:
    yield _table("Segregation of duties", told["kept_apart"], "No policy keeps duties apart.")
    if told["has_duties"]:
        yield _table("Who took both sides", told["people_and_rules"], "Nobody, in the whole history.", level=3)
    if told["has_conflicts"]:
        yield _table("Where that is seen", told["conflicts"], level=3)


def _frameworks(told: dict[str, Any]) -> Iterator[Block]:
    for one in told["framework_digests"]:
        yield _table(phrase("Framework: ", one.title), one.clauses, "Nothing is shown for any clause.")
        yield Prose("", items=(*one.facts, *one.others))
    yield _table("Changes of policy", told["policy_changes"])
    if told["own_rules"]:
        yield _table("Rules of one's own at the tip", told["own_rules"], level=3)
    yield _table(told["policy_files_title"], told["policy_files"], level=3)


def _exceptions(told: dict[str, Any]) -> Iterator[Block]:
    exceptions = told["exceptions"]
    yield _table("Waivers", exceptions.waivers, "There is no waiver.")
    yield Prose("", items=tuple(f"{line}." for line in exceptions.lines))
    yield _table("Ratifications", exceptions.ratifications, "There is no ratification.")
    yield _table("Findings accepted by them", told["waived"])
    yield _table("Reviews due", told["reviews"], "Settings ask for no reviews.")
    yield _table("Approval process", told["paces"], "No decision was asked for.")
    if told["has_late"]:
        yield _table("Late decisions", told["late"], level=3)
    yield _table("Time in each status", told["statuses"], "There are no versions and no use cases.", level=3)


def _service(told: dict[str, Any]) -> Iterator[Block]:
    if told["measured_at"]:
        yield _table("Service levels", told["service_levels"], "There are no agreements.")
    yield _table("Violations of service levels", told["sla_violations"], "None is recorded.")


def _incidents(told: dict[str, Any]) -> Iterator[Block]:
    if not told["has_incidents"]:
        yield _table("Incidents", told["incidents"])
        return
    yield _table("Incidents", told["incident_summary"])
    yield Prose("", items=tuple(f"{line}." for line in told["incident_lines"]))
    yield _table("Each incident", told["incidents"], level=3)
    if told["has_incident_targets"]:
        yield _table("Times promised for incidents", told["incident_targets"], level=3)
    if told["has_clocks"]:
        yield _table("Clocks", told["clocks"], level=3)


def _table(title: Value, section: Section, otherwise: Value = "None.", *, level: int = 2) -> Table:
    rows = tuple(islice(section.rows, _MOST))
    note = f"The first {_MOST:,} rows; the report in Markdown has all of them." if len(rows) == _MOST else ""
    columns = tuple(_column(name, [row[at] for row in rows]) for at, name in enumerate(section.columns))
    return Table(title, columns, rows, otherwise, note=note, level=level)


def _column(name: str, cells: list[Value]) -> Column:
    return Column(name, is_number=bool(cells) and all(isinstance(cell, int) for cell in cells))


def _groups(title: str, groups: Iterable[Any], about: str, nothing: str) -> Iterator[Block]:
    found = list(islice(groups, _MOST))
    yield Prose(title, (about if found else nothing,))
    for group in found:
        told = tuple(phrase(name, ": ", value) for name, value in group.facts)
        items = tuple(_item(one) for one in group.items)
        yield Prose(group.title, told, items, level=3)


def _item(one: Any) -> Value:
    facts = [phrase(f"{name}: ", value, ". ") for name, value in one.facts]
    return phrase(one.headline, ". ", *facts) if facts else one.headline
