"""What is proposed, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from govops.app.governance import Site, Submitted
from govops.app.hosting.scene import look, missing, told
from govops.forge.hosted import HostedProposal
from govops.git import CleanRoom
from govops.workspace.hosted import HOSTED, HostedBranch
from govops.workspace.opening import settings_at


def submitted(site: Site, id: str) -> Submitted:
    """One proposal, with the gate's verdict while it is open. NotFoundError if there is none of that id."""
    with _kept(site) as branch:
        kept = branch.find(id)
    if kept is None:
        raise missing(id)
    if kept.state != "open":
        return told(kept)
    with look(site) as scene:
        kept = scene.branch.find(id) or kept
        outlook = scene.judge(kept).outlook if kept.state == "open" else None
        return told(kept, outlook, is_pushed=not (scene.is_elsewhere and kept.state == "open" and not kept.number))


def open_ones(site: Site) -> tuple[HostedProposal, ...]:
    """Every open proposal, oldest first."""
    with _kept(site) as branch:
        return tuple(sorted(branch.open.values(), key=lambda kept: (kept.opened_at, kept.id)))


def waiting(site: Site, most: int) -> tuple[Submitted, ...]:
    """The open proposals with the gate's verdict on each, oldest first; at most so many.

    Each at a gate of its own: what one has judged is taken as landed there.
    """
    found = (submitted(site, kept.id) for kept in open_ones(site)[:most])
    return tuple(told for told in found if told.state == "open")


@contextmanager
def _kept(site: Site) -> Iterator[HostedBranch]:
    """What the server keeps, without the rules that it is judged by."""
    with CleanRoom.open(site.repository) as room:
        settings = settings_at(room)
        tip = room.ref(f"refs/heads/{settings.protected_branch}")
        yield HostedBranch(room, settings_at(room, tip) if tip else settings, room.ref(f"refs/heads/{HOSTED}"))
