"""Verify the evidence branch by itself: append-only, chains, signatures, schema."""

from __future__ import annotations

from pathlib import Path

from govops.engine import Checks
from govops.errors import UndecidableError
from govops.evidence.book import EvidenceBook, Trust
from govops.evidence.recording import recording
from govops.evidence.verification import Verification, check_chains, check_records, doubts
from govops.finding import Finding
from govops.history import Chain
from govops.rule import HistoryFacts
from govops.rules import RULES
from govops.workspace.files import TreeDocuments
from govops.workspace.standing import Standing, read_standing


def verify(repository: Path, *, ref: str | None = None, evidence_ref: str | None = None) -> Verification:
    """Verify every record: a recorder's by the keys that Settings ever named, a person's by the User files at the tip.

    Whether an approved change had named a key is for the audit to decide.

    UndecidableError where there is no evidence branch, or the clone does not hold it whole.
    """
    standing = read_standing(repository, ref=ref, evidence_ref=evidence_ref)
    if standing.cut_off is not None:
        raise standing.cut_off
    if standing.evidence is None or standing.records is None or standing.chain is None:
        branch = standing.law.settings.evidence_branch
        raise UndecidableError(
            f"there is no evidence branch {branch} here",
            hint=f"fetch it: git fetch origin {branch}:refs/remotes/origin/{branch}",
        )
    book, trust = standing.records.book, standing.trust
    records = tuple(check_records(book, trust, standing.law.people_at))
    recorded = recording(book, trust, standing.chain.steps, since=standing.adopted + 1)
    waits = standing.law.settings.evidence.mode == "receipt"
    open_ = frozenset((*recorded.gaps, *recorded.pending)) if waits else frozenset()
    return Verification(
        repository=standing.law.settings.repository,
        ref=standing.protected.ref,
        tip=standing.protected.tip,
        evidence_ref=standing.evidence.ref,
        evidence_tip=standing.evidence.tip,
        recorders=tuple(check_chains(book, trust, standing.current)),
        records=records,
        findings=(*_of_branch(standing, standing.chain, book, trust), *doubts(book, records, open_)),
        last_recorded=recorded.last,
        unrecorded=len(recorded.pending),
        missing=len(recorded.gaps),
    )


def _of_branch(standing: Standing, chain: Chain, book: EvidenceBook, trust: Trust) -> tuple[Finding, ...]:
    """What the audit's own rules say of the branch as a whole."""
    junk = standing.records.junk if standing.records else ()
    positions = {oid: place for place, oid in enumerate(chain.steps)}
    tampering = (*book.tampering, *book.broken_chains(trust, positions))
    facts = HistoryFacts(chain.tip, tampering, junk=junk)
    return tuple(Checks(RULES, TreeDocuments(standing.tree)).history(facts))
