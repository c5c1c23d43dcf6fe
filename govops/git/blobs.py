"""Contents of files by blob id: bounded, in the order asked for, each hashed again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal, cast

from govops.git.objects import FAULTS, TOO_LARGE, Found, ObjectReader, batches
from govops.history import Oid

Problem = Literal["missing", "corrupt", "too-large", "not-a-blob"]

_BATCH = 64  # at most this many contents are on their way


@dataclass(frozen=True, slots=True)
class BlobProblem:
    """Why there is no content; ``size`` in bytes where it is known, else 0."""

    kind: Problem
    size: int = 0


def read_blobs(objects: ObjectReader, oids: Iterable[Oid], *, limit: int) -> Iterator[tuple[Oid, bytes | BlobProblem]]:
    """Each blob's bytes, or why not. Sizes are asked for first: one of more than ``limit`` bytes is never read."""
    waiting: list[Found] = []
    for batch in batches(oids, _BATCH):
        objects.ask("info", batch)
        yield from _contents(objects, waiting, limit)
        waiting = [_judged(objects.answer(limit), limit) for _ in batch]
        if readable := [found.oid for found in waiting if found.kind == "blob"]:
            objects.ask("contents", readable)
    yield from _contents(objects, waiting, limit)


def _contents(objects: ObjectReader, waiting: list[Found], limit: int) -> Iterator[tuple[Oid, bytes | BlobProblem]]:
    for judged in waiting:
        found = objects.answer(limit) if judged.kind == "blob" else judged
        if found.kind == "blob":
            yield found.oid, found.data
        else:
            kind = found.kind if found.kind in FAULTS else "not-a-blob"
            yield found.oid, BlobProblem(cast("Problem", kind), found.size)


def _judged(found: Found, limit: int) -> Found:
    return found._replace(kind=TOO_LARGE) if found.kind == "blob" and found.size > limit else found
