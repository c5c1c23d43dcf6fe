"""Models and their versions: what there is, what runs, and what happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from govops.api.pages.history import deployed, happenings
from govops.api.pages.links import HOME, model_link, use_case_link, version_link
from govops.api.pages.shelf import Row, Shelf, spec_of
from govops.api.pages.values import NOTHING, Code, Id, Link, Person, Value, phrase
from govops.api.pages.views import Block, Facts, Page, Table, Timeline, number
from govops.api.pages.wording import amount, judged, moment, state

MODELS = Link("models", "Models")
_MEASURES = ("accuracy", "precision", "recall", "f1", "error_rate", "latency_ms", "throughput_qps")


def models(shelf: Shelf) -> Page:
    """Every model, and which of its versions run where."""
    rows, more = shelf.page("models", "models")
    table = Table(
        "All models",
        ("Model", "Title", "Owner", "Risk tier", "Furthest version", "In production", "In staging"),
        tuple(
            (
                model_link(row["name"]),
                row["title"],
                Person(row["owner"]),
                row["risk_tier"],
                state(row["status"]),
                *_running(shelf, row["name"]),
            )
            for row in rows
        ),
        phrase("There is no model. Propose its file with ", Code("govops propose"), ", or register it over the API."),
        more=more,
    )
    return Page("Models", (table,), section="models", crumbs=(HOME,), is_dated=True)


def _running(shelf: Shelf, model: str) -> tuple[Value, Value]:
    """What runs in production, and in staging."""
    runs = {row["environment"]: version_link(model, row["version"]) for row in shelf.all("deployments", model=model)}
    return runs.get("production", NOTHING), runs.get("staging", NOTHING)


def model(shelf: Shelf) -> Page:
    """One model with its versions, and where it is used."""
    name = shelf.asked.values["model"]
    row = shelf.get("models", "model", name=name)
    return Page(
        name,
        tuple(_model_blocks(shelf, row)),
        section="models",
        crumbs=(HOME, MODELS),
        kind="Model",
        badge=state(row["status"]),
        lead=row["title"],
        is_dated=True,
    )


def _model_blocks(shelf: Shelf, row: Row) -> Iterator[Block]:
    name, spec = row["name"], spec_of(row)
    yield Facts("About it", tuple(_about_model(row, spec)))
    running = shelf.all("deployments", model=name)
    yield Table(
        "What runs",
        ("Environment", "Version", "Since", "Deployment id", "Change"),
        tuple(
            (
                one["environment"],
                version_link(name, one["version"]),
                _since(shelf, one),
                Code(one["deployment_id"]),
                Id(one["commit_id"], "change"),
            )
            for one in running
        ),
        "No version runs anywhere.",
    )
    yield Table(
        "Versions",
        ("Version", "Status", "What is new in it", number("Accuracy"), "Artifact", "Last change"),
        tuple(
            (
                version_link(name, one["version"]),
                state(one["status"]),
                one["description"],
                amount(one["accuracy"]),
                Id(one["artifact_digest"].removeprefix("sha256:")),
                Id(one["commit_id"], "change"),
            )
            for one in shelf.all("model_versions", model=name)
        ),
        "It has no version yet. Register one with the API, or add its file in a proposal.",
    )
    uses = shelf.all("usecase_models", model=name)
    yield Table(
        "What it is used for",
        ("Use case", "Approved versions"),
        tuple((use_case_link(one["use_case"]), Code(one["versions"])) for one in uses),
        "No use case names it.",
    )
    yield Timeline("What ran where", deployed(shelf, name), "No version ever ran.")
    yield Timeline("What happened to it", happenings(shelf, f"Model/{name}"), "Nothing is on record.")


def _about_model(row: Row, spec: dict[str, Any]) -> Iterator[tuple[str, Value]]:
    yield "Owner", Person(row["owner"])
    yield "Risk tier", row["risk_tier"]
    for field, label in (("purpose", "Purpose"), ("intended_use", "Intended use"), ("license", "License")):
        if spec.get(field):
            yield label, str(spec[field])
    out = spec.get("out_of_scope_use")
    if out:
        yield "Out of scope", "; ".join(map(str, out)) if isinstance(out, list) else str(out)
    yield "File", Code(row["path"])
    yield "Stands so since", Id(row["commit_id"], "change")


def version(shelf: Shelf) -> Page:
    """One version: what it is, what was measured, and everything that happened to it."""
    model, name = shelf.asked.values["model"], shelf.asked.values["version"]
    row = shelf.get("model_versions", "version", model=model, version=name)
    return Page(
        name,
        tuple(_version_blocks(shelf, row)),
        section="models",
        crumbs=(HOME, MODELS, model_link(model)),
        kind=f"Version of {model}",
        badge=state(row["status"]),
        lead=row["description"],
        is_dated=True,
    )


def _version_blocks(shelf: Shelf, row: Row) -> Iterator[Block]:
    model, name = row["model"], row["version"]
    yield Facts("About it", tuple(_about_version(row)))
    custom = spec_of(row).get("metrics", {}).get("custom") or {}
    measured = [(one, row[one]) for one in _MEASURES] + sorted(custom.items())
    yield Table(
        "What was measured of it",
        ("Metric", number("Value")),
        tuple((Code(metric), amount(value)) for metric, value in measured if value is not None),
        "Nothing was measured. The API takes metrics of a version.",
    )
    yield Table(
        "Who approved it",
        ("Approver", "Step", "When", "Result", "Change"),
        tuple(_approvals(shelf, row)),
        "Nobody has approved it.",
    )
    events = happenings(shelf, f"ModelVersion/{model}/{name}", running=(model, name))
    yield Timeline("What happened to it", events, "Nothing is on record.")


def _about_version(row: Row) -> Iterator[tuple[str, Value]]:
    yield "Model", model_link(row["model"])
    yield "Declared in its file", state(row["declared"])
    yield "Source", phrase(Code(row["source_repository"]), " at ", Id(row["source_commit"]))
    yield "Artifact", phrase(Code(row["artifact_uri"]), f", {amount(row['artifact_bytes'])} bytes")
    yield "Artifact digest", Code(row["artifact_digest"])
    yield "Training data", Code(row["data_digest"])
    yield "File", Code(row["path"])
    yield "Stands so since", Id(row["commit_id"], "change")


def _approvals(shelf: Shelf, row: Row) -> Iterator[tuple[Value, ...]]:
    for one in shelf.all("approval_history", model=row["model"], version=row["version"]):
        if one["approver"]:
            yield (
                Person(one["approver"]),
                Code(one["action"]),
                moment(one["decided_at"]),
                judged(one["status"]),
                Id(one["commit_id"], "change"),
            )


def _since(shelf: Shelf, row: Row) -> Value:
    """When the change landed that put it there: the row may be younger, if the file changed in other ways."""
    past = shelf.first("deployment_history", 1, environment=row["environment"], model=row["model"])
    return moment(past[0]["time"]) if past else moment(None)
