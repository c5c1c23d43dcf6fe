"""What is proposed, and how it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from govops.app.governance import Site, Submitted
from govops.app.hosting.delivering import Hub
from govops.app.hosting.scene import Scene, look, missing, told
from govops.errors import GovopsError
from govops.forge.hosted import HostedProposal
from govops.git import CleanRoom
from govops.outlook import Outlook
from govops.workspace.hosted import HOSTED, HostedBranch
from govops.workspace.opening import settings_at


def submitted(site: Site, id: str) -> Submitted:
    """One proposal, with the gate's verdict while it is open: where it is reviewed at a forge, by what that tells now.

    NotFoundError if there is none of that id.
    """
    return _submitted(site, id, ask=True)


def _submitted(site: Site, id_: str, *, ask: bool) -> Submitted:
    with _kept(site) as branch:
        kept = branch.find(id_)
    if kept is None:
        raise missing(id_)
    if kept.state != "open":
        return told(kept)
    with look(site) as scene:
        kept = scene.branch.find(id_) or kept
        outlook = _outlook(scene, kept, ask=ask) if kept.state == "open" else None
        return told(kept, outlook, is_pushed=not (scene.is_elsewhere and kept.state == "open" and not kept.number))


def _outlook(scene: Scene, kept: HostedProposal, *, ask: bool) -> Outlook:
    """By what the forge tells, or as if it had told of no review, if it does not answer."""
    if ask and scene.is_elsewhere and kept.number:
        hub = Hub(scene.site, scene.settings)
        try:
            return scene.judge(kept, lambda repository: hub.forge).outlook
        except GovopsError:
            pass  # it is asked before anything is judged
    return scene.judge(kept).outlook


def open_ones(site: Site) -> tuple[HostedProposal, ...]:
    """Every open proposal, oldest first."""
    with _kept(site) as branch:
        return tuple(sorted(branch.open.values(), key=lambda kept: (kept.opened_at, kept.id)))


def waiting(site: Site, most: int) -> tuple[Submitted, ...]:
    """The open proposals with the gate's verdict on each, oldest first; at most so many.

    Each at a gate of its own: what one has judged is taken as landed there. No forge is asked.
    """
    found = (_submitted(site, kept.id, ask=False) for kept in open_ones(site)[:most])
    return tuple(told for told in found if told.state == "open")


@contextmanager
def _kept(site: Site) -> Iterator[HostedBranch]:
    """What the server keeps, without the rules that it is judged by."""
    with CleanRoom.open(site.repository) as room:
        settings = settings_at(room)
        tip = room.ref(f"refs/heads/{settings.protected_branch}")
        yield HostedBranch(room, settings_at(room, tip) if tip else settings, room.ref(f"refs/heads/{HOSTED}"))
