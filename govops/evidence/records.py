"""The records of the evidence branch: what is written in them, their ids and their signed bytes.

A record is one canonical JSON file, ``{"payload": …, "signature": …}``, at
``<type>s/<first two digits of id>/<id>.json`` where ``id`` is the SHA-256 of the canonical payload. The
signature is an armoured SSH signature over the canonical payload in the namespace ``govops-v1``. The
format is documented in ``docs/reference/evidence.md``.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Annotated, Any, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from govops.history.snapshot import account_address
from govops.kinds.incident_words import Category
from govops.kinds.scalars import LARGEST_INTEGER, ResourceName
from govops.kinds.vocabulary import IncidentSeverity

NAMESPACE = "govops-v1"

# Pydantic matches with the regex crate, whose `$` is the end of the text and never the place before a newline.


def _real_instant(text: str) -> str:
    datetime.fromisoformat(text)  # ValueError for 30 February
    return text


ObjectId = Annotated[str, StringConstraints(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Instant = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"),
    AfterValidator(_real_instant),
]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
Method = Literal["merge", "squash", "rebase", "fast-forward"]
RepositoryPath = Annotated[str, StringConstraints(min_length=1, max_length=4096)]


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, strict=True, extra="forbid", defer_build=True)  # none is read by `validate`


class FileState(_Record):
    """A path's content at one commit: git's mode (``100644``) and the blob's id."""

    mode: Annotated[str, StringConstraints(pattern=r"^[0-7]{6}$")]
    oid: ObjectId


class Subject(_Record):
    """What an approval covers: one path's step from the merge base to the reviewed head; null is absent."""

    path: RepositoryPath
    old: FileState | None
    new: FileState | None


class ContextBlob(_Record):
    """A file that a reviewed one refers to, as the reviewer saw it (``oid`` null: it was absent)."""

    path: RepositoryPath
    oid: ObjectId | None


class Account(_Record):
    """Somebody as a forge knows them: ``id`` is immutable, ``login`` is for display only.

    ``type`` is what the forge says of the account; ``unknown`` where it says nothing. The forge ``ssh`` knows people by
    their public keys.
    """

    forge: Text
    id: Text
    login: str = ""
    type: Literal["human", "bot", "unknown"] = "unknown"

    @property
    def address(self) -> str:
        """How the registry recognises whose account it is."""
        return account_address(self.forge, self.id)


class Contributor(_Record):
    """Someone who made part of the proposal, by forge account or by the names that git claims."""

    source: Literal["opener", "author", "committer", "co-author", "pusher"]
    account: Account | None = None
    name: str = ""
    email: str = ""

    @model_validator(mode="after")
    def _somebody(self) -> Self:
        if self.account is None and not self.email and not self.name:
            raise ValueError("a contributor needs an account, a name or an email")
        return self


class Dismissal(_Record):
    """A review was withdrawn; ``at`` is null when the forge does not tell when."""

    at: Instant | None
    by: Account | None = None


class Review(_Record):
    """One review as the forge stores it. ``subjects`` and ``context`` are what stood at ``head``.

    ``subjects`` is null when that cannot be told any more (the commit is gone), ``head`` too when the forge does not
    tell which commit was reviewed.
    """

    id: Text
    account: Account
    decision: Literal["approve", "reject", "comment"]
    at: Instant
    head: ObjectId | None
    subjects: tuple[Subject, ...] | None
    context: tuple[ContextBlob, ...] = ()
    dismissed: Dismissal | None = None

    @model_validator(mode="after")
    def _of_a_head(self) -> Self:
        if self.head is None and self.subjects is not None:
            raise ValueError("what was reviewed cannot be known where the reviewed head is not")
        return self


class Proposal(_Record):
    """A pull or merge request. ``subjects`` are its own difference, merge base to final head."""

    forge: Text
    id: Text
    title: str = ""
    opener: Account
    opened_at: Instant | None = None
    merger: Account | None = None
    method: Method
    merge_bases: Annotated[tuple[ObjectId, ...], Field(min_length=1)]
    head: ObjectId
    subjects: tuple[Subject, ...]
    contributors: tuple[Contributor, ...]
    reviews: tuple[Review, ...] = ()


class _Chained(_Record):
    """What every record of a recorder carries: its place in the recorder's own chain."""

    recorder: Text
    sequence: Annotated[int, Field(ge=0)]
    previous: Digest | None
    recorded_at: Instant
    repository: Text
    branch: Text


class Receipt(_Chained):
    """What was known of one change after it landed: from ``base`` (its first parent) to ``tip``.

    ``proposal`` is null for a direct push, whose ``pusher`` the forge may know. ``landed_at`` is the
    forge's time of the merge or push, null where nobody told.
    """

    type: Literal["govops/receipt/v1"]
    base: ObjectId | None
    tip: ObjectId
    landed_at: Instant | None = None
    backfilled: bool = False
    pusher: Account | None = None
    proposal: Proposal | None


class Approval(_Record):
    """A person's own signed decision about content; needs no recorder and no chain.

    ``person`` is the User's name; the signature must be by one of that person's keys. ``at`` is the
    signer's word; ``context`` as in a Review.
    """

    type: Literal["govops/approval/v1"]
    repository: Text
    branch: Text
    person: Text
    decision: Literal["approve", "reject"]
    role: str = ""
    reason: str = ""
    at: Instant
    merge_base: ObjectId
    head: ObjectId
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)]
    context: tuple[ContextBlob, ...] = ()


class SignedProposal(_Record):
    """A person's own signed proposal of content, where no forge attests who opened it.

    ``name`` is the proposal's branch without its prefix; a later one of the same name takes the place of this one.
    """

    type: Literal["govops/proposal/v1"]
    repository: Text
    branch: Text
    name: Text
    person: Text
    title: str = ""
    at: Instant
    merge_base: ObjectId
    head: ObjectId
    subjects: Annotated[tuple[Subject, ...], Field(min_length=1)]


class IncidentReport(_Record):
    """A person's own signed report of an incident. It takes effect as it stands here; a file follows by a change.

    ``name`` is the Incident's, ``resource`` and ``related`` (``Kind/name``) what it is about; ``category`` is empty
    where it is to be derived. ``at`` is the signer's word.
    """

    type: Literal["govops/incident/v1"]
    repository: Text
    branch: Text
    person: Text
    name: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    severity: IncidentSeverity
    category: Category | Literal[""] = ""
    title: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    resource: ResourceName
    related: Annotated[tuple[ResourceName, ...], Field(max_length=100)] = ()
    affected_count: Annotated[int, Field(ge=0, le=LARGEST_INTEGER)] = 0
    at: Instant


class ReplacedCommit(_Record):
    """A commit of the old history, and the one that stands in its place."""

    old: ObjectId
    new: ObjectId


class ReplacedContent(_Record):
    """A path's content that had to go (a blob's id), and what is there instead; ``new`` null: nothing."""

    path: RepositoryPath
    old: ObjectId
    new: ObjectId | None


class Tombstone(_Record):
    """A person's signed word that a history was rewritten for a reason, and what replaces what.

    It takes the same word of two people who may change policies. Content of policies, people, roles and control files
    cannot be replaced.
    """

    type: Literal["govops/tombstone/v1"]
    repository: Text
    branch: Text
    person: Text
    reason: Text
    at: Instant
    commits: Annotated[tuple[ReplacedCommit, ...], Field(min_length=1)]
    content: tuple[ReplacedContent, ...] = ()


class Checkpoint(_Chained):
    """A tip that a recorder had verified: helps speed, proves nothing by itself."""

    type: Literal["govops/checkpoint/v1"]
    tip: ObjectId
    report: Digest


class Escalation(_Chained):
    """Somebody was told of an open violation or incident: a step of an EscalationRule was delivered.

    ``tip`` is the commit whose rule asked for it, ``subject`` what it was about (``Kind/name``), ``notified`` who was
    told, as the rule names them. ``key`` is the one by which the receiver knows the delivery, ``status`` its answer.
    """

    type: Literal["govops/escalation/v1"]
    tip: ObjectId
    rule: Text
    after_minutes: Annotated[int, Field(ge=0)]
    subject: Text
    notified: Annotated[tuple[Text, ...], Field(min_length=1)]
    due_at: Instant
    as_of: Instant
    key: Digest
    status: Annotated[int, Field(ge=200, le=299)]


Personal = Approval | SignedProposal | Tombstone | IncidentReport
"""What people sign themselves, without a chain."""
Chained = Receipt | Checkpoint | Escalation
"""What recorders sign, each record with its place in the recorder's own chain; it names a commit of the branch."""
Record = Chained | Personal
Payload = Annotated[Record, Field(discriminator="type")]


class Envelope(_Record):
    """One record file. ``signature`` is null for an unsigned record."""

    payload: Payload
    signature: str | None = None


def canonical(value: Any) -> bytes:
    """The one spelling of a JSON value: sorted keys, no white space, ASCII escapes, no floats."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode("ascii")


def signed_bytes(payload: Record) -> bytes:
    """The bytes that a signature covers, and whose SHA-256 is the record's id."""
    return canonical(payload.model_dump())


class Spelled(NamedTuple):
    """A payload as it is written: the bytes that a signature covers, the record's id, and its path on the branch."""

    signed: bytes
    id: str
    path: str


def spelled(payload: Record) -> Spelled:
    """All that follows from the canonical payload, which is made once."""
    signed = signed_bytes(payload)
    name = hashlib.sha256(signed).hexdigest()
    folder = payload.type.split("/")[1] + "s"
    return Spelled(signed, name, f"{folder}/{name[:2]}/{name}.json")


def enveloped(signed: bytes, signature: str | None) -> bytes:
    """The whole file: the canonical envelope around a canonical payload, and a newline."""
    return b'{"payload":%b,"signature":%b}\n' % (signed, canonical(signature))


def record_id(payload: Record) -> str:
    """SHA-256 of the canonical payload, 64 hex digits."""
    return spelled(payload).id


def record_path(payload: Record) -> str:
    """Where the record stands on the evidence branch."""
    return spelled(payload).path


def record_bytes(payload: Record, signature: str | None) -> bytes:
    """The record's whole file."""
    return enveloped(signed_bytes(payload), signature)
