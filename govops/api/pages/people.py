"""People and roles, as they stood on any date."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from govops.api.pages.history import happenings
from govops.api.pages.links import HOME
from govops.api.pages.shelf import Row, Shelf, spec_of
from govops.api.pages.values import Badge, Code, Id, Link, Person, Value, joined, phrase
from govops.api.pages.views import Block, Facts, Page, Table, Timeline, number
from govops.api.pages.wording import moment, people

PEOPLE = Link("people", "People")
_LATEST = 20  # decisions of one person
_SHOWN = 200  # roles
_NAMED = 50  # holders of one role


def everybody(shelf: Shelf) -> Page:
    """Who stood there, with which roles; and what the roles allowed."""
    rows, more = shelf.page("users", "people")
    users = Table(
        "Who there is",
        ("Person", "Name", "Type", "State", "Roles"),
        tuple(
            (
                Person(row["name"]),
                row["display_name"],
                row["type"],
                _activity(row),
                joined(Code(one["role"]) for one in shelf.all("user_roles", user=row["name"])),
            )
            for row in rows
        ),
        "Nobody. Add people with a proposal that adds files below registry/users.",
        more=more,
    )
    return Page("People", (users, _roles(shelf)), section="people", crumbs=(HOME,), is_dated=True)


def _roles(shelf: Shelf) -> Table:
    return Table(
        "Roles",
        ("Role", "What it is for", "Permissions", "Holders", number("How many")),
        tuple(
            (
                Code(row["name"]),
                row["description"],
                joined(map(Code, _column(shelf.all("role_permissions", role=row["name"]), "permission"))),
                _holders(shelf, row["name"]),
                shelf.count("user_roles", role=row["name"]),
            )
            for row in shelf.first("roles", _SHOWN)
        ),
        "There is no role.",
    )


def _holders(shelf: Shelf, role: str) -> Value:
    """The first of them; how many there are stands beside it."""
    return people(_column(shelf.first("user_roles", _NAMED, role=role), "user_name"), nothing="nobody")


def person(shelf: Shelf) -> Page:
    """One person: roles with the change that gave each, and what they decided."""
    name = shelf.asked.values["name"]
    row = shelf.get("users", "person", name=name)
    return Page(
        row["display_name"] or name,
        tuple(_blocks(shelf, row)),
        section="people",
        crumbs=(HOME, PEOPLE),
        kind=f"{row['type'].capitalize()} {name}",
        badge=_activity(row),
        is_dated=True,
    )


def _blocks(shelf: Shelf, row: Row) -> Iterator[Block]:
    name = row["name"]
    yield Table(
        "Roles",
        ("Role", "Since", "Given by change"),
        tuple(
            (Code(one["role"]), moment(one["since"]), Id(one["commit_id"], "change"))
            for one in shelf.all("user_roles", user=name)
        ),
        "They hold no role. An admin gives roles by a proposal.",
    )
    yield Facts("About them", tuple(_about(row)))
    decided = shelf.first("approvals", _LATEST, person=name)
    yield Table(
        f"Their last {_LATEST} decisions" if len(decided) == _LATEST else "Their decisions",
        ("Change", "Decision", "When", "Counted", "Why not"),
        tuple(map(_decision, decided)),
        "They have decided nothing.",
    )
    yield Timeline("What happened to them", happenings(shelf, f"User/{name}"), "Nothing is on record.")


def _decision(one: Row) -> tuple[Value, ...]:
    reasons = joined((phrase(words, " ", Code(rule)) for rule, words in one["reasons"]), by="; ")
    counts = Badge("does not count", "bad") if one["reasons"] and not one["counted"] else Badge("not needed")
    return (
        Id(one["commit_id"], "change"),
        Badge(one["decision"], "good" if one["decision"] == "approve" else "bad"),
        moment(one["at"]),
        Badge("counts", "good") if one["counted"] else counts,
        reasons,
    )


def _about(row: Row) -> Iterator[tuple[str, Value]]:
    spec = spec_of(row)
    accounts = [f"{one.get('login') or one.get('id')} at {one.get('forge')}" for one in _dicts(spec.get("accounts"))]
    yield "Accounts", joined(accounts, nothing="none")
    yield "File", Code(row["path"])
    yield "Stands so since", Id(row["commit_id"], "change")


def _activity(row: Row) -> Badge:
    return Badge("active", "good") if row["active"] else Badge("not active")


def _dicts(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _column(rows: list[Row], name: str) -> list[str]:
    return [row[name] for row in rows]
