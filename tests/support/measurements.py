"""Measurements of a service as files have them, and a world in which something was promised of it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.support.files import model, sla
from tests.support.git import git
from tests.support.world import World

NAME = "fraud-up"
PATH = f"registry/slas/{NAME}.yaml"
FILE = "measurements/fraud.jsonl"
PROMISE: dict[str, Any] = {
    "objectives": [{"metric": "availability_percent", "target": 99.5}],
    "window": {"kind": "calendar", "period": "day"},
    "source": {"type": "file", "files": [FILE]},
}


def promised(path: Path, **spec: Any) -> World:
    """A world in which a model was registered and something promised of it, on 5 January 2026."""
    world = World(path)
    world.propose("alice", "Register fraud", model("fraud")).approve("bob").merge("squash")
    promise(world, **spec)
    for key, value in (("user.name", "Erin Evans"), ("user.email", "erin@acme.example")):
        git(world.git_dir, "config", key, value)
    return world


def promise(world: World, *, approved: bool = True, record: bool = True, **spec: Any) -> str:
    """The agreement, new or changed, by an approved change unless told otherwise; the commit that landed."""
    change = world.propose("alice", "Promise", sla(NAME, **(PROMISE | spec)))
    if approved:
        change.approve("bob")
    return change.merge("squash", record=record).commit


def measure(world: World, start: str, hours: int, *, failing: int = 0, slow: int = 0, name: str = FILE) -> None:
    """A request every minute from an instant on, added to the file; so many of every thousand fail, or take 900 ms."""
    first = datetime.fromisoformat(start)
    rows = (_row(first + timedelta(minutes=minute), minute % 1000, failing, slow) for minute in range(hours * 60))
    write(world, rows, name=name)


def write(world: World, rows: Iterable[dict[str, Any]], *, name: str = FILE) -> None:
    """Rows, added to a file of the work tree."""
    place = world.path / name
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a", encoding="utf-8") as opened:
        opened.writelines(f"{json.dumps(row)}\n" for row in rows)


def _row(when: datetime, place: int, failing: int, slow: int) -> dict[str, Any]:
    latency = 900 if place < slow else 100
    return {"timestamp": when.strftime("%Y-%m-%dT%H:%M:%SZ"), "latency_ms": latency, "ok": place >= failing}
