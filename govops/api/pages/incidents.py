"""Incidents: how they stand, and whether everybody was told in time."""

from __future__ import annotations

from collections.abc import Iterator

from govops.api.pages.history import happenings
from govops.api.pages.links import HOME, resource_link
from govops.api.pages.shelf import Row, Shelf, spec_of
from govops.api.pages.values import NOTHING, Code, Id, Link, Person, Value, joined, phrase
from govops.api.pages.views import Block, Facts, Page, Table, Timeline
from govops.api.pages.wording import moment, severity, state
from govops.incident import Kept
from govops.render.wording import kept_word, span

INCIDENTS = Link("incidents", "Incidents")
_REPORT = phrase("Report one with ", Code("govops incident report"), ", or over the API.")


def incidents(shelf: Shelf) -> Page:
    """Every incident; of an earlier moment, as the files told it then."""
    rows, more = shelf.page(_listing(shelf), "incidents")
    table = Table(
        "All incidents",
        ("Incident", "Title", "Status", "Severity", "Category", "Concerns", "Reported"),
        tuple(map(_row, rows)),
        phrase("There is no incident. ", _REPORT),
        more=more,
    )
    return Page("Incidents", (table,), section="incidents", crumbs=(HOME,), is_dated=True)


def open_incidents(shelf: Shelf) -> list[Row]:
    """Those that are open."""
    return shelf.all(_listing(shelf), status="open")


def short_table(rows: list[Row], anchor: str) -> Table:
    """A few of them, for the overview."""
    return Table(
        "Open incidents",
        ("Incident", "Title", "Severity", "Concerns", "Reported"),
        tuple((link(row), row["title"], severity(row["severity"]), _what(row), _when(row)) for row in rows),
        phrase("No incident is open. ", _REPORT),
        anchor=anchor,
    )


def link(row: Row) -> Link:
    """To the page about an incident."""
    return Link("incident", row["name"], {"name": row["name"]})


def incident(shelf: Shelf) -> Page:
    """One incident with its clocks and promised times."""
    name = shelf.asked.values["name"]
    row = shelf.get(_listing(shelf), "incident", name=name)
    return Page(
        row["title"] or name,
        tuple(_blocks(shelf, row)),
        section="incidents",
        crumbs=(HOME, INCIDENTS),
        kind=f"Incident {name}",
        badge=state(row["status"]),
        is_dated=True,
    )


def _blocks(shelf: Shelf, row: Row) -> Iterator[Block]:
    yield Facts("About it", tuple(_about(shelf, row)))
    if row.get("clocks"):
        yield Table(
            "What authorities have to hear",
            ("Report", "Clause", "Due", "Status", "Done"),
            tuple(
                (
                    f"{one['title']} ({one['stage']})",
                    one["clause"],
                    moment(one["due"]),
                    state(_kept(one)),
                    moment(one["done"]) if one["done"] else NOTHING,
                )
                for one in row["clocks"]
            ),
            "Nothing.",
        )
    if row.get("targets"):
        yield Table(
            "Times that agreements promised",
            ("Agreement", "What", "Promised", "Took", "Status"),
            tuple(
                (
                    Link("sla", one["agreement"], {"name": one["agreement"]}),
                    one["what"],
                    span(one["minutes"] * 60),
                    span(one["seconds"]) if one["seconds"] is not None else NOTHING,
                    state(_kept(one)),
                )
                for one in row["targets"]
            ),
            "None.",
        )
    yield Timeline("What happened", happenings(shelf, f"Incident/{row['name']}"), "No file tells of it yet.")


def _about(shelf: Shelf, row: Row) -> Iterator[tuple[str, Value]]:
    file = shelf.one("incident_files", name=row["name"])
    told = spec_of(file) if file is not None else {}
    yield "Severity", severity(row["severity"])
    yield "Category", _category(row)
    yield "Concerns", _what(row)
    if row["related"]:
        yield "Touches as well", joined(map(resource_link, row["related"]))
    if told.get("description"):
        yield "Description", str(told["description"])
    yield "Affected", f"{row['affected']:,}"
    yield "Reported by", Person(row["reported_by"])
    yield "Reported", _when(row)
    if row.get("responded_at"):
        yield "Taken up", moment(row["responded_at"])
    if row["resolved_at"]:
        yield "Resolved", moment(row["resolved_at"])
    if row.get("resolved_in"):
        yield "Resolved by change", Id(row["resolved_in"], "change")
    if row.get("resolution_seconds") is not None:
        yield "From report to resolution", span(row["resolution_seconds"])
    if file is not None and file["notes"]:
        yield "How it ended", file["notes"]
    yield "File", Code(row["path"]) if row["path"] else "none yet: a signed report tells of it"


def _row(row: Row) -> tuple[Value, ...]:
    graveness, about = severity(row["severity"]), _what(row)
    return link(row), row["title"], state(row["status"]), graveness, _category(row), about, _when(row)


def _listing(shelf: Shelf) -> str:
    return "incidents" if shelf.asked.as_of is None else "incident_files"


def _category(row: Row) -> str:
    word = row.get("category_word")
    derived = f" (derived{f': {word}' if word else ''})" if word is not None else ""
    return f"{row['category'] or 'derived from its words'}{derived}"


def _what(row: Row) -> Value:
    return resource_link(row["resource"])


def _when(row: Row) -> Value:
    """Attested, or as the report says."""
    if "claimed_at" in row:
        return moment(row["reported_at"], row["claimed_at"])
    return moment(None, row["reported_at"])


def _kept(one: Row) -> str:
    return kept_word(Kept(one["kept"]))
