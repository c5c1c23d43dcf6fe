"""What an audit is given: the chain, the evidence, and questions that somebody else answers from git."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from govops.engine.keeping import Kept
from govops.evidence.book import EvidenceBook, Recorded, Tampering
from govops.evidence.coverage import NotMerged
from govops.evidence.expunging import Expunction
from govops.finding import Finding, Provenance
from govops.history import Chain, Entry, Oid, Past, Step
from govops.history.snapshot import Snapshot
from govops.kinds import Resource
from govops.kinds.custom import CustomKind, CustomResource


@dataclass(frozen=True, slots=True)
class Parsed:
    """A blob as the reader understood it at one path: a resource, or findings that say why not."""

    resource: Resource | CustomResource | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def is_missing(self) -> bool:
        """Whether the blob could not be had at all."""
        return any(finding.rule == "missing-object" for finding in self.findings)


class Texts(Protocol):
    """Content by object id, as rules ask for it."""

    def text(self, oid: Oid) -> bytes | None:
        """The blob's bytes, None when they cannot be had."""

    def position(self, oid: Oid, place: tuple[str | int, ...]) -> tuple[int, int] | None:
        """Line and column of a field, both from 1."""


class Documents(Texts, Protocol):
    """Content of the audited repository, by object id. Every answer is verified or absent."""

    def prefetch(self, oids: Iterable[Oid]) -> None:
        """Announce blobs that will be asked for soon, so that they are read in one go."""

    def load(self, path: str, entry: Entry, custom: tuple[CustomKind, ...], *, limit: int) -> Parsed:
        """The blob, read as the kind that may stand at ``path``; over ``limit`` bytes it is not read.

        Missing objects are findings.
        """

    def merge(self, base: Oid, ours: Oid, theirs: Oid) -> Oid | NotMerged:
        """The clean three-way merge of three blobs."""

    def tree(self, commit: Oid) -> Mapping[str, Entry] | None:
        """Every path of a commit's tree, None when it cannot be read."""

    def descends(self, commit: Oid, ancestor: Oid) -> bool:
        """Whether ``commit`` exists and has ``ancestor`` among its ancestors."""


@dataclass(frozen=True, slots=True)
class Until:
    """A point of the chain to look back at: after one of its commits, or as of an instant by attested time."""

    commit: Oid | None = None
    instant: str | None = None


@dataclass(frozen=True, slots=True)
class AuditFacts:
    """One audit. ``steps`` starts the walk anew each time it is called.

    ``external`` holds rules from outside the history (``--policies``); ``adoption`` pins the commit from
    which govops makes claims; only changes after ``first`` are reported. ``settled`` counts changes after the
    last recorded one as pending. ``junk`` are files of the evidence branch that are no records. ``until`` is
    where :func:`govops.engine.look` keeps what stood; by default the tip.

    ``keep_at`` is a commit after which :func:`govops.engine.audit` keeps what it knows. With ``kept`` (of the commit
    that ``past`` ends with) only later steps come, and ``fresh`` are the records that were not read then.

    ``new_since`` is the last commit whose findings do not decide the exit code; no judgement asks for it.

    ``moved`` and ``cut`` say what an earlier report knew otherwise, of the branch and of the evidence branch;
    ``rewrites`` are those that the book has been retold by.
    """

    chain: Chain
    steps: Callable[[], Iterable[Step]]
    documents: Documents
    book: EvidenceBook
    provenance: Provenance
    external: Snapshot | None = None
    adoption: Oid | None = None
    first: Oid | None = None
    settled: bool = False
    junk: tuple[str, ...] = ()
    as_of: str | None = None
    new_since: Oid | None = None
    until: Until = field(default_factory=Until)
    keep_at: Oid | None = None
    kept: Kept | None = None
    past: Past | None = None
    fresh: tuple[Recorded, ...] = ()
    moved: tuple[tuple[str, Oid], ...] = ()
    cut: tuple[Tampering, ...] = ()
    rewrites: tuple[Expunction, ...] = ()
    watch: Callable[[int, int], None] = field(default=lambda done, total: None)
