"""Histories in memory as the walk wants them, and what may be lost of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from govops import yamlio
from govops.engine import AuditFacts, Parsed, run
from govops.finding import Report
from govops.history import Entry
from govops.history.snapshot import Snapshot
from govops.kinds.custom import CustomKind
from govops.rules import RULES
from tests.oracle.play import Remembered, facts
from tests.support.change import Landed
from tests.support.facts import standing
from tests.support.files import (
    File,
    company,
)
from tests.support.world import World


class Announced:
    """Documents that remember what they were told would be asked for; every file is read anew."""

    def __init__(self, known: AuditFacts) -> None:
        self._documents = known.documents
        self.wanted: list[tuple[str, ...]] = []

    def prefetch(self, oids: Iterable[str]) -> None:
        self.wanted.append(tuple(oids))

    def load(self, path: str, entry: Entry, custom: tuple[CustomKind, ...], *, limit: int) -> Parsed:
        content = self._documents.text(entry.oid)
        assert content is not None
        loaded = yamlio.load(content, path=path, custom=custom, max_bytes=limit)
        return Parsed(loaded.resource, loaded.findings)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._documents, name)


def company_of(*files: Any, **how: Any) -> Remembered:
    """A company, in memory."""
    return Remembered(Path("nowhere"), *files, **how)


def told(world: Remembered, *, lost: Iterable[Landed] = (), **asked: Any) -> AuditFacts:
    """Its facts; what these changes did cannot be read."""
    known = facts(world)
    gone = {one.commit for one in lost}
    steps = [replace(s, diffs=None, unreadable="it is gone") if s.commit.oid in gone else s for s in known.steps()]
    return replace(known, steps=lambda: steps, **({"documents": Announced(known)} | asked))


def report(world: Remembered, **asked: Any) -> Report:
    return run(RULES, told(world, **asked))


def lands(world: World, *files: Any, by: str = "alice", approver: str = "bob", **how: Any) -> Landed:
    return world.propose(by, "Change", *files).approve(approver).merge("squash", **how)


def rules(found: Report) -> list[str]:
    return [one.rule for one in found.findings]


def company_files(**spec: Any) -> list[File]:
    return [(path, text) for path, text in company(settings_spec=spec).items() if isinstance(text, bytes)]


def snapshot_of(*files: File) -> Snapshot:
    found = Snapshot()
    for path, text in files:
        found.put(path, standing((path, text)))
    return found
