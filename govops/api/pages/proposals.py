"""Proposals: what waits for whom, and why what was given is not enough."""

from __future__ import annotations

from collections.abc import Iterator

from govops.api.pages.links import HOME, proposal_link
from govops.api.pages.shelf import Row, Shelf
from govops.api.pages.values import NOTHING, Code, Id, Link, Moment, Person, Value, joined, phrase
from govops.api.pages.verdicts import outlook_blocks
from govops.api.pages.views import Block, Facts, Page, Prose, Table
from govops.api.pages.wording import moment, people, state
from govops.app import hosting
from govops.app.governance import Submitted
from govops.finding import Severity
from govops.render.outlook.wording import headline

PROPOSALS = Link("proposals", "Proposals")
MOST = 20  # open proposals that are judged for one page
_LATEST = 100


def proposals(shelf: Shelf) -> Page:
    """Those that are open, with what each waits for, and those that were turned down."""
    waits = shelf.count("requests", state="open")
    waiting = hosting.waiting(shelf.site, MOST) if waits else ()
    closed = [row for name in ("rejected", "withdrawn", "conflicted") for row in shelf.all("requests", state=name)]
    closed.sort(key=lambda row: row["closed_at"] or "", reverse=True)
    down = Table(
        "Turned down",
        ("Proposal", "State", "Opened by", "Opened", "Closed"),
        tuple(
            (
                proposal_link(row["id"], row["title"]),
                state(row["state"]),
                Person(row["opener"]),
                moment(row["opened_at"]),
                moment(row["closed_at"]),
            )
            for row in closed[:_LATEST]
        ),
        "None was rejected or withdrawn.",
    )
    landed = phrase("What landed stands under ", Link("changes", "Changes"), ", each with its verdict.")
    blocks = (*waiting_blocks(waiting, waits), down, Prose("Landed", (landed,)))
    return Page("Proposals", blocks, section="proposals", crumbs=(HOME,))


def waiting_blocks(waiting: tuple[Submitted, ...], count: int) -> Iterator[Block]:
    """The open proposals, the oldest first, each with what it needs and from whom."""
    more = Link("proposals", "All proposals") if count > len(waiting) else None
    yield Table(
        "What waits for whom",
        ("Proposal", "Opened by", "Opened", "Stands", "Who could approve it"),
        tuple(
            (
                proposal_link(one.id, one.title),
                Person(one.opener),
                Moment(one.opened_at),
                headline(one.outlook, Severity.LOW) if one.outlook else NOTHING,
                _could(one),
            )
            for one in waiting
        ),
        "Nothing waits. A proposal is opened by every write over the API, and by govops on the command line.",
        note=f"The oldest {len(waiting)} of {count}." if count > len(waiting) else "",
        more=more,
        anchor="waiting",
    )


def _could(one: Submitted) -> Value:
    names = {name: None for missing in (one.outlook.missing if one.outlook else ()) for name in missing.could}
    return people(names, nothing="nobody" if one.outlook and one.outlook.missing else NOTHING)


def proposal(shelf: Shelf) -> Page:
    """One proposal: while it is open with the gate's verdict, later with what became of it."""
    id_ = shelf.asked.values["id"]
    row = shelf.get("requests", "proposal", id=id_)
    found = hosting.submitted(shelf.site, id_) if row["state"] == "open" else None
    now = found.state if found is not None else row["state"]
    if found is not None and found.outlook is not None:
        verdict = tuple(outlook_blocks(found.outlook))
    else:
        verdict = tuple(_became(now, (found.commit if found else None) or row["commit_id"]))
    blocks = (*verdict, Facts("About it", tuple(_about(row))))
    return Page(
        row["title"] or "no title",
        blocks,
        section="proposals",
        crumbs=(HOME, PROPOSALS),
        kind=f"Proposal {id_}",
        badge=state(now),
    )


def _became(state_: str, commit: str | None) -> Iterator[Block]:
    if state_ == "merged" and commit:
        yield Prose("", (phrase("It landed as change ", Id(commit, "change"), ", where its verdict stands."),))
    else:
        words = {"rejected": "It was rejected.", "withdrawn": "Whoever opened it has withdrawn it."}
        other = "It cannot be merged with what has landed since; open it anew."
        yield Prose("", (words.get(state_, other),))


def _about(row: Row) -> Iterator[tuple[str, Value]]:
    yield "Opened by", Person(row["opener"])
    yield "Opened", moment(row["opened_at"])
    if row["closed_at"]:
        yield "Closed", moment(row["closed_at"])
    if row["branch"]:
        yield "Branch", Code(row["branch"])
    if row["head"]:
        yield "Head", Code(row["head"])
    yield "Reason", row["reason"] or NOTHING
    yield "Changes", joined(map(Code, row["paths"]))
    given = (phrase(Person(one["person"]), f": {one['decision']}, ", moment(one["at"])) for one in row["decisions"])
    yield "Decisions", joined(given, by="; ", nothing="none yet")
    if row["url"]:
        yield "At the forge", Code(row["url"])
