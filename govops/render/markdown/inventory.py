"""What there is at the tip: models, versions, deployments, use cases; waivers and incidents; versions by state."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from govops.finding import InventoryItem, Report
from govops.render.markdown.escape import Block, Code, Value
from govops.render.markdown.mermaid import lifecycle
from govops.render.markdown.table import Table, known
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


def items(resources: Sequence[InventoryItem]) -> Table:
    """A table with a column for all that any of the resources has, facts in order of appearance."""
    labels = [label for label, _ in tally(label for item in resources for label in _described(item))]
    columns = ("Name", *(label[:1].upper() + label[1:] for label in labels), "File")
    return Table(columns, lambda: (_row(item, labels) for item in resources))


def _shelf(kind: str, resources: Iterable[InventoryItem]) -> Shelf:
    return Shelf(_TITLES.get(kind, kind), items([item for item in resources if item.kind == kind]))


def _described(item: InventoryItem) -> dict[str, str]:
    facts = (("title", item.title), ("status", item.status.replace("_", " ")), *item.facts)
    return {label: value for label, value in facts if value}


def _row(item: InventoryItem, labels: list[str]) -> tuple[Value, ...]:
    facts = _described(item)
    return (Code(item.name), *(known(facts.get(label)) for label in labels), Code(item.path))
