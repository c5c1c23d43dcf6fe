"""Proposals that a server of ours keeps, as the index tells of them."""

from __future__ import annotations

from dataclasses import dataclass

from govops.forge.hosted import HostedProposal
from govops.history import Oid
from govops.workspace.hosted import HOSTED, HostedBranch
from govops.workspace.opening import Scene

__all__ = ["HOSTED", "Hosted", "read_hosted", "tip_of"]


@dataclass(frozen=True, slots=True)
class Hosted:
    """The branch that holds them, its commit, and each with the blob that says so; None where there is no branch."""

    ref: str | None = None
    tip: Oid | None = None
    proposals: tuple[tuple[Oid, HostedProposal], ...] = ()


def tip_of(scene: Scene) -> tuple[str | None, Oid | None]:
    """The branch that holds them, here or at origin, and its commit."""
    refs = (f"refs/heads/{HOSTED}", f"refs/remotes/origin/{HOSTED}")
    found = ((ref, tip) for ref in refs if (tip := scene.room.ref(ref)) is not None)
    return next(found, (None, None))


def read_hosted(scene: Scene, at: tuple[str | None, Oid | None] | None = None) -> Hosted:
    """All that a recorder signed, by path; ``at`` a branch and its commit, by default as they are."""
    ref, tip = at or tip_of(scene)
    branch = HostedBranch(scene.room, scene.settings, tip)
    return Hosted(ref, tip, tuple(branch.everything()))
