"""Records of who was told of what: read from the evidence branch, and written to it once for each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from govops.errors import GovopsError, UndecidableError
from govops.evidence.book import EvidenceBook, Trust
from govops.evidence.records import Escalation, signed_bytes, spelled
from govops.git import CleanRoom
from govops.workspace.evidence import read_evidence
from govops.workspace.journal import Appended, Journal, Signed
from govops.workspace.keys import SigningKey
from govops.workspace.recorded import Stood, look
from govops.workspace.standing import read_standing

Told = tuple[str, int, str, str]
"""A rule, the minutes of its step, what it was about, and who was told, as the rule names them."""


@dataclass(frozen=True, slots=True)
class Done:
    """One delivery that was accepted: what the record says of it."""

    rule: str
    after_minutes: int
    subject: str
    notified: tuple[str, ...]
    due_at: str
    as_of: str
    tip: str
    key: str
    status: int

    @property
    def told(self) -> frozenset[Told]:
        """Each of those who were told."""
        return frozenset((self.rule, self.after_minutes, self.subject, entry) for entry in self.notified)


def told(
    repository: Path, *, ref: str | None = None, evidence_ref: str | None = None, remote: str | None = None
) -> frozenset[Told]:
    """Who was told of what, by records of recorders that Settings ever named: here, and where ``remote`` last was."""
    standing = read_standing(repository, ref=ref, evidence_ref=evidence_ref)
    trust, here = standing.trust, standing.records.book if standing.records else EvidenceBook()
    found = list(_trusted(here, trust))
    if remote is not None:
        found += _recorded(repository, f"refs/remotes/{remote}/{standing.law.settings.evidence_branch}", trust) or ()
    return frozenset(one for done in found for one in done.told)


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Writes to one repository's evidence branch. ``remote`` is where it is pushed, None to keep it here."""

    repository: Path
    key: SigningKey
    remote: str | None = None
    ref: str | None = None

    def begin(self) -> Stood:
        """What stands, with the records that the remote has by now.

        UsageError if the key is no recorder's; UndecidableError where the remote cannot be reached: then nobody knows
        what was told already.
        """
        with CleanRoom.open(self.repository) as room:
            stood = look(room, self.ref, self.key.public)
        try:
            Journal(self.repository, stood.settings.evidence_branch, self.remote).begin()
        except GovopsError as error:
            raise UndecidableError(f"nobody knows what was told already: {error.message}", hint=error.hint) from error
        return stood

    def write(self, done: Done, stood: Stood) -> Appended:
        """Say that this was delivered, unless a record says so already.

        What was recorded here and never reached the remote goes along.
        """

        def write() -> Iterable[Signed]:
            there = stood.receipts(self.repository, self.remote)
            number, previous = there.following
            for one in self._lacking(done, stood):
                record = _record(one, stood, number, previous)
                number, previous = number + 1, spelled(record).id
                yield Signed(record, self.key.sign(signed_bytes(record)))

        return Journal(self.repository, stood.settings.evidence_branch, self.remote).append(write)

    def _lacking(self, done: Done, stood: Stood) -> Iterator[Done]:
        """What the branch that grows has no record of."""
        branch = stood.settings.evidence_branch
        here = _recorded(self.repository, f"refs/heads/{branch}", stood.trust) or ()
        there = _recorded(self.repository, f"refs/remotes/{self.remote}/{branch}", stood.trust) if self.remote else None
        known = {one for other in (here if there is None else there) for one in other.told}
        for one in (*here, done):
            if not one.told <= known:
                known |= one.told
                yield one


def _recorded(repository: Path, name: str, trust: Trust) -> tuple[Done, ...] | None:
    """The deliveries that trusted records on this ref tell of; None where it is not there."""
    with CleanRoom.open(repository) as room:
        tip = room.ref(name)
        return None if tip is None else tuple(_trusted(read_evidence(room, tip).book, trust))


def _trusted(book: EvidenceBook, trust: Trust) -> Iterator[Done]:
    for record, told in book.escalations():
        if trust.accepts(record):
            yield Done(**{name: getattr(told, name) for name in Done.__dataclass_fields__})


def _record(done: Done, stood: Stood, number: int, previous: str | None) -> Escalation:
    return Escalation(
        type="govops/escalation/v1",
        **stood.chained(number, previous),
        **{name: getattr(done, name) for name in Done.__dataclass_fields__},
    )
