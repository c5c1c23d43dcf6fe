"""What a fake forge knows of people, proposals and pushes, apart from how a forge spells it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class User:
    """An account; ``type`` is ``User`` or ``Bot``."""

    id: int
    login: str
    type: str = "User"


@dataclass(frozen=True)
class Made:
    """A commit of a proposal: headers are (name, email); ``user`` is whom the forge takes the author for."""

    oid: str
    message: str
    author: tuple[str, str]
    committer: tuple[str, str]
    user: User | None = None


@dataclass
class Seen:
    """A review; ``dismissed_at`` with ``told=False`` is a dismissal of which the forge has no event."""

    id: int
    user: User
    decision: Literal["approve", "reject", "comment"]
    at: str
    head: str | None
    dismissed_at: str | None = None
    dismissed_by: User | None = None
    told: bool = True


@dataclass
class Pull:
    """A pull or merge request. ``versions`` are (head, since when); ``count`` is how many commits it claims to have."""

    number: int
    title: str
    opener: User
    opened_at: str
    head: str
    base: str
    commits: list[Made]
    target: str = "main"
    branch: str = "proposal"
    reviews: list[Seen] = field(default_factory=list)
    versions: list[tuple[str, str]] = field(default_factory=list)
    forced_by: list[User] = field(default_factory=list)
    from_fork: bool = False
    closed: bool = False
    merged_at: str | None = None
    merger: User | None = None
    merge_commit: str | None = None
    method: str = ""
    count: int | None = None
    body: str = ""


@dataclass(frozen=True)
class Push:
    """A push to a branch of the repository."""

    branch: str
    before: str
    after: str
    user: User | None
    at: str
