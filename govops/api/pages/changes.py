"""What has landed, and how each change was judged; and everything that was found."""

from __future__ import annotations

from collections.abc import Iterator

from govops.api.pages.links import HOME, proposal_link
from govops.api.pages.shelf import Row, Shelf
from govops.api.pages.values import NOTHING, Code, Id, Link, Person, Value, joined, phrase, worded
from govops.api.pages.verdicts import change_blocks
from govops.api.pages.views import Block, Choice, Facts, Page, Prose, Table
from govops.api.pages.wording import found, judged, moment, people
from govops.finding import ActionRecord, ApprovalRecord, ChangeRecord, Finding, RequirementRecord, Severity, Status

CHANGES = Link("changes", "Changes")
_STATUSES = ("", "fail", "unverifiable", "waived", "warn", "pass")
_FOUND = ("", "fail", "unverifiable", "error", "waived", "warn")


def changes(shelf: Shelf) -> Page:
    """Every governed change, the newest first."""
    status = shelf.asked.values.get("status", "")
    rows, more = shelf.page("changes", "changes", **({"status": status} if status else {}))
    table = Table(
        "Governed changes",
        ("Change", "What", "Landed", "Opened by", "Result"),
        tuple(
            (
                Id(row["commit_id"], "change"),
                row["subject"] or "no subject",
                moment(row["time"], row["claimed_time"]),
                Person(row["opener"]),
                judged(row["status"]),
            )
            for row in rows
        ),
        "No governed change is like that." if status else "No governed change has landed since govops was adopted.",
        more=more,
    )
    narrow = Choice("Narrow them down", (("status", "Result", status, _STATUSES),), "Show", _kept(shelf))
    return Page("Changes", (narrow, table), section="changes", crumbs=(HOME,), is_dated=True)


def findings(shelf: Shelf) -> Page:
    """Everything that was found, the newest first."""
    status = shelf.asked.values.get("status", "")
    rows, more = shelf.page("findings", "findings", **({"status": status} if status else {}))
    table = found_table("What was found", rows, "Nothing of that kind was found.", more)
    narrow = Choice("Narrow them down", (("status", "Status", status, _FOUND),), "Show", _kept(shelf))
    return Page("Findings", (narrow, table), section="changes", crumbs=(HOME, CHANGES), is_dated=True)


def found_table(title: str, rows: list[Row], otherwise: str, more: Link | None = None, anchor: str = "") -> Table:
    """Findings with what to do, each with its change."""
    return Table(
        title,
        ("Rule", "Status", "Severity", "Why", "What to do", "Change"),
        tuple(
            (
                Code(row["rule"]),
                found(row["status"]),
                row["severity"],
                worded(row["message"]),
                worded(row["hint"]) if row["hint"] else NOTHING,
                Id(row["commit_id"] or "", "change"),
            )
            for row in rows
        ),
        otherwise,
        more=more,
        anchor=anchor,
    )


def change(shelf: Shelf) -> Page:
    """One change with its verdict; for a commit that is only a part of one, where to look."""
    name = shelf.asked.values["id"]
    row = shelf.one("changes", commit=name)
    if row is None:
        return _ungoverned(shelf, shelf.get("commits", "change", commit=name))
    return Page(
        row["subject"] or "no subject",
        (*_verdict(shelf, row), Facts("About it", tuple(_about(shelf, row)))),
        section="changes",
        crumbs=(HOME, CHANGES),
        kind=f"Change {name[:10]}",
        badge=judged(row["status"]),
    )


def _verdict(shelf: Shelf, row: Row) -> Iterator[Block]:
    commit = row["commit_id"]
    events = shelf.all("events", commit=commit)
    given = shelf.all("approvals", commit=commit)
    against = shelf.all("findings", commit=commit)
    yield from change_blocks(
        ChangeRecord(
            id=commit,
            parent=row["parent_id"],
            commits=tuple(row["commits"]),
            subject=row["subject"],
            status=Status(row["status"]),
            requirements=tuple(map(_requirement, row["requirements"])),
            approvals=tuple(map(_approval, reversed(given))),
            actions=tuple(_action(one) for one in reversed(events)),
            coverage=tuple((path, how) for path, how in row["coverage"]),
        ),
        tuple(map(_finding, reversed(against))),
    )


def _requirement(told: Row) -> RequirementRecord:
    return RequirementRecord(
        text=told["text"],
        source=told["source"],
        status=Status(told["status"]),
        paths=tuple(told["paths"]),
        needed=told["needed"],
        counted=tuple(told["counted"]),
        met_at=told["met_at"],
    )


def _approval(row: Row) -> ApprovalRecord:
    return ApprovalRecord(
        person=row["person"],
        account=row["account"],
        decision=row["decision"],
        at=row["at"],
        evidence=row["evidence"],
        record=row["record"],
        head=row["head"],
        roles=tuple(row["roles"]),
        counted=tuple(row["counted"]),
        reasons=tuple((rule, words) for rule, words in row["reasons"]),
        weak=row["weak"],
    )


def _action(row: Row) -> ActionRecord:
    return ActionRecord(row["action"], row["resource"], row["path"], row["summary"])


def _finding(row: Row) -> Finding:
    return Finding(
        rule=row["rule"],
        message=row["message"],
        status=Status(row["status"]),
        severity=Severity(row["severity"]),
        hint=row["hint"],
        commit=row["commit_id"],
        path=row["path"],
        line=row["line"],
        column=row["column_number"],
        waived=row["waived"],
    )


def _about(shelf: Shelf, row: Row) -> Iterator[tuple[str, Value]]:
    yield "Landed", moment(row["time"], row["claimed_time"])
    yield "Proposal", _proposal(shelf, row["proposal"])
    yield "How", row["method"] or "unknown"
    yield "Opened by", Person(row["opener"])
    yield "Opened", moment(row["opened"])
    yield "Made by", people(row["contributors"])
    yield "Landed by", Person(row["merger"])
    yield "Evidence", row["evidence"] or "none"
    yield "Commit", Code(row["commit_id"])
    yield "Before it", Id(row["parent_id"] or "", "change")
    if len(row["commits"]) > 1:
        yield "Consists of", joined(Id(one) for one in row["commits"])
    if row["labels"]:
        yield "Labels", joined(row["labels"])
    if row["remediated_by"]:
        yield "Put back by", Id(row["remediated_by"], "change")


def _proposal(shelf: Shelf, named: str) -> Value:
    """Its page; the proposals of our own server are listed without the name of a forge."""
    for id_ in (named, named.rpartition("#")[2]):
        if id_ and shelf.one("requests", id=id_) is not None:
            return proposal_link(id_, named)
    return named or "none: a direct push, or nobody recorded it"


def _ungoverned(shelf: Shelf, row: Row) -> Page:
    whole = row["change_id"]
    if whole and whole != row["commit_id"]:
        told: Value = phrase("It landed as a part of change ", Id(whole, "change"), ", which was judged as a whole.")
    elif whole:
        told = "It touches no governed file, so there was nothing to judge."
    else:
        told = "It landed up to the adoption of govops, of which nothing is claimed."
    about = (
        ("Commit", Code(row["commit_id"])),
        ("Author", row["author"]),
        ("Committer", row["committer"]),
        ("When", moment(row["attested"], row["claimed_time"])),
    )
    return Page(
        row["subject"] or "no subject",
        (Prose("", (told,)), Facts("About it", about)),
        section="changes",
        crumbs=(HOME, CHANGES),
        kind=f"Commit {row['commit_id'][:10]}",
    )


def _kept(shelf: Shelf) -> dict[str, str]:
    return {"as_of": shelf.asked.values["as_of"]} if shelf.asked.values.get("as_of") else {}
