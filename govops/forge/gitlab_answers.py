"""GitLab's objects as facts: merge requests, approvals that name no commit, and notes that tell the rest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from govops.evidence.records import Account, Method
from govops.forge.answers import Answered, Instant, Made
from govops.forge.protocol import ForgeReview, IncompleteEvidenceError
from govops.history import Oid

NAME = "gitlab"
STATES: Mapping[str, Literal["open", "merged", "closed"]] = {
    "opened": "open",
    "locked": "open",  # being merged at this moment
    "merged": "merged",
    "closed": "closed",
}

_APPROVED = "approved this merge request"  # system notes, which only GitLab itself writes
_WITHDRAWN = "unapproved this merge request"
_REJECTED = "requested changes"


class User(Answered):
    """Somebody: ``id`` never changes. ``bot`` is told by the call for one user only."""

    id: int
    username: str
    bot: bool | None = None


class MergeRequest(Answered):
    """``sha`` is its head; which commit landed depends on how the project merges."""

    iid: int
    title: str
    state: Literal["opened", "closed", "locked", "merged"]
    author: User | None
    created_at: Instant
    merged_at: Instant | None = None
    merge_user: User | None = None
    merged_by: User | None = None  # what older versions call it
    source_branch: str
    target_branch: str
    source_project_id: int | None
    target_project_id: int
    sha: str | None
    merge_commit_sha: str | None
    squash_commit_sha: str | None
    web_url: str = ""

    @property
    def landed(self) -> tuple[Oid | None, Method | None]:
        """The last commit that it left on the target branch, and how it came there."""
        if self.state != "merged":
            return None, None
        if self.squash_commit_sha:
            return self.merge_commit_sha or self.squash_commit_sha, "squash"
        return (self.merge_commit_sha, "merge") if self.merge_commit_sha else (self.sha, "fast-forward")


class MergeCommit(Answered):
    """A commit of a merge request."""

    id: str
    message: str
    author_name: str
    author_email: str
    committer_name: str
    committer_email: str

    @property
    def made(self) -> Made:
        """The same in the shape that all forges share. GitLab maps no accounts."""
        return Made(
            oid=self.id,
            message=self.message,
            author=(self.author_name, self.author_email),
            committer=(self.committer_name, self.committer_email),
        )


class Version(Answered):
    """What a push made of the merge request."""

    head_commit_sha: str
    created_at: Instant


class Approval(Answered):
    """An approval that stands; ``approved_at`` is told by newer versions only."""

    user: User
    approved_at: Instant | None = None


class Approvals(Answered):
    """All that stand."""

    approved_by: list[Approval]


class Note(Answered):
    """A comment, or with ``system`` what GitLab says of somebody's deed."""

    id: int
    body: str
    system: bool = False
    author: User | None
    created_at: Instant


class _PushData(Answered):
    ref: str | None
    commit_to: str | None
    ref_type: str = "branch"


class Event(Answered):
    """Something that somebody did in the project; with ``push_data`` a push."""

    id: int
    author: User | None = None
    created_at: Instant | None = None
    push_data: _PushData | None = None


class _Access(Answered):
    access_level: int | None


class ProtectedBranch(Answered):
    """``name`` may hold wildcards. Access level 0 is nobody."""

    name: str
    allow_force_push: bool = False
    push_access_levels: list[_Access]


class ApprovalRule(Answered):
    """How many approvals a rule asks for, and on which branches: none named means all."""

    approvals_required: int
    applies_to_all_protected_branches: bool = False
    protected_branches: list[dict[str, Any]] = Field(default_factory=list)

    def covers(self, names: Iterable[str]) -> bool:
        """Whether it holds on a branch that is protected under any of these names."""
        if self.applies_to_all_protected_branches or not self.protected_branches:
            return True
        return any(branch.get("name") in set(names) for branch in self.protected_branches)


class ApprovalSettings(Answered):
    """The project's own word on stale approvals."""

    reset_approvals_on_push: bool | None = None


def reviews_of(
    approvals: Sequence[Approval], notes: Sequence[Note], versions: Sequence[Version], accounts: Mapping[int, Account]
) -> tuple[ForgeReview, ...]:
    """Decisions in the order of their times: approvals that stand, approvals that stood, and requests for changes.

    An approval that no longer stands was withdrawn by its giver's next note, else by the next version.
    """
    deeds = sorted((note for note in notes if note.system and note.author), key=lambda note: (note.created_at, note.id))
    standing = {approval.user.id: approval for approval in approvals}
    found = [_rejected(note, versions, accounts) for note in deeds if note.body == _REJECTED]
    noted = set[int]()
    for note in reversed(deeds):
        who = note.author.id if note.author else 0
        if note.body == _APPROVED and who in standing and who not in noted:
            noted.add(who)
            found.append(_standing(standing[who], versions, accounts, f"note-{note.id}", note.created_at))
        elif note.body == _APPROVED:
            found.append(_withdrawn(note, deeds, versions, accounts))
    found += [_standing(standing[who], versions, accounts, f"approval-{who}", None) for who in standing.keys() - noted]
    return tuple(sorted(found, key=lambda review: (review.at, review.id)))


def head_at(versions: Sequence[Version], at: str) -> Oid | None:
    """The head that stood at an instant; None if none did yet, or if it changed within that very second."""
    if any(version.created_at == at for version in versions):
        return None
    before = [version for version in versions if version.created_at < at]
    latest = max((version.created_at for version in before), default="")
    heads = {version.head_commit_sha for version in before if version.created_at == latest}
    return heads.pop() if len(heads) == 1 else None


def _standing(
    approval: Approval, versions: Sequence[Version], accounts: Mapping[int, Account], id_: str, noted: str | None
) -> ForgeReview:
    at = approval.approved_at or noted
    if at is None:
        raise IncompleteEvidenceError(
            f"GitLab does not tell when account {approval.user.id} approved", hint="newer versions of GitLab tell it"
        )
    return ForgeReview(id_, accounts[approval.user.id], "approve", at, head_at(versions, at))


def _rejected(note: Note, versions: Sequence[Version], accounts: Mapping[int, Account]) -> ForgeReview:
    who = note.author.id if note.author else 0
    return ForgeReview(f"note-{note.id}", accounts[who], "reject", note.created_at, head_at(versions, note.created_at))


def _withdrawn(
    note: Note, deeds: Sequence[Note], versions: Sequence[Version], accounts: Mapping[int, Account]
) -> ForgeReview:
    account = accounts[note.author.id if note.author else 0]
    own = [
        later.created_at
        for later in deeds
        if later.body == _WITHDRAWN and later.author == note.author and later.created_at >= note.created_at
    ]
    pushed = [version.created_at for version in versions if version.created_at >= note.created_at]
    at = min([*own, *pushed], default=None)
    return ForgeReview(
        id=f"note-{note.id}",
        account=account,
        decision="approve",
        at=note.created_at,
        head=head_at(versions, note.created_at),
        dismissed=True,
        dismissed_at=at,
        dismissed_by=account if at in own else None,
    )
