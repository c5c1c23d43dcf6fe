"""What holds of the evidence branch by itself: each record, and each recorder's chain. No change is judged."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from govops.errors import ExitCode
from govops.evidence.book import EvidenceBook, Recorded, Trust, breaks
from govops.evidence.records import Chained, Personal
from govops.evidence.signature import same_key
from govops.finding import Finding, Severity, Status, exit_code
from govops.history import Oid
from govops.kinds.quoting import quoted

PeopleAt = Callable[[str], tuple[str, ...]]
"""Address -> names of the Users who have it."""

TYPES = ("receipt", "approval", "proposal", "incident", "tombstone", "checkpoint", "escalation")


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """One record. ``by`` is the recorder or person that it names, ``signer`` the fingerprint of the key that signed it.

    ``rule`` and ``doubt`` say why it would count for nothing; both are empty where it may count.
    """

    path: str
    id: str
    type: str
    by: str
    sequence: int | None = None
    signer: str = ""
    rule: str = ""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class RecorderChain:
    """One recorder: its records that hold, their first and last number, and where its chain is broken.

    ``last_tip`` and ``last_at`` are what its last record tells of and when it was made. ``former`` are those of its
    records whose key Settings named once and do not name now.
    """

    name: str
    records: int = 0
    former: int = 0
    first: int | None = None
    last: int | None = None
    last_tip: Oid | None = None
    last_at: str | None = None
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """What holds of the evidence branch, by the keys that Settings of the protected branch ``ref`` ever named and by
    those that User files name at its ``tip``.

    ``last_recorded`` is the last commit of that branch that has a receipt which counts, ``unrecorded`` how many come
    after it, ``missing`` how many before it (and after the adoption) have none.
    """

    repository: str
    ref: str
    tip: Oid
    evidence_ref: str
    evidence_tip: Oid
    recorders: tuple[RecorderChain, ...]
    records: tuple[CheckedRecord, ...]
    findings: tuple[Finding, ...]
    last_recorded: Oid | None
    unrecorded: int
    missing: int

    def exit_code(self, fail_on: Severity) -> ExitCode:
        """0, 1 where a finding reaches the threshold, 3 where something does not hold or cannot be told."""
        return exit_code(self.findings, fail_on)


def check_records(book: EvidenceBook, trust: Trust, people_at: PeopleAt) -> Iterator[CheckedRecord]:
    """Every record, in the order of ids."""
    for record in book.records:
        payload = record.payload
        kind = payload.type.split("/")[1]
        path = f"{kind}s/{record.id[:2]}/{record.id}.json"
        signer = fingerprint(record.signer) if record.signer else ""
        if isinstance(payload, Personal):
            rule, doubt = _of_person(record, payload, trust, people_at)
            yield CheckedRecord(path, record.id, kind, payload.person, None, signer, rule, doubt)
        else:
            rule, doubt = ("", "") if trust.accepts(record) else ("evidence-untrusted", _of_recorder(record, trust))
            yield CheckedRecord(path, record.id, kind, payload.recorder, payload.sequence, signer, rule, doubt)


def check_chains(book: EvidenceBook, trust: Trust, current: Collection[str]) -> Iterator[RecorderChain]:
    """Every recorder that Settings ever named or a counting record names, by name; ``current`` are today's keys."""
    chains = book.chains(trust)
    for name in sorted({name for name, _ in trust.recorders} | chains.keys()):
        chain = chains.get(name)
        if chain is None:
            yield RecorderChain(name)
            continue
        records = [record for found in chain.values() for record in found]
        final = chain[max(chain)][-1].payload
        assert isinstance(final, Chained)  # noqa: S101  a chain holds nothing else
        yield RecorderChain(
            name,
            records=len(records),
            former=sum(1 for r in records if r.signer and not any(same_key(key, r.signer) for key in current)),
            first=min(chain),
            last=max(chain),
            last_tip=final.tip,
            last_at=final.recorded_at,
            breaks=breaks(name, chain),
        )


def doubts(book: EvidenceBook, checked: Iterable[CheckedRecord], unrecorded: Collection[Oid]) -> Iterator[Finding]:
    """A finding on each record that would not count.

    It leaves something open where it is the receipt of one of the ``unrecorded`` commits; whatever nobody needs is a
    warning, as junk is.
    """
    needed = {record.id for record, receipt in book.receipts() if receipt.tip in unrecorded}
    for record in checked:
        if record.doubt:
            is_open = record.id in needed
            yield Finding(
                record.rule,
                f"the {record.type} by {quoted(record.by)} would count for nothing: {record.doubt}",
                Status.UNVERIFIABLE if is_open else Status.WARN,
                Severity.CRITICAL if is_open else Severity.INFO,
                hint="see who pushed it, and leave it there; `govops audit` decides whether a change waits for it",
                path=record.path,
                evidence=(record.id,),
            )


def fingerprint(key: str) -> str:
    """A public key (line) as ``ssh-keygen -l`` shows it: ``SHA256:…``."""
    digest = hashlib.sha256(base64.b64decode(key.split()[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode('ascii').rstrip('=')}"


def _of_recorder(record: Recorded, trust: Trust) -> str:
    payload = record.payload
    if (payload.repository, payload.branch) != (trust.repository, trust.branch):
        return _elsewhere(payload.repository, payload.branch)
    if record.signer is None:
        return "it bears no signature that holds"
    return f"Settings never named such a recorder with the key {fingerprint(record.signer)}"


def _of_person(record: Recorded, payload: Personal, trust: Trust, people_at: PeopleAt) -> tuple[str, str]:
    if record.signer is None:
        return "evidence-untrusted", "it bears no signature that holds"
    if (payload.repository, payload.branch) != (trust.repository, trust.branch):
        return "evidence-untrusted", _elsewhere(payload.repository, payload.branch)
    people = people_at(f"key:{record.signer}")
    if not people:
        return "approver-unknown", f"the key {fingerprint(record.signer)} is no User's"
    if people != (payload.person,):
        return "signer-mismatch", f"it is signed with a key of {' and '.join(people)}"
    return "", ""


def _elsewhere(repository: str, branch: str) -> str:
    return f"it is of branch {quoted(branch)} of {quoted(repository)}"
