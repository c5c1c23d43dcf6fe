"""What is proposed, and how it stands."""

from __future__ import annotations

from govops.app.governance import Site, Submitted
from govops.app.hosting.scene import look, missing, told
from govops.forge.hosted import HostedProposal
from govops.workspace.hosted import PROPOSAL_ID


def submitted(site: Site, id: str) -> Submitted:
    """One proposal, with the gate's verdict while it is open. NotFoundError if there is none of that id."""
    with look(site) as scene:
        kept = scene.branch.find(id) if PROPOSAL_ID.fullmatch(id) else None
        if kept is None:
            raise missing(id)
        outlook = scene.judge(kept).outlook if kept.state == "open" else None
        return told(kept, outlook, is_pushed=not (scene.is_elsewhere and kept.state == "open" and not kept.number))


def open_ones(site: Site) -> tuple[HostedProposal, ...]:
    """Every open proposal, oldest first."""
    with look(site) as scene:
        return tuple(sorted(scene.branch.open.values(), key=lambda kept: (kept.opened_at, kept.id)))


def waiting(site: Site, most: int) -> tuple[Submitted, ...]:
    """The open proposals with the gate's verdict on each, oldest first; at most so many."""
    with look(site) as scene:
        kept = sorted(scene.branch.open.values(), key=lambda one: (one.opened_at, one.id))
        return tuple(told(one, scene.judge(one).outlook) for one in kept[:most])
