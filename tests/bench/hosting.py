"""Six servers on one repository, each at work for people who open and approve; and how long a single write takes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from govops.errors import ExitCode
from tests.bench.cost import Cost
from tests.bench.table import Row
from tests.support.files import model
from tests.support.hosting import Server, said, server, writer

_WRITERS = 6
_EACH = 10  # proposals, each opened and approved
_ALONE = 20


def served(folder: Path) -> Iterator[Row]:
    """Writes that are acknowledged, of which none is lost; RuntimeError if one is, or the audit disagrees."""
    yield from _alone(server(folder / "alone"))
    here = server(folder / "together")
    writers = [writer(here, ("alice", "dave")[number % 2], f"w{number}", _EACH) for number in range(_WRITERS)]
    begun = time.perf_counter()
    merged = {id_: commit for one in writers for id_, commit in said(one).items()}
    took = time.perf_counter() - begun
    if len(merged) != _WRITERS * _EACH or not {*merged.values()} <= {*here.log("main", "%H")}:
        raise RuntimeError("a write was acknowledged and is not there")
    if here.verdict() is not ExitCode.OK:
        raise RuntimeError("what the servers did is not in order")
    yield Row("", "one write of six servers, none lost", Cost(0.0, took / (2 * _WRITERS * _EACH)))


def _alone(here: Server) -> Iterator[Row]:
    """Opening, and the approval that lands it with its receipt, with nobody else at work."""
    here.open("alice", "first", model("first"))
    here.approve("bob", "first")
    opening = approving = 0.0
    for number in range(_ALONE):
        begun = time.perf_counter()
        here.open("alice", f"a{number}", model(f"m{number}"))
        opened = time.perf_counter()
        here.approve("bob", f"a{number}")
        opening += opened - begun
        approving += time.perf_counter() - opened
    yield Row("", "server: open a proposal", Cost(0.0, opening / _ALONE))
    yield Row("", "server: approve it, land it and record it", Cost(0.0, approving / _ALONE))
