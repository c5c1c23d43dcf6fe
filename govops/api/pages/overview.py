"""The first page: what runs in production, what waits for whom, and what fails."""

from __future__ import annotations

from govops.api.pages.changes import found_table
from govops.api.pages.incidents import open_incidents, short_table
from govops.api.pages.links import model_link, use_case_link, version_link
from govops.api.pages.proposals import waiting_blocks
from govops.api.pages.shelf import Row, Shelf
from govops.api.pages.values import NOTHING, Badge, Link, Tone, Value, joined
from govops.api.pages.views import Block, Figure, Figures, Page, Table
from govops.api.pages.wording import moment
from govops.app import hosting
from govops.render.wording import many

_SHOWN = 10  # rows of what fails and of what waits
_FAILING = (("fail", "violation"), ("unverifiable", "open question"), ("error", "error"))


def overview(shelf: Shelf) -> Page:
    """Everything at a glance; of an earlier moment without what waits, which is known only for now."""
    running = shelf.all("deployments", environment="production")
    found, counts = _failing(shelf)
    incidents = open_incidents(shelf)
    waits = shelf.count("requests", state="open") if shelf.asked.as_of is None else 0
    waiting = hosting.waiting(shelf.site, _SHOWN) if waits else ()
    figures = [
        Figure(len(running), "in production", "#production", _violated(shelf)),
        Figure(sum(counts.values()), "findings", "#failing", _told(counts)),
        Figure(len(incidents), _noun(len(incidents), "open incident"), "#incidents", _gravest(incidents)),
    ]
    blocks: list[Block] = [_production(shelf, running)]
    if shelf.asked.as_of is None:
        oldest = Badge(f"oldest of {waiting[0].opened_at[:10]}", "waits") if waiting else Badge("none", "good")
        figures.insert(1, Figure(waits, _noun(waits, "open proposal"), "#waiting", oldest))
        blocks.extend(waiting_blocks(waiting, waits))
    more = Link("findings", "All findings") if sum(counts.values()) > len(found) else None
    blocks.append(found_table("What fails", found, "Nothing fails.", more, anchor="failing"))
    blocks.append(short_table(incidents, "incidents"))
    return Page("Overview", (Figures("In numbers", tuple(figures)), *blocks), section="overview", is_dated=True)


def _production(shelf: Shelf, running: list[Row]) -> Table:
    models = {row["name"]: row for row in shelf.all("models")}
    since: dict[str, str | None] = {}
    for row in shelf.all("deployment_history", environment="production"):
        since.setdefault(row["model"], row["time"])
    return Table(
        "What runs in production",
        ("Model", "Version", "Title", "Risk tier", "Since", "Used for", "Service levels"),
        tuple(
            (
                model_link(row["model"]),
                version_link(row["model"], row["version"]),
                models[row["model"]]["title"] if row["model"] in models else NOTHING,
                models[row["model"]]["risk_tier"] if row["model"] in models else NOTHING,
                moment(since.get(row["model"])),
                joined(use_case_link(one["use_case"]) for one in shelf.all("usecase_models", model=row["model"])),
                _service(shelf, row["model"]),
            )
            for row in running
        ),
        "Nothing runs in production. A deployment is proposed over the API, or by a file below registry/deployments.",
        anchor="production",
    )


def _service(shelf: Shelf, model: str) -> Value:
    """What is recorded of the promises about the model in production; measured it is on the agreement's page."""
    agreements = shelf.all("slas", resource=f"Deployment/production/{model}")
    if not agreements:
        return "nothing promised"
    names: list[Value] = [Link("sla", one["name"], {"name": one["name"]}) for one in agreements]
    open_ = sum(len(_unacknowledged(shelf, one["name"])) for one in agreements)
    if open_:
        names.append(Badge(many(open_, "violation"), "bad"))
    return joined(names, by=" ")


def _unacknowledged(shelf: Shelf, agreement: str) -> list[Row]:
    return [row for row in shelf.all("violations", sla=agreement) if row["status"] != "acknowledged"]


def _failing(shelf: Shelf) -> tuple[list[Row], dict[str, int]]:
    """The newest findings that are no warning and not waived, and how many there are of each kind."""
    counts = {status: shelf.count("findings", status=status) for status, _ in _FAILING}
    rows: list[Row] = []
    for status, _ in _FAILING:
        rows += shelf.reader.page("findings", at=shelf.at, filters={"status": status}, limit=_SHOWN).rows
    rows.sort(key=lambda row: (row["position"], row["number"]), reverse=True)
    return rows[:_SHOWN], counts


def _told(counts: dict[str, int]) -> Badge:
    for status, noun in _FAILING:
        tone: Tone = "unknown" if status == "unverifiable" else "bad"
        if counts[status]:
            return Badge(many(counts[status], noun), tone)
    return Badge("none", "good")


def _violated(shelf: Shelf) -> Badge:
    count = sum(row["status"] != "acknowledged" for row in shelf.all("violations"))
    return Badge(many(count, "SLA violation"), "bad") if count else Badge("no open SLA violation", "good")


def _gravest(incidents: list[Row]) -> Badge:
    grave = [row for row in incidents if row["severity"] in ("error", "critical")]
    if grave:
        return Badge(f"{len(grave)} grave", "bad")
    return Badge("none grave", "good")


def _noun(count: int, noun: str) -> str:
    return many(count, noun).partition(" ")[2]
