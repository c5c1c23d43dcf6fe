"""Keep what came of a proposal, and land it if the gate passes."""

from __future__ import annotations

from govops.app.governance import Site, Submitted
from govops.app.hosting.scene import Judged, Scene, key_of, told
from govops.errors import GovopsError
from govops.forge.hosted import HostedProposal
from govops.git import Store
from govops.workspace.hosting import Landing
from govops.workspace.keys import SigningKey
from govops.workspace.local import local_forge
from govops.workspace.recording import Recorder

_FEW = 500  # receipts: a second's work


def conclude(
    scene: Scene, store: Store, kept: HostedProposal, message: str, judged: Judged | None = None
) -> Submitted | None:
    """Store a proposal as it is now, landed if the gate passes, with its receipt; None if anything moved meanwhile."""
    found = judged or scene.judge(kept)
    keeper = scene.keeper(store)
    landing: Landing | None = None
    if kept.state == "open" and found.conflicts:
        kept = closed(scene, kept, "conflicted")
    elif kept.state == "open" and found.passes:
        landing = keeper.merge(kept, found.outlook, found.files)
        kept = closed(scene, kept, "merged").model_copy(update={"merge_commit": landing.commit})
    receipt = scene.receipt(kept, landing) if landing else None
    if not keeper.keep([kept], message, landing=landing, receipt=receipt):
        return None
    return told(kept, found.outlook, is_recorded=landing is None or receipt is not None or _recorded(scene))


def closed(scene: Scene, kept: HostedProposal, state: str) -> HostedProposal:
    """The proposal closed now."""
    return kept.model_copy(update={"state": state, "closed_at": scene.moment(kept.latest)})


def record(site: Site, key: SigningKey) -> bool:
    """Whether everything that landed has its receipt now; what has none gets it from the next ``settle``."""
    recorder = Recorder(site.repository, key, lambda settings, room: local_forge(room, settings))
    try:
        return not any(batch.lost for batch in recorder.run())
    except GovopsError:
        return False


def _recorded(scene: Scene) -> bool:
    """Whether a change has its receipt that is not the one to be written next.

    For that all receipts have to be read. Where they are many, others would have to wait: ``settle`` does it.
    """
    evidence = scene.gate.room.ref(f"refs/heads/{scene.settings.evidence_branch}")
    if evidence and len(scene.gate.room.listing(evidence, "receipts")) > _FEW:
        return False
    return record(scene.site, key_of(scene.site, scene.settings))
