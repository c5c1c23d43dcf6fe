"""One shape for every forge: what govops asks of it, and the facts that it answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

from govops.errors import UndecidableError, UsageError
from govops.evidence.records import Account, Contributor, Method
from govops.history import Oid

ReviewDecision = Literal["approve", "reject", "comment"]
StatusState = Literal["pending", "success", "failure", "error"]


class IncompleteEvidenceError(UndecidableError):
    """The forge did not tell everything: a page is missing, a limit was hit, an answer was no JSON.

    Raised instead of answering with less, so that nobody takes "not told" for "no reviews".
    """


class NoProposalError(UsageError):
    """The forge has no proposal of this number, or does not show it."""


@dataclass(frozen=True, slots=True)
class ForgeReview:
    """One review as the forge stores it.

    ``head`` is the commit that was reviewed, None where the forge does not tell for sure. ``dismissed`` says whether it
    was withdrawn, ``dismissed_at`` when (None: not told) and ``dismissed_by`` by whom.
    """

    id: str
    account: Account
    decision: ReviewDecision
    at: str
    head: Oid | None
    dismissed: bool = False
    dismissed_at: str | None = None
    dismissed_by: Account | None = None


@dataclass(frozen=True, slots=True)
class ForgeProposal:
    """A pull or merge request with everyone who made it and every review, in the forge's order.

    ``id`` is the number as text. ``head`` is the current (when merged: the final) head, ``merge_commit`` the last
    commit that it left on the target branch, None while it is open. ``method`` is None where the forge does not tell;
    the history then does. ``contributors`` are authors, committers and co-authors of all its commits, and pushers
    where the forge tells; the opener is not repeated there. ``from_fork``: the head lies in another repository.
    """

    forge: str
    id: str
    title: str
    state: Literal["open", "merged", "closed"]
    opener: Account
    opened_at: str | None
    target: str
    head: Oid
    merged_at: str | None = None
    merger: Account | None = None
    merge_commit: Oid | None = None
    method: Method | None = None
    contributors: tuple[Contributor, ...] = ()
    reviews: tuple[ForgeReview, ...] = ()
    from_fork: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class BranchRules:
    """What the forge itself enforces on a branch; None where it does not tell."""

    requires_proposal: bool | None = None
    approvals: int | None = None
    dismisses_stale: bool | None = None
    blocks_force_push: bool | None = None
    blocks_deletion: bool | None = None
    required_checks: tuple[str, ...] | None = None
    admins_may_bypass: bool | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A pull or merge request that is asked for: from ``branch`` of the forge's repository into ``target``."""

    branch: str
    target: str
    title: str
    body: str = ""


class Opened(NamedTuple):
    """The number of a pull or merge request as text, and its page."""

    number: str
    url: str


class Forge(Protocol):
    """The few questions that govops has. Every answer is complete, or IncompleteEvidenceError.

    Times are ``YYYY-MM-DDTHH:MM:SSZ``. Tokens come from the environment and are never logged or put into a message.
    """

    name: str

    def proposal(self, number: str) -> ForgeProposal:
        """One proposal, all pages of its commits and reviews read; NoProposalError if there is none."""

    def proposals_of(self, commit: Oid) -> tuple[str, ...]:
        """Numbers of the merged or open proposals that contain or landed this commit, ascending; empty if none."""

    def pusher(self, commit: Oid, branch: str) -> tuple[Account | None, str | None]:
        """Who pushed the commit to the branch and when, each None where the forge does not tell."""

    def branch_rules(self, branch: str) -> BranchRules:
        """What protects a branch."""

    def comment(self, number: str, *, marker: str, body: str) -> None:
        """Write ``body`` (which contains ``marker``) as a comment of the proposal, or edit the own one that has it."""

    def set_status(self, commit: Oid, *, state: StatusState, context: str, description: str, url: str = "") -> None:
        """Post a commit status."""

    def open(self, request: Request) -> Opened:
        """Open a pull or merge request; the one that is open for these branches already, if there is one."""
