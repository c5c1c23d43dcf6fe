"""A story's proposal as a forge would tell it while it is open."""

from __future__ import annotations

from typing import Any

from govops.app.gate import Knowledge, Pretence, outlook
from govops.evidence.records import Contributor
from govops.forge import ForgeProposal, ForgeReview, Opened, Request
from govops.outlook import Outlook
from govops.workspace import Asked
from tests.support.change import Change

NOW = "2027-01-01T00:00:00Z"  # when proposals are imagined to land, unless a test says otherwise


def told(change: Change, **fields: Any) -> ForgeProposal:
    """What the forge knows of a change now; ``fields`` replaces some of it."""
    reviews = tuple(
        ForgeReview(
            id=review.id,
            account=review.account,
            decision=review.decision,
            at=review.at,
            head=review.head,
            dismissed=review.dismissed is not None,
            dismissed_at=review.dismissed.at if review.dismissed else None,
            dismissed_by=review.dismissed.by if review.dismissed else None,
        )
        for review in change.reviews
    )
    known: dict[str, Any] = {
        "forge": change.account.forge,
        "id": str(change.number),
        "title": change.title,
        "state": "open",
        "opener": change.account,
        "opened_at": change.opened_at,
        "target": change.world.branch,
        "head": change.head,
        "contributors": tuple(_contributors(change)),
        "reviews": reviews,
    }
    return ForgeProposal(**(known | fields))


def _contributors(change: Change) -> tuple[Contributor, ...]:
    return change.told_contributors()[1:]  # the opener stands for himself


class ToldForge:
    """A forge that tells of a story's proposals, and remembers what was posted."""

    name = "local"

    def __init__(self, *proposals: ForgeProposal) -> None:
        self._proposals = {proposal.id: proposal for proposal in proposals}
        self.comments: dict[str, str] = {}
        self.statuses: dict[str, tuple[str, str]] = {}

    def proposal(self, number: str) -> ForgeProposal:
        return self._proposals[number]

    def proposals_of(self, commit: str) -> tuple[str, ...]:
        return tuple(p.id for p in self._proposals.values() if commit in (p.head, p.merge_commit))

    def pusher(self, commit: str, branch: str) -> tuple[None, None]:
        return None, None

    def branch_rules(self, branch: str) -> Any:
        raise NotImplementedError

    def comment(self, number: str, *, marker: str, body: str) -> None:
        assert marker in body
        self.comments[number] = body

    def open(self, request: Request) -> Opened:
        raise NotImplementedError

    def set_status(self, commit: str, *, state: str, context: str, description: str, url: str = "") -> None:
        self.statuses[commit] = (context, state)


def foreseen(change: Change, pretence: Pretence | None = None, *, when: str = NOW, **asked: Any) -> Outlook:
    """What the gate says while the proposal is open."""
    world = change.world
    forge = ToldForge(told(change))
    known = Knowledge(lambda repository: forge, str(change.number))
    return outlook(Asked(world.path, when, head=change.head, **asked), known, pretence)
