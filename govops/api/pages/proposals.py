"""Proposals: what waits for whom, and why what was given is not enough."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from govops.api.pages.faults import log_fault
from govops.api.pages.links import HOME, proposal_link
from govops.api.pages.shelf import Row, Shelf
from govops.api.pages.values import NOTHING, Code, Id, Link, Person, Value, joined, phrase
from govops.api.pages.verdicts import outlook_blocks
from govops.api.pages.views import Block, Facts, Page, Prose, Table
from govops.api.pages.wording import moment, people, state
from govops.app import hosting
from govops.errors import GovopsError
from govops.finding import Severity
from govops.outlook import Outlook
from govops.render.outlook.wording import headline

PROPOSALS = Link("proposals", "Proposals")
MOST = 20  # open proposals that are judged for one page
_LATEST = 100


def proposals(shelf: Shelf) -> Page:
    """Those that are open, with what each waits for, and those that were turned down."""
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
    blocks = (waiting_table(judged(shelf, MOST)), down, Prose("Landed", (landed,)))
    return Page("Proposals", blocks, section="proposals", crumbs=(HOME,))


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open proposals, the oldest first: all by their rows, and of the first ones the gate's verdicts, by id."""

    rows: list[Row]
    verdicts: Mapping[str, Outlook]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.rows)

    @property
    def since(self) -> str:
        """When the oldest was opened."""
        return self.rows[0]["opened_at"] or "" if self.rows else ""


def judged(shelf: Shelf, most: int) -> Waiting:
    """What is open, and of the oldest ``most`` what each needs; if the gate cannot tell, the log of the server can."""
    rows = sorted(shelf.all("requests", state="open"), key=lambda row: (row["opened_at"] or "", row["id"]))
    try:
        found = hosting.waiting(shelf.site, most) if rows else ()
    except GovopsError as error:
        log_fault(error)
        found = ()
    return Waiting(rows, {one.id: one.outlook for one in found if one.outlook is not None})


def waiting_table(waiting: Waiting) -> Table:
    """Each with what it needs and from whom."""
    shown = [row for row in waiting.rows if row["id"] in waiting.verdicts] or waiting.rows[:MOST]
    return Table(
        "What waits for whom",
        ("Proposal", "Opened by", "Opened", "Stands", "Who could approve it"),
        tuple(
            (
                proposal_link(row["id"], row["title"]),
                Person(row["opener"]),
                moment(row["opened_at"]),
                *_stands(waiting.verdicts.get(row["id"])),
            )
            for row in shown
        ),
        "Nothing waits. A proposal is opened by every write over the API, and by govops on the command line.",
        note=f"The oldest {len(shown)} of {waiting.count}." if waiting.count > len(shown) else "",
        more=Link("proposals", "All proposals") if waiting.count > len(shown) else None,
        anchor="waiting",
    )


def _stands(outlook: Outlook | None) -> tuple[Value, Value]:
    if outlook is None:
        return "could not be judged now", NOTHING
    names = dict.fromkeys(name for missing in outlook.missing for name in missing.could)
    return headline(outlook, Severity.LOW), people(names, nothing="nobody" if outlook.missing else NOTHING)


def proposal(shelf: Shelf) -> Page:
    """One proposal: while it is open with the gate's verdict, later with what became of it."""
    id_ = shelf.asked.values["id"]
    row = shelf.get("requests", "proposal", id=id_)
    now, verdict = row["state"], tuple(_became(row["state"], row["commit_id"]))
    if now == "open":
        now, verdict = _open(shelf, id_)
    blocks = (*verdict, Facts("About it", tuple(_about(row))))
    return Page(
        row["title"] or "no title",
        blocks,
        section="proposals",
        crumbs=(HOME, PROPOSALS),
        kind=f"Proposal {id_}",
        badge=state(now),
    )


def _open(shelf: Shelf, id_: str) -> tuple[str, tuple[Block, ...]]:
    """How it stands at this moment, which may be later than the index, and the gate's verdict."""
    try:
        found = hosting.submitted(shelf.site, id_)
    except GovopsError as error:
        log_fault(error)
        return "open", (Prose("", ("It could not be judged now; why stands in the log of the server.",)),)
    blocks = outlook_blocks(found.outlook) if found.outlook is not None else _became(found.state, found.commit)
    return found.state, tuple(blocks)


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
