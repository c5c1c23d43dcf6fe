"""Bring proposals to the forge where they are reviewed: their branch, and a pull request for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from govops.app.governance import Site
from govops.app.hosting.landing import closed
from govops.app.hosting.scene import Scene, writing
from govops.errors import GovopsError, UsageError
from govops.forge import Forge, Opened, Request, open_forge
from govops.forge.hosted import HostedProposal
from govops.git import Store, authoring
from govops.http import Patience
from govops.kinds.settings import SettingsSpec
from govops.workspace.hosted import PROPOSALS

REMOTE: Final = "origin"
_PATIENCE = Patience(connect=5.0, read=10.0, answer=15.0, whole=20.0)  # somebody waits for the answer


@dataclass(frozen=True, slots=True)
class Hub:
    """The forge of a site, as its Settings name it."""

    site: Site
    settings: SettingsSpec

    @property
    def forge(self) -> Forge:
        """The forge itself; nothing is asked yet."""
        settings = self.settings
        return open_forge(settings.forge.type, settings.repository, self.site.environment, patience=_PATIENCE)

    def fetch(self) -> bool:
        """Whether the protected branch and the records stand here now as they do at the forge.

        UsageError where the repository is not a bare one: the branches of a work tree are whoever's works there.
        """
        settings = self.settings
        names = (settings.protected_branch, settings.evidence_branch)
        try:
            for name in names:
                ref = f"refs/heads/{name}"
                authoring.fetch(self.site.repository, REMOTE, [f"+{ref}:{ref}"], missing_ok=True)
        except GovopsError as error:
            if "checked out" in error.message:
                hint = "serve a clone that was made with: git clone --bare"
                raise UsageError(f"{settings.protected_branch} is checked out", hint=hint) from error
            return False
        return True

    def deliver(self, kept: HostedProposal) -> Opened | None:
        """The pull request of a proposal, opened now unless it was; None where the forge is away or refuses."""
        branch = f"{PROPOSALS}{kept.id}"
        try:
            self._push(kept, f"refs/heads/{branch}")
            return self.forge.open(Request(branch, kept.branch, kept.title, _body(kept)))
        except GovopsError:
            return None

    def _push(self, kept: HostedProposal, ref: str) -> None:
        """Let the forge's branch be the proposal's; one that is there already has to be just that."""
        try:
            authoring.push(self.site.repository, REMOTE, kept.head, ref, expected=None)
        except authoring.RejectedError:
            authoring.push(self.site.repository, REMOTE, kept.head, ref, expected=kept.head)


def delivered(site: Site, settings: SettingsSpec, kept: HostedProposal) -> HostedProposal:
    """The proposal with its pull request; as it is where that has to wait."""
    opened = Hub(site, settings).deliver(kept) if kept.state == "open" and not kept.number else None
    if opened is None:
        return kept

    def note(scene: Scene, store: Store) -> HostedProposal | None:
        now = scene.branch.find(kept.id) or kept
        if now.state != "open" or now.number:
            return now
        now = now.model_copy(update={"number": opened.number, "url": opened.url})
        return now if scene.keeper(store).keep([now], f"Proposal {now.id} is #{now.number}") else None

    return writing(site, note)


def caught_up(site: Site, settings: SettingsSpec, kept: HostedProposal) -> HostedProposal:
    """The proposal as the forge knows it by now: delivered if it was not, closed if it is closed there."""
    kept = delivered(site, settings, kept)
    if not kept.number:
        return kept
    try:
        told = Hub(site, settings).forge.proposal(kept.number)
    except GovopsError:
        return kept
    if told.state == "open":
        return kept

    def close(scene: Scene, store: Store) -> HostedProposal | None:
        now = scene.branch.find(kept.id) or kept
        if now.state != "open":
            return now
        done = closed(scene, now, "merged" if told.state == "merged" else "rejected")
        done = done.model_copy(update={"merge_commit": told.merge_commit})
        return done if scene.keeper(store).keep([done], f"Proposal {now.id} is {told.state}") else None

    return writing(site, close)


def _body(kept: HostedProposal) -> str:
    from govops.render.markdown.escape import escape  # for those who have a forge

    lines = [escape(line) for line in kept.reason.splitlines() if line.strip()]
    return "\n\n".join([*lines, f"Proposed by {escape(kept.person)} through the server of govops."])
