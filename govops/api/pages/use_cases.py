"""Use cases: what models are used for, and whether that was approved."""

from __future__ import annotations

from collections.abc import Iterator

from govops.api.pages.history import happenings
from govops.api.pages.links import HOME, model_link, use_case_link, version_link
from govops.api.pages.shelf import Row, Shelf, spec_of
from govops.api.pages.values import Code, Id, Link, Person, Value, joined, phrase
from govops.api.pages.views import Block, Facts, Page, Table, Timeline, number
from govops.api.pages.wording import amount, judged, moment, state

USE_CASES = Link("use_cases", "Use cases")


def use_cases(shelf: Shelf) -> Page:
    """Every use case, and the models that it may use."""
    rows, more = shelf.page("use_cases", "use_cases")
    table = Table(
        "All use cases",
        ("Use case", "Title", "Owner", "Impact", "Status", "Models"),
        tuple(
            (
                use_case_link(row["name"]),
                row["title"],
                Person(row["owner"]),
                row["impact"],
                state(row["status"]),
                joined(model_link(one["model"]) for one in shelf.all("usecase_models", use_case=row["name"])),
            )
            for row in rows
        ),
        phrase("There is no use case. Propose its file with ", Code("govops propose"), ", or create it over the API."),
        more=more,
    )
    return Page("Use cases", (table,), section="use_cases", crumbs=(HOME,), is_dated=True)


def use_case(shelf: Shelf) -> Page:
    """One use case, who approved it, and what happened to it."""
    name = shelf.asked.values["name"]
    row = shelf.get("use_cases", "use case", name=name)
    return Page(
        name,
        tuple(_blocks(shelf, row)),
        section="use_cases",
        crumbs=(HOME, USE_CASES),
        kind="Use case",
        badge=state(row["status"]),
        lead=row["title"],
        is_dated=True,
    )


def _blocks(shelf: Shelf, row: Row) -> Iterator[Block]:
    name = row["name"]
    yield Facts("About it", tuple(_about(row)))
    yield Table(
        "Models that it may use",
        ("Model", "Approved versions", "In production"),
        tuple(
            (model_link(one["model"]), Code(one["versions"]), _runs(shelf, one["model"]))
            for one in shelf.all("usecase_models", use_case=name)
        ),
        "It names no model.",
    )
    measured = spec_of(row).get("metrics") or {}
    if measured:
        rows = tuple((Code(metric), amount(value)) for metric, value in sorted(measured.items()) if _is_number(value))
        yield Table("What was measured of it", ("Metric", number("Value")), rows, "Nothing was measured.")
    yield Table(
        "Who approved it",
        ("Approver", "Step", "When", "Result", "Change"),
        tuple(
            (
                Person(one["approver"]),
                Code(one["action"]),
                moment(one["decided_at"]),
                judged(one["status"]),
                Id(one["commit_id"], "change"),
            )
            for one in shelf.all("usecase_approvals", use_case=name)
            if one["approver"]
        ),
        "Nobody has approved it.",
    )
    yield Timeline("What happened to it", happenings(shelf, f"UseCase/{name}"), "Nothing is on record.")


def _about(row: Row) -> Iterator[tuple[str, Value]]:
    spec = spec_of(row)
    yield "Owner", Person(row["owner"])
    yield "Impact", row["impact"]
    if spec.get("description"):
        yield "Description", str(spec["description"])
    for field, label in (("affected_systems", "Affected systems"), ("dependencies", "Dependencies")):
        if spec.get(field):
            yield label, joined(str(one) for one in spec[field])
    yield "File", Code(row["path"])
    yield "Stands so since", Id(row["commit_id"], "change")


def _runs(shelf: Shelf, model: str) -> Value:
    row = shelf.one("deployments", environment="production", model=model)
    return version_link(model, row["version"]) if row is not None else "nothing"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
