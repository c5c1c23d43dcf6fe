"""What goes in and what comes out, whichever way it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from govops.evidence.records import Account
from govops.history import Oid
from govops.outlook import Outlook

State = Literal["open", "merged", "rejected", "withdrawn", "conflicted"]


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who was authenticated: the User's name, and the account by which they are known.

    ``request`` is the id of what they ask now, for the log.
    """

    name: str
    account: Account
    request: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A change that somebody wants: files by path, None to delete one.

    ``expected`` are the blob ids that have to stand at paths (None: nothing may stand there) when it is proposed.
    """

    title: str
    files: Mapping[str, bytes | None]
    expected: Mapping[str, Oid | None] = field(default_factory=dict)
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A proposal, and how it stands. ``commit`` is what landed, None until then; ``is_new`` is False for a repetition.

    ``outlook`` is the gate's, None once it is closed. ``is_pushed`` is False while the forge has not got it,
    ``is_recorded`` while a receipt of what landed has still to be written.
    """

    id: str
    title: str
    state: State
    branch: str
    head: Oid
    opener: str
    opened_at: str
    outlook: Outlook | None = None
    commit: Oid | None = None
    url: str = ""
    is_new: bool = True
    is_pushed: bool = True
    is_recorded: bool = True


@dataclass(frozen=True, slots=True)
class Query:
    """What a list is asked: as it stood at ``as_of`` (a revision or an instant; None for now), the rows that have these
    values, ``limit`` of them, after those of the page that gave ``cursor``.
    """

    as_of: str | None = None
    filters: Mapping[str, str] = field(default_factory=dict)
    cursor: str | None = None
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, as the index at ``index_commit`` has it, which is ``lag`` commits behind the branch.

    ``next`` is the cursor of the following page, None on the last one.
    """

    items: tuple[Mapping[str, Any], ...]
    index_commit: Oid
    next: str | None = None
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """One thing. ``etag`` is the blob id of its file, empty where no single file says it."""

    body: Mapping[str, Any]
    index_commit: Oid
    etag: str = ""
    lag: int = 0


@dataclass(frozen=True, slots=True)
class Recorded:
    """Measurements that were appended: how many, and to which file."""

    file: str
    count: int
