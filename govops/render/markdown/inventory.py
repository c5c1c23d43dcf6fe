"""What there is at the tip: models, versions, deployments, use cases; waivers and incidents; versions by state."""

from __future__ import annotations

from dataclasses import dataclass

from govops.finding import InventoryItem, Report
from govops.render.markdown.escape import Block, Code, Value
from govops.render.markdown.mermaid import lifecycle
from govops.render.markdown.table import Table, known, table
from govops.render.wording import tally

_TITLES = {  # in the order of the report; other kinds follow by name
    "Model": "Models",
    "ModelVersion": "Model versions",
    "Deployment": "Deployments",
    "UseCase": "Use cases",
    "ServiceLevelAgreement": "Service level agreements",
    "SlaViolation": "SLA violations",
    "User": "Users",
    "Role": "Roles",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """All resources of one kind."""

    title: str
    resources: Table


@dataclass(frozen=True, slots=True)
class Inventory:
    """The shelves in a fixed order, and the picture of how many versions are in which state."""

    shelves: tuple[Shelf, ...]
    lifecycle: Block | None


def inventory(report: Report) -> Inventory:
    """Everything that stands at the tip, kind by kind."""
    found = [kind for kind, _ in tally(item.kind for item in report.inventory)]
    kinds = [kind for kind in _TITLES if kind in found] + sorted(kind for kind in found if kind not in _TITLES)
    versions = tally(item.status for item in report.inventory if item.kind == "ModelVersion")
    return Inventory(tuple(_shelf(kind, report.inventory) for kind in kinds), lifecycle(dict(versions)))


def items(resources: tuple[InventoryItem, ...]) -> Table:
    """A table with a column for all that any of the resources has, facts in order of appearance."""
    described = [_described(item) for item in resources]
    labels = [label for label, _ in tally(label for facts in described for label in facts)]
    columns = ("Name", *(label[:1].upper() + label[1:] for label in labels), "File")
    return table(columns, (_row(item, facts, labels) for item, facts in zip(resources, described, strict=True)))


def _shelf(kind: str, resources: tuple[InventoryItem, ...]) -> Shelf:
    return Shelf(_TITLES.get(kind, kind), items(tuple(item for item in resources if item.kind == kind)))


def _described(item: InventoryItem) -> dict[str, str]:
    facts = (("title", item.title), ("status", item.status.replace("_", " ")), *item.facts)
    return {label: value for label, value in facts if value}


def _row(item: InventoryItem, facts: dict[str, str], labels: list[str]) -> tuple[Value, ...]:
    return (Code(item.name), *(known(facts.get(label)) for label in labels), Code(item.path))
