"""Keep what came of a proposal, and land it if the gate passes."""

from __future__ import annotations

from govops.app.governance import Submitted
from govops.app.hosting.scene import Judged, Scene, key_of, told
from govops.errors import GovopsError
from govops.forge.hosted import HostedProposal
from govops.git import Store
from govops.workspace.hosting import Landing
from govops.workspace.local import local_forge
from govops.workspace.recording import Recorder


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
    return told(kept, found.outlook, is_recorded=landing is None or receipt is not None or record(scene))


def closed(scene: Scene, kept: HostedProposal, state: str) -> HostedProposal:
    """The proposal closed now."""
    return kept.model_copy(update={"state": state, "closed_at": scene.moment(kept.latest)})


def record(scene: Scene) -> bool:
    """Whether everything that landed has its receipt now; what has none gets it from ``settle``."""
    site = scene.site
    try:
        batches = list(
            Recorder(
                site.repository, key_of(site, scene.settings), lambda settings, room: local_forge(room, settings)
            ).run()
        )
    except GovopsError:
        return False
    return not any(batch.lost for batch in batches)
