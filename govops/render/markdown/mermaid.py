"""Pictures as Mermaid text. A label keeps letters, digits and a few marks; the tables beside it have the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from govops.finding import Event, Status
from govops.render.markdown.escape import Block

MOST_BARS = 60  # a longer timeline is unreadable; the table has all of it

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_UNSAFE = re.compile(r"[^A-Za-z0-9 ./+-]")
_STATES = ("registered", "approved", "deployed_staging", "deployed_production", "rolled_back")
_ASIDE = ("rejected", "deprecated")


def label(text: str) -> str:
    """At most 60 characters that mean nothing to Mermaid; anything else becomes an underscore."""
    return _UNSAFE.sub("_", text[:60]).strip() or "_"


def timeline(events: Iterable[Event], results: Mapping[str, Status], *, until: str | None) -> Block | None:
    """A bar for each version's stay in production, from its event to the next of the same resource.

    A stay is drawn when both of its ends have an attested time. None when there is nothing to draw, or too much.
    """
    grouped = _by_resource(events)
    if not 0 < sum(1 for those in grouped.values() for _ in _stays(those, until)) <= MOST_BARS:
        return None
    stays = {resource: list(_stays(those, until)) for resource, those in grouped.items()}
    lines = ["gantt", "  dateFormat YYYY-MM-DDTHH:mm:ss", "  axisFormat %Y-%m-%d"]
    for resource, bars in stays.items():
        if bars:
            lines.append(f"  section {label(resource.rsplit('/', 1)[-1])}")
        lines += [_bar(event, end, results, running=running) for event, end, running in bars]
    return Block("\n".join(lines), language="mermaid")


def lifecycle(versions: Mapping[str, int]) -> Block | None:
    """How many versions are in each state, along the way that a version takes; None without versions."""
    if not versions:
        return None
    boxes = [f"  {state}[{label(state.replace('_', ' '))} {versions.get(state, 0)}]" for state in (*_STATES, *_ASIDE)]
    arrows = [f"  {one} --> {then}" for one, then in pairwise(_STATES)]
    aside = ["  registered -.-> rejected", "  approved -.-> deprecated"]
    return Block("\n".join(["flowchart LR", *boxes, *arrows, *aside]), language="mermaid")


def _by_resource(events: Iterable[Event]) -> dict[str, list[Event]]:
    grouped: dict[str, list[Event]] = {}
    for event in events:
        grouped.setdefault(event.resource, []).append(event)
    return grouped


def _stays(events: list[Event], until: str | None) -> Iterator[tuple[Event, str, bool]]:
    """(event, end, whether it still runs) of one resource's events."""
    ends = [event.time for event in events[1:]] + [until]
    for number, (event, end) in enumerate(zip(events, ends, strict=True), 1):
        if event.version and _is_instant(event.time) and end is not None and _is_instant(end):
            yield event, end, number == len(events)


def _is_instant(time: str | None) -> bool:
    return time is not None and _INSTANT.fullmatch(time) is not None


def _bar(event: Event, end: str, results: Mapping[str, Status], *, running: bool) -> str:
    failed = results.get(event.commit) is Status.FAIL
    tag = "crit" if failed else "active" if running else "done"
    return f"  {label(event.version)} :{tag}, {(event.time or '')[:-1]}, {end[:-1]}"
