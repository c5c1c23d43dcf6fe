"""What happened to one resource, as a timeline."""

from __future__ import annotations

from govops.api.pages.shelf import Row, Shelf
from govops.api.pages.values import Badge, Id, Moment, Person, Value, phrase
from govops.api.pages.views import Happening
from govops.api.pages.wording import judged, step


def happenings(shelf: Shelf, resource: str, *, running: tuple[str, str] | None = None) -> tuple[Happening, ...]:
    """Everything that is on record of it, oldest first; ``running`` adds where a version came to run and left."""
    found = [(row["position"], row["number"], _event(row)) for row in shelf.all("events", resource=resource)]
    found += _stays(shelf, *running) if running else []
    return tuple(event for _, _, event in sorted(found, key=lambda one: one[:2]))


def _event(row: Row) -> Happening:
    return _happening(row, step(row["action"]), row["summary"], row["status"])


def deployed(shelf: Shelf, model: str) -> tuple[Happening, ...]:
    """What ran where of a model, oldest first."""
    rows = reversed(shelf.all("deployment_history", model=model))
    return tuple(_happening(row, f"in {row['environment']}", phrase(row["what"], _reason(row)), "") for row in rows)


def _stays(shelf: Shelf, model: str, version: str) -> list[tuple[int, int, Happening]]:
    """Where the version came to run, and where another took its place."""
    found = []
    last: dict[str, str] = {}
    for row in reversed(shelf.all("deployment_history", model=model)):
        before, last[row["environment"]] = last.get(row["environment"], ""), row["version"]
        place = row["environment"]
        if row["version"] == version:
            told = _happening(row, f"in {place}", phrase(row["what"], _reason(row)), "")
        elif before == version:
            told = _happening(row, f"left {place}", phrase(row["what"], _reason(row)), "")
        else:
            continue
        found.append((row["position"], 1_000 + row["number"], told))
    return found


def _reason(row: Row) -> Value:
    return f": {row['reason']}" if row["reason"] else ""


def _happening(row: Row, word: str, detail: Value, status: str) -> Happening:
    tone = judged(status).tone if status else ("good" if word.startswith("in ") else "plain")
    return Happening(
        at=Moment(row["time"]) if row["time"] else None,
        what=Badge(word, tone),
        detail=detail,
        by=tuple(map(Person, row["people"])),
        commit=Id(row["commit_id"], "change"),
    )
