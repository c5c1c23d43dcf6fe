"""Proposals that a server of ours keeps, where there is no other forge: who opened them, and who decided what."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from govops.evidence.records import Account
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
