"""What happened to one resource, as a timeline."""

from __future__ import annotations

from govops.api.pages.shelf import Row, Shelf
from govops.api.pages.values import Badge, Id, Moment, Person, phrase
from govops.api.pages.views import Happening
from govops.api.pages.wording import judged, step
from govops.finding import Status

_AFTERWARDS = 1_000  # within one change, a version is approved before it runs


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
    return tuple(_moved(shelf, row, f"in {row['environment']}") for row in rows)


def _stays(shelf: Shelf, model: str, version: str) -> list[tuple[int, int, Happening]]:
    """Where the version came to run, and where another took its place."""
    found = []
    last: dict[str, str] = {}
    for row in reversed(shelf.all("deployment_history", model=model)):
        before, last[row["environment"]] = last.get(row["environment"], ""), row["version"]
        if version in (before, row["version"]):
            word = "in" if row["version"] == version else "left"
            told = _moved(shelf, row, f"{word} {row['environment']}")
            found.append((row["position"], _AFTERWARDS + row["number"], told))
    return found


def _moved(shelf: Shelf, row: Row, word: str) -> Happening:
    """A deployment, judged as the change that made it."""
    change = shelf.one("changes", commit=row["commit_id"])
    reason = f": {row['reason']}" if row["reason"] else ""
    return _happening(row, word, f"{row['what']}{reason}", change["status"] if change is not None else "")


def _happening(row: Row, word: str, detail: str, status: str) -> Happening:
    """What the change did, and in words if it was not plainly allowed."""
    result = judged(status) if status else Badge("not judged")
    return Happening(
        at=Moment(row["time"]) if row["time"] else None,
        what=Badge(word, result.tone),
        detail=detail if status == Status.PASS else phrase(detail, " ", result),
        by=tuple(map(Person, row["people"])),
        commit=Id(row["commit_id"], "change"),
    )
