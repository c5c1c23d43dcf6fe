"""Proposals that a server of ours keeps, as the index tells of them."""

from __future__ import annotations

import json
from dataclasses import dataclass

from pydantic import ValidationError

from govops.forge.hosted import HostedProposal
from govops.history import Oid
from govops.workspace.opening import Scene

BRANCH = "govops/hosted"
_LARGEST = 1 << 20  # bytes of one document


@dataclass(frozen=True, slots=True)
class Hosted:
    """The branch that holds them, its commit, and each with the blob that says so; None where there is no branch."""

    ref: str | None = None
    tip: Oid | None = None
    proposals: tuple[tuple[Oid, HostedProposal], ...] = ()


def tip_of(scene: Scene) -> tuple[str | None, Oid | None]:
    """The branch that holds them, here or at origin, and its commit."""
    refs = (f"refs/heads/{BRANCH}", f"refs/remotes/origin/{BRANCH}")
    found = ((ref, tip) for ref in refs if (tip := scene.room.ref(ref)) is not None)
    return next(found, (None, None))


def read_hosted(scene: Scene, at: tuple[str | None, Oid | None] | None = None) -> Hosted:
    """All of them, by path; ``at`` a branch and its commit, by default as they are."""
    ref, tip = at or tip_of(scene)
    return Hosted(ref, tip, tuple(_proposals(scene, tip)) if tip is not None else ())


def _proposals(scene: Scene, tip: Oid) -> list[tuple[Oid, HostedProposal]]:
    tree = scene.room.tree(tip)
    paths = {path: entry.oid for path, entry in sorted(tree.items()) if path.endswith(".json")}
    blobs = dict(scene.room.blobs(dict.fromkeys(paths.values()), limit=_LARGEST))
    found = []
    for oid in paths.values():
        content = blobs[oid]
        kept = _parsed(content) if isinstance(content, bytes) else None
        if kept is not None:
            found.append((oid, kept))
    return found


def _parsed(content: bytes) -> HostedProposal | None:
    try:
        return HostedProposal.model_validate_json(json.dumps(json.loads(content)["payload"]))
    except (ValueError, KeyError, TypeError, ValidationError):
        return None
