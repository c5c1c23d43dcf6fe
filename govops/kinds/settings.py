"""Settings: what a repository's history is judged with. The one file `policies/govops.yaml`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from govops.kinds import vocabulary
from govops.kinds.incident_words import CategoryWords, default_words
from govops.kinds.lists import Items, NonEmpty, Unique, UniqueNonEmpty
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Resource
from govops.kinds.reviews import Reviews
from govops.kinds.scalars import Address, BranchName, Email, Name, ObjectId, RepositoryId, SshKey, Text, TrailerKey
from govops.kinds.vocabulary import EvidenceType

LARGEST_FILE = 262_144


def _edition(name: str) -> str:
    """An edition that this version of govops has; looked up when asked, since tests add later ones."""
    known = vocabulary.EDITIONS
    if name not in known:
        raise ValueError(f"{quoted(name)} is no edition of the built-in rules that this govops has: {', '.join(known)}")
    return name


Edition = Annotated[str, AfterValidator(_edition), Field(json_schema_extra={"enum": list(vocabulary.EDITIONS)})]


class Forge(Part):
    """Where proposals are made."""

    type: Literal["github", "gitlab", "local", "none"] = Field(default="none", description="Which forge.")
    committers: Unique[Email] = Field(
        default=(), description="Addresses under which the forge itself commits; they are nobody's."
    )


class Trailers(Part):
    """Which trailers count as approval, and what makes them credible."""

    keys: UniqueNonEmpty[TrailerKey] = Field(description="The trailers that approve, such as `Reviewed-by`.")
    committers: Unique[Email] = Field(default=(), description="Committer addresses of the bot that writes them.")
    only_review_server: bool = Field(default=False, description="True if only a review server can write the branch.")

    @model_validator(mode="after")
    def _credible(self) -> Self:
        if not self.committers and not self.only_review_server:
            raise ValueError("anyone can type a trailer: name `committers`, or say `only_review_server: true`")
        return self


class Evidence(Part):
    """What counts as proof that somebody reviewed content."""

    mode: EvidenceType = Field(default="receipt", description="The evidence that every change must have.")
    accept: UniqueNonEmpty[EvidenceType] = Field(
        default=("receipt", "signature"), description="All evidence that counts; contains `mode`."
    )
    accept_unsigned: bool = Field(default=False, description="True lets unsigned records count, labelled weak.")
    contributors: Literal["attested", "claimed"] = Field(
        default="attested", description="`claimed` lets the names that git gives clear a contributor."
    )
    trailers: Trailers | None = Field(default=None, description="Needed where `trailer` is accepted.")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.mode not in self.accept:
            raise ValueError(f"mode {quoted(self.mode)} is not in `accept`")
        if "trailer" in self.accept and self.trailers is None:
            raise ValueError("`trailer` is accepted, so `trailers` must say which and what makes them credible")
        return self


class Recorder(Part):
    """A machine that writes receipts."""

    name: Name = Field(description="The name in its records.")
    key: SshKey = Field(description="The OpenSSH public key that signs them, one line.")


class Compromised(Part):
    """A key that somebody else may have had, a recorder's or a person's."""

    key: SshKey = Field(description="The OpenSSH public key, one line.")
    since: ObjectId = Field(
        description="The first change for which nothing that it signed is believed, by the id of its last commit."
    )
    reason: Text = Field(description="What happened.")


class Connection(Part):
    """Somebody who is asked for measurements. Passwords and tokens stand in the environment, never here."""

    name: Name = Field(description="The name by which agreements call it.")
    address: Address = Field(
        description="An https address of a Prometheus server, a database URL such as `postgresql://host/name`, or a "
        "folder as `file:///srv/measurements`; without a user name."
    )


class Limits(Part):
    """How large a governed file may be, and how long an exception may last."""

    file_bytes: int = Field(default=LARGEST_FILE, ge=1024, le=LARGEST_FILE, description="Bytes; at most 262144.")
    waiver_days: int = Field(default=90, ge=1, le=366, description="A waiver ends at most so many days after it lands.")


class SettingsSpec(Part):
    """What is protected, what proves a review, and who keeps the records."""

    repository: RepositoryId = Field(description="The id that evidence names, such as `local:acme/ai-governance`.")
    protected_branch: BranchName = Field(default="main", description="The branch whose history is judged.")
    evidence_branch: BranchName = Field(default="govops/evidence", description="The branch that holds the records.")
    edition: Edition = Field(description="The edition of the built-in rules.")
    forge: Forge = Field(default_factory=Forge, description="Where proposals are made.")
    evidence: Evidence = Field(default_factory=Evidence, description="What counts as proof of a review.")
    recorders: Items[Recorder] = Field(default=(), description="Who writes receipts, and with which keys.")
    compromised: Items[Compromised] = Field(default=(), description="Keys that are not believed from a change on.")
    tools: Unique[Email] = Field(default=(), description="Addresses of tools that commit; they are nobody's.")
    single_maintainer: bool = Field(default=False, description="True in a repository of one person; reports repeat it.")
    connections: Items[Connection] = Field(default=(), description="Where measurements may be asked for.")
    reviews: Reviews = Field(default_factory=Reviews, description="What is approved again, and how often.")
    incident_words: NonEmpty[CategoryWords] = Field(
        default_factory=default_words,
        description="The words from which an incident's category is derived, by falling weight; govops has some.",
    )
    limits: Limits = Field(default_factory=Limits, description="How large a file may be, how long a waiver may last.")

    @model_validator(mode="after")
    def _separate(self) -> Self:
        if self.protected_branch == self.evidence_branch:
            raise ValueError(f"{quoted(self.protected_branch)} cannot be both the protected and the evidence branch")
        keys = [" ".join(recorder.key.split()[:2]) for recorder in self.recorders]
        if len(set(keys)) < len(keys):
            raise ValueError("two recorders share a key")
        names = [connection.name for connection in self.connections]
        if len(set(names)) < len(names):
            raise ValueError("two connections share a name")
        return self


class Settings(Resource):
    """How this repository is governed. Its first commit is the adoption: before it, govops claims nothing."""

    kind: Literal["Settings"] = Field(description="What the document describes.")
    spec: SettingsSpec = Field(description="The settings.")
