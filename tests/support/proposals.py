"""A story's proposal as a forge would tell it while it is open."""

from __future__ import annotations

from typing import Any

from govops.evidence.records import Contributor
from govops.forge import ForgeProposal, ForgeReview
from tests.support.change import Change


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

    def set_status(self, commit: str, *, state: str, context: str, description: str, url: str = "") -> None:
        self.statuses[commit] = (context, state)
