"""Exceptions for whoever carries the risk: which are in force, who let them in, when they end, and what they cover."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from govops.finding import InventoryItem, Report, Status
from govops.render.markdown.inventory import items
from govops.render.markdown.table import Table
from govops.render.wording import many, tally, with_status


@dataclass(frozen=True, slots=True)
class Exceptions:
    """A few sentences, then the waivers and the ratifications."""

    lines: tuple[str, ...]
    waivers: Table
    ratifications: Table


def exceptions(report: Report) -> Exceptions:
    """What stands in the section on exceptions."""
    waivers = tuple(item for item in report.waivers if item.kind == "Waiver")
    return Exceptions(
        tuple(_lines(report, waivers)),
        items(waivers),
        items(tuple(item for item in report.waivers if item.kind != "Waiver")),
    )


def _lines(report: Report, waivers: tuple[InventoryItem, ...]) -> Iterator[str]:
    running = [item for item in waivers if item.status.startswith("in force")]
    ends = sorted((dict(item.facts).get("expires", ""), item.name) for item in running)
    if ends:
        at, name = ends[0]
        owner = next(dict(item.facts).get("owner", "") for item in running if item.name == name)
        yield f"In force: {many(len(running), 'waiver')}; the next one to end is {name} at {at}, owner {owner}"
    else:
        yield "In force: no waiver"
    others = tally(item.status for item in waivers if not item.status.startswith("in force"))
    yield from (
        f"Not in force: {many(count, 'waiver')} ({state.removeprefix('not in force: ')})" for state, count in others
    )
    accepted = with_status(report, Status.WAIVED)
    excused = tally("ratification" if "/ratifications/" in one.waived else "waiver" for one in accepted)
    told = " and ".join(f"{count} by a {kind}" for kind, count in excused)
    yield f"Findings accepted: {told}" if told else "Findings accepted: none"
