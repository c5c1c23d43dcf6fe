"""The first page: what runs in production, what waits for whom, and what fails."""

from __future__ import annotations

from govops.api.pages.changes import found_table
from govops.api.pages.incidents import open_incidents, short_table
from govops.api.pages.links import model_link, use_case_link, version_link
from govops.api.pages.proposals import judged, waiting_table
from govops.api.pages.shelf import Row, Shelf
from govops.api.pages.slas import OPEN
from govops.api.pages.values import NOTHING, Badge, Link, Tone, Value, joined
from govops.api.pages.views import Block, Figure, Figures, Page, Table
from govops.api.pages.wording import moment
from govops.render.wording import many

_RUNNING = 100  # rows of what runs
_SHOWN = 10  # rows of what fails and of what waits
_FAILING = (("fail", "violation"), ("unverifiable", "open question"), ("error", "error"))


def overview(shelf: Shelf) -> Page:
    """Everything at a glance; of an earlier moment without what waits, which is known only for now."""
    running = shelf.first("deployments", _RUNNING, environment="production")
    runs = shelf.count("deployments", environment="production")
    found, counts = _failing(shelf)
    incidents = open_incidents(shelf)
    waiting = judged(shelf, _SHOWN) if shelf.asked.as_of is None else None
    figures = [
        Figure(runs, "in production", "#production", _violated(shelf)),
        Figure(sum(counts.values()), "findings", "#failing", _told(counts)),
        Figure(len(incidents), _noun(len(incidents), "open incident"), "#incidents", _gravest(incidents)),
    ]
    blocks: list[Block] = [_production(shelf, running, runs)]
    if waiting is not None:
        oldest = Badge(f"oldest of {waiting.since[:10]}", "waits") if waiting.count else Badge("none", "good")
        figures.insert(1, Figure(waiting.count, _noun(waiting.count, "open proposal"), "#waiting", oldest))
        blocks.append(waiting_table(waiting))
    more = Link("findings", "All findings") if sum(counts.values()) > len(found) else None
    blocks.append(found_table("What fails", found, "Nothing fails.", more, anchor="failing"))
    blocks.append(short_table(incidents, "incidents"))
    return Page("Overview", (Figures("In numbers", tuple(figures)), *blocks), section="overview", is_dated=True)


def _production(shelf: Shelf, running: list[Row], runs: int) -> Table:
    return Table(
        "What runs in production",
        ("Model", "Version", "Title", "Risk tier", "Since", "Used for", "Service levels"),
        tuple(_running(shelf, row) for row in running),
        "Nothing runs in production. A deployment is proposed over the API, or by a file below registry/deployments.",
        more=Link("models", "All models") if runs > len(running) else None,
        anchor="production",
    )


def _running(shelf: Shelf, row: Row) -> tuple[Value, ...]:
    model = shelf.one("models", name=row["model"]) or {}
    past = shelf.first("deployment_history", 1, environment="production", model=row["model"])
    return (
        model_link(row["model"]),
        version_link(row["model"], row["version"]),
        model.get("title") or NOTHING,
        model.get("risk_tier") or NOTHING,
        moment(past[0]["time"] if past else None),
        joined(use_case_link(one["use_case"]) for one in shelf.all("usecase_models", model=row["model"])),
        _service(shelf, row["model"]),
    )


def _service(shelf: Shelf, model: str) -> Value:
    """What is recorded of the promises about the model in production; measured it is on the agreement's page."""
    agreements = shelf.all("slas", resource=f"Deployment/production/{model}")
    if not agreements:
        return "nothing promised"
    names: list[Value] = [Link("sla", one["name"], {"name": one["name"]}) for one in agreements]
    broken = sum(shelf.count("violations", sla=one["name"], status=OPEN) for one in agreements)
    return joined([*names, Badge(many(broken, "violation"), "bad")] if broken else names, by=" ")


def _failing(shelf: Shelf) -> tuple[list[Row], dict[str, int]]:
    """The newest findings that are no warning and not waived, and how many there are of each kind."""
    counts = {status: shelf.count("findings", status=status) for status, _ in _FAILING}
    rows: list[Row] = []
    for status, _ in _FAILING:
        rows += shelf.first("findings", _SHOWN, status=status)
    rows.sort(key=lambda row: (row["position"], row["number"]), reverse=True)
    return rows[:_SHOWN], counts


def _told(counts: dict[str, int]) -> Badge:
    for status, noun in _FAILING:
        tone: Tone = "unknown" if status == "unverifiable" else "bad"
        if counts[status]:
            return Badge(many(counts[status], noun), tone)
    return Badge("none", "good")


def _violated(shelf: Shelf) -> Badge:
    count = shelf.count("violations", status=OPEN)
    return Badge(many(count, "SLA violation"), "bad") if count else Badge("no open SLA violation", "good")


def _gravest(incidents: list[Row]) -> Badge:
    grave = [row for row in incidents if row["severity"] in ("error", "critical")]
    if grave:
        return Badge(f"{len(grave)} grave", "bad")
    return Badge("none grave", "good")


def _noun(count: int, noun: str) -> str:
    return many(count, noun).partition(" ")[2]
