"""GitHub's objects as facts. The REST API and webhooks write them alike, so both are read here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal

from govops.evidence.records import Account
from govops.forge.answers import Answered, Instant, Made, contributors
from govops.forge.protocol import ForgeProposal, ForgeReview, IncompleteEvidenceError, ReviewDecision

NAME = "github"
_GHOST = Account(forge=NAME, id="10137", login="ghost")  # what GitHub shows for an account that was deleted
_TYPES: Mapping[str, Literal["human", "bot"]] = {"User": "human", "Bot": "bot"}
_DECISIONS: Mapping[str, ReviewDecision] = {
    "approved": "approve",
    "changes_requested": "reject",
    "commented": "comment",
}


class User(Answered):
    """Somebody: ``id`` never changes, ``login`` can be given to someone else."""

    id: int
    login: str
    type: str = ""

    @property
    def account(self) -> Account:
        """The account, by its id; apps are ``Bot``, and so might be other kinds than ``User``."""
        return Account(forge=NAME, id=str(self.id), login=self.login, type=_TYPES.get(self.type, "unknown"))


class _Repository(Answered):
    id: int


class _End(Answered):
    ref: str
    sha: str
    repo: _Repository | None = None


class PullRequest(Answered):
    """``commits`` is how many it has: the list of them must be as long."""

    number: int
    title: str
    state: Literal["open", "closed"]
    merged: bool | None = None
    user: User | None
    created_at: Instant
    merged_at: Instant | None
    merged_by: User | None = None
    merge_commit_sha: str | None
    base: _End
    head: _End
    commits: int = 0
    html_url: str = ""

    @property
    def is_merged(self) -> bool:
        """Whether it says that it landed; what landed is another question."""
        return self.merged_at is not None

    @property
    def from_fork(self) -> bool:
        """Whether its head lies in another repository, or in one that is gone."""
        return self.head.repo is None or self.base.repo is None or self.head.repo.id != self.base.repo.id


class Review(Answered):
    """``state`` in either case: the REST API shouts, webhooks do not. PENDING ones are drafts without a time."""

    id: int
    user: User | None
    state: str
    submitted_at: Instant | None = None
    commit_id: str | None


class _Dismissed(Answered):
    state: str
    review_id: int


class Dismissal(Answered):
    """A ``review_dismissed`` event: tells what the review said before, which the review itself no longer does."""

    actor: User | None
    created_at: Instant
    dismissed_review: _Dismissed


class Actor(Answered):
    """An event that somebody made."""

    actor: User | None


class _Header(Answered):
    name: str | None
    email: str | None

    @property
    def pair(self) -> tuple[str, str]:
        return self.name or "", self.email or ""


class _Headers(Answered):
    message: str
    author: _Header | None
    committer: _Header | None


class PullCommit(Answered):
    """A commit of a pull request; ``author`` and ``committer`` are accounts, mapped by the addresses in its headers."""

    sha: str
    commit: _Headers
    author: User | dict[str, Any] | None  # an empty object where nobody has the address
    committer: User | dict[str, Any] | None

    @property
    def made(self) -> Made:
        """The same in the shape that all forges share."""
        nobody = ("", "")
        return Made(
            oid=self.sha,
            message=self.commit.message,
            author=self.commit.author.pair if self.commit.author else nobody,
            committer=self.commit.committer.pair if self.commit.committer else nobody,
            author_account=self.author.account if isinstance(self.author, User) else None,
            committer_account=self.committer.account if isinstance(self.committer, User) else None,
        )


class Activity(Answered):
    """A push to a branch, as GitHub's activity list has it."""

    before: str
    after: str
    activity_type: str
    timestamp: Instant
    actor: User | None


class Comment(Answered):
    """A comment of the conversation."""

    id: int
    body: str = ""
    user: User | None


def account(user: User | None) -> Account:
    """Who somebody is; a deleted account is the ghost, who is nobody's person."""
    return user.account if user else _GHOST


def reviews_of(reviews: Iterable[Review], dismissals: Iterable[Dismissal]) -> tuple[ForgeReview, ...]:
    """The submitted reviews, each with what it said before it was dismissed, when that was and by whom.

    Where no event tells of the dismissal, it counts as a dismissed approval at an unknown time.
    """
    events = {event.dismissed_review.review_id: event for event in dismissals}
    return tuple(_review(one, events.get(one.id)) for one in reviews if one.submitted_at is not None)


def _review(review: Review, event: Dismissal | None) -> ForgeReview:
    dismissed = review.state.lower() == "dismissed"
    said = "approved" if dismissed else review.state
    if dismissed and event:
        said = event.dismissed_review.state
    if said.lower() not in _DECISIONS:
        raise IncompleteEvidenceError(f"review {review.id} has a state that govops does not know: {said[:40]!a}")
    return ForgeReview(
        id=str(review.id),
        account=account(review.user),
        decision=_DECISIONS[said.lower()],
        at=review.submitted_at or "",
        head=review.commit_id,
        dismissed=dismissed,
        dismissed_at=event.created_at if dismissed and event else None,
        dismissed_by=event.actor.account if dismissed and event and event.actor else None,
    )


def proposal_of(
    pull: PullRequest, commits: Iterable[PullCommit], reviews: tuple[ForgeReview, ...], pushers: Iterable[Account]
) -> ForgeProposal:
    """The whole pull request. GitHub does not tell by which method one was merged."""
    return ForgeProposal(
        forge=NAME,
        id=str(pull.number),
        title=pull.title,
        state="merged" if pull.is_merged else pull.state,
        opener=account(pull.user),
        opened_at=pull.created_at,
        target=pull.base.ref,
        head=pull.head.sha,
        merged_at=pull.merged_at,
        merger=pull.merged_by.account if pull.merged_by else None,
        merge_commit=pull.merge_commit_sha if pull.is_merged else None,
        contributors=contributors((commit.made for commit in commits), pushers),
        reviews=reviews,
        from_fork=pull.from_fork,
        url=pull.html_url,
    )
