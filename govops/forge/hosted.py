"""Proposals that a server of ours keeps, where there is no other forge: who opened them, and who decided what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from govops.errors import UsageError
from govops.evidence.records import Account, Contributor
from govops.forge.protocol import (
    BranchRules,
    Forge,
    ForgeProposal,
    ForgeReview,
    NoProposalError,
    Opened,
    Request,
    StatusState,
)
from govops.history import Oid
from govops.kinds.scalars import Instant, ObjectId, Text


class _Kept(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class HostedDecision(_Kept):
    """What somebody decided about the head that stood then, over an authenticated connection."""

    id: Text
    account: Account
    person: Text
    decision: Literal["approve", "reject"]
    at: Instant
    head: ObjectId
    note: str = ""


class HostedProposal(_Kept):
    """A proposal as the server keeps it, signed by the recorder's key.

    ``base`` is the protected branch when it was opened, ``paths`` what it changes. ``number`` and ``url`` are those of
    the pull request at a forge, empty while it has none.
    """

    type: Literal["govops/hosted/v1"] = "govops/hosted/v1"
    id: Text
    repository: Text
    branch: Text
    title: Text
    reason: str = ""
    opener: Account
    person: Text
    opened_at: Instant
    base: ObjectId
    head: ObjectId
    paths: Annotated[tuple[Text, ...], Field(min_length=1)]
    state: Literal["open", "merged", "rejected", "withdrawn", "conflicted"] = "open"
    decisions: tuple[HostedDecision, ...] = ()
    closed_at: Instant | None = None
    merge_commit: ObjectId | None = None
    number: str = ""
    url: str = ""

    @property
    def latest(self) -> str:
        """The last instant that it tells of: nothing that is said of it later can have been earlier."""
        return max(self.opened_at, *(decision.at for decision in self.decisions), self.closed_at or "")

    def follows(self, earlier: HostedProposal) -> bool:
        """Whether it can have become of the earlier one: decisions are only added, and what was closed stays closed.

        But what was to be merged can be open again, where the server was stopped before the branch moved.
        """
        if earlier.state not in ("open", "merged") and self != earlier:
            return False
        grows = {"decisions", "state", "closed_at", "merge_commit", "number", "url"}
        same = self.model_dump(exclude=grows) == earlier.model_dump(exclude=grows)
        return same and self.decisions[: len(earlier.decisions)] == earlier.decisions


class HostedForge:
    """Answers from what the server keeps.

    ``known`` gives a proposal by its id, ``of`` the ids of those whose head a commit is or merges; ``beside`` is asked
    about whatever the server does not know. A proposal is merged if it names the commit that merged it; whoever asks
    has to look whether that is on the branch.
    """

    name = "local"

    def __init__(
        self,
        known: Callable[[str], HostedProposal | None],
        of: Callable[[Oid], tuple[str, ...]],
        beside: Forge | None = None,
    ) -> None:
        self._known = known
        self._of = of
        self._beside = beside

    def proposal(self, number: str) -> ForgeProposal:
        """The one of this id; NoProposalError if nobody knows it."""
        kept = self._known(number)
        if kept is not None:
            return told(kept)
        if self._beside is None:
            raise NoProposalError(f'the server keeps no proposal "{number[:64]}"')
        return self._beside.proposal(number)

    def proposals_of(self, commit: Oid) -> tuple[str, ...]:
        """Ids of those whose head it is, or which it merged; of open ones as well, which somebody else has merged."""
        found = [kept for kept in map(self._known, self._of(commit)) if kept is not None]
        own = tuple(k.id for k in found if k.state == "open" or (k.state == "merged" and k.merge_commit == commit))
        return (*own, *(self._beside.proposals_of(commit) if self._beside else ()))

    def pusher(self, commit: Oid, branch: str) -> tuple[Account | None, str | None]:
        """Nobody keeps a record of who pushed."""
        return None, None

    def branch_rules(self, branch: str) -> BranchRules:
        """The server lands nothing that the gate does not pass; whoever can push by another way can land anything."""
        return BranchRules()

    def comment(self, number: str, *, marker: str, body: str) -> None:
        """UsageError: there is nowhere to write it."""
        raise UsageError("a server without a forge has no comments", hint="give the plan with --output markdown")

    def set_status(self, commit: Oid, *, state: StatusState, context: str, description: str, url: str = "") -> None:
        """UsageError: there is nowhere to post it."""
        raise UsageError("a server without a forge has no commit statuses", hint="use the exit code of govops gate")

    def open(self, request: Request) -> Opened:
        """UsageError: the server keeps its proposals itself."""
        raise UsageError("a server without a forge opens no pull requests", hint="propose it to the server")


def told(kept: HostedProposal) -> ForgeProposal:
    """What the server keeps, as a forge tells it: each decision is a review of the head that its person saw."""
    states: dict[str, Literal["open", "merged"]] = {"open": "open", "merged": "merged"}
    is_merged = kept.state == "merged"
    return ForgeProposal(
        forge=HostedForge.name,
        id=kept.id,
        title=kept.title,
        state=states.get(kept.state, "closed"),
        opener=kept.opener,
        opened_at=kept.opened_at,
        target=kept.branch,
        head=kept.head,
        merged_at=kept.closed_at if is_merged else None,
        merge_commit=kept.merge_commit if is_merged else None,
        method="merge",
        contributors=(Contributor(source="opener", account=kept.opener),),
        reviews=tuple(_review(decision) for decision in kept.decisions),
        url=kept.url,
    )


def _review(decision: HostedDecision) -> ForgeReview:
    return ForgeReview(decision.id, decision.account, decision.decision, decision.at, decision.head)
