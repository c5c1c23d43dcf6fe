"""Service levels: what was promised, what was measured, and how it went day by day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec

from govops.api.pages.faults import log_fault
from govops.api.pages.history import happenings
from govops.api.pages.links import HOME, resource_link
from govops.api.pages.shelf import Row, Shelf
from govops.api.pages.values import NOTHING, Badge, Code, Id, Link, Person, Value, joined, phrase
from govops.api.pages.views import Block, Chart, Dot, Facts, Page, Prose, Table, Timeline, number
from govops.api.pages.wording import moment, state
from govops.app.sla.checking import Wanted, check
from govops.errors import GovopsError
from govops.render.service.trends import trend_words
from govops.render.service.wording import decimal, incident_words, left, measured, name_of, promise, span_words
from govops.service import AgreementStanding, ServiceReport, Standing, Trend, exact, shown
from govops.sla.engines import Access
from govops.workspace import Opened, now

SLAS = Link("slas", "SLAs")
OPEN = "not acknowledged"  # violations that nobody has taken note of
_SHOWN = 200  # violations on one page
_BADGES = {
    Standing.COMPLIANT: Badge("compliant", "good"),
    Standing.AT_RISK: Badge("at risk", "waits"),
    Standing.UNKNOWN: Badge("unknown", "unknown"),
    Standing.VIOLATED: Badge("violated", "bad"),
}


def agreements(shelf: Shelf) -> Page:
    """Every agreement with its promises, and the violations that are recorded."""
    rows, more = shelf.page("slas", "slas")
    table = Table(
        "Agreements",
        ("Agreement", "Concerns", "Promises", number("Violations not acknowledged")),
        tuple(
            (
                _link(row["name"]),
                resource_link(row["resource"]),
                joined(_promises(shelf, row["name"]), by="; "),
                shelf.count("violations", sla=row["name"], status=OPEN),
            )
            for row in rows
        ),
        "There is no agreement. Create one over the API, or add its file below registry/slas.",
        more=more,
        note="What is measured of an agreement stands on its page.",
    )
    recorded = _violations(shelf, "Recorded violations")
    return Page("SLAs", (table, recorded), section="slas", crumbs=(HOME,), is_dated=True)


def _promises(shelf: Shelf, name: str) -> list[Value]:
    return [promise(one["metric"], exact(one["target"])) for one in shelf.all("sla_targets", sla=name)]


def _violations(shelf: Shelf, title: str, **filters: str) -> Table:
    rows = shelf.first("violations", _SHOWN, **filters)
    known = {name for name in dict.fromkeys(row["sla"] for row in rows) if shelf.one("slas", name=name)}
    return Table(
        title,
        ("Violation", "Agreement", "Promise", "Window", number("Measured"), "Status", "Noted by"),
        tuple(
            (
                Code(row["id"]),
                _link(row["sla"]) if row["sla"] in known else row["sla"],
                promise(row["metric"], exact(row["target"])),
                f"{row['window_start'][:10]} to {row['window_end'][:10]}",
                decimal(exact(row["actual"])),
                state(row["status"]),
                _noted(row),
            )
            for row in rows
        ),
        "None is recorded.",
    )


def _noted(row: Row) -> Value:
    if not row["acknowledged_by"]:
        return NOTHING
    return phrase(Person(row["acknowledged_by"]), ", ", moment(row["acknowledged_at"]))


def _link(name: str) -> Link:
    return Link("sla", name, {"name": name})


def agreement(shelf: Shelf) -> Page:
    """One agreement, measured as the page is made."""
    name = shelf.asked.values["name"]
    row = shelf.get("slas", "agreement", name=name)
    found, problem = _measured(shelf, name)
    standing = next((one for one in found.agreements if one.name == name), None) if found else None
    blocks = _standing_blocks(standing) if standing else iter((Prose("What was measured", (problem,)),))
    badge = _BADGES[standing.standing] if standing else _BADGES[Standing.UNKNOWN]
    about = Facts("About it", tuple(_about(row, standing)))
    recorded = _violations(shelf, "Recorded violations", sla=name)
    happened = Timeline("What happened to it", happenings(shelf, f"ServiceLevelAgreement/{name}"), "Nothing.")
    return Page(
        name,
        (about, *blocks, recorded, happened),
        section="slas",
        crumbs=(HOME, SLAS),
        kind="Service level agreement",
        badge=badge,
        is_dated=True,
    )


def _measured(shelf: Shelf, name: str) -> tuple[ServiceReport | None, str]:
    """What a check finds, or why there is none; of what went wrong on our side only that it did."""
    at = shelf.asked.as_of
    opened = Opened(shelf.site.repository, as_of=now(), as_of_clock="wall clock")
    if at is not None:
        dated = replace(opened, as_of=at, as_of_clock="given by the reader")
        opened = dated if "T" in at else Opened(shelf.site.repository, to=at)
    engine = "duckdb" if find_spec("duckdb") else "reference"
    wanted = Wanted((name,), shelf.site.sources, engine, Access(shelf.site.environment), with_trend=True)
    try:
        return check(opened, wanted), ""
    except GovopsError as error:
        log_fault(error)
        return None, "It could not be measured now; why stands in the log of the server."


def _standing_blocks(found: AgreementStanding) -> Iterator[Block]:
    if found.problem:
        yield Prose("What was measured", (phrase("It could not be measured: ", found.problem, "."),))
    yield Table(
        "What was promised, and what was measured",
        ("Promise", "Standing", "Window", number("Measured"), number("Budget left"), "Why"),
        tuple(
            (
                promise(judged.metric, judged.target),
                _BADGES[judged.standing],
                f"{span_words(part.span)}{'' if period.is_complete else ', runs'}",
                measured(judged) or "no data",
                left(judged.budget) or NOTHING,
                judged.why or NOTHING,
            )
            for period, part, judged in found.judged()
        ),
        "Nothing was measured in any window.",
    )
    for trend in found.trends:
        yield _chart(trend)
    if found.incidents:
        items = tuple(phrase(_BADGES[time.standing], " ", incident_words(time)) for time in found.incidents)
        yield Prose("Times promised for incidents", items=items)
    if found.notes or found.bad_rows:
        bad = tuple(phrase(Code(row.place), f": {row.reason}") for row in found.bad_rows)
        yield Prose("What to know about the measurements", items=(*found.notes, *bad))


def _chart(trend: Trend) -> Chart:
    unit = " %" if trend.metric.endswith("_percent") else " ms"
    return Chart(
        title=f"{name_of(trend.metric)[:1].upper()}{name_of(trend.metric)[1:]}, day by day",
        told=f"{promise(trend.metric, trend.target)}; {trend_words(trend)}",
        target=float(trend.target),
        target_told=f"{decimal(trend.target)}{unit}",
        days=tuple(
            Dot(
                day=day.span.start[:10],
                value=float(day.value) if day.value is not None else None,
                told=f"{shown(trend.metric, day.value, trend.target)}{unit}" if day.value is not None else "no data",
                is_kept=day.is_kept is not False,
            )
            for day in trend.days
        ),
    )


def _about(row: Row, found: AgreementStanding | None) -> Iterator[tuple[str, Value]]:
    yield "Concerns", resource_link(row["resource"])
    if found:
        yield "Window", found.window
        yield "At risk from", f"{decimal(found.at_risk)} % of the error budget used"
        yield "Measurements read", f"{found.rows:,}, {found.bad:,} of them unusable"
    yield "File", Code(row["path"])
    yield "Stands so since", Id(row["commit_id"], "change")
