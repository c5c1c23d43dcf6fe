"""Examine a repository as it stands: gather the circumstances, make every check."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from govops.app.codeowners import FORGES, owners_at
from govops.app.codeowners.text import is_generated
from govops.diagnosis import Diagnosis
from govops.doctor import CHECKS
from govops.doctor.check import examine
from govops.doctor.circumstances import Circumstances, Clone, OwnersFile, Protection
from govops.evidence.recording import Recording, recording
from govops.evidence.records import Approval
from govops.forge.protocol import Forge, IncompleteEvidenceError
from govops.workspace.standing import Standing, read_standing

Connect = Callable[[str], Forge]
"""``repository`` of Settings -> the forge that holds it."""


@dataclass(frozen=True, slots=True)
class Patient:
    """What the caller asked for. ``as_of`` is an instant, None for the latest attested one."""

    repository: Path
    ref: str | None = None
    evidence_ref: str | None = None
    as_of: str | None = None
    as_of_clock: str = ""


def diagnose(asked: Patient, connect: Connect | None = None) -> Diagnosis:
    """Make every check; those of branch rules only where ``connect`` leads to a forge.

    UsageError for a repository that never adopted govops.
    """
    standing = read_standing(asked.repository, ref=asked.ref, evidence_ref=asked.evidence_ref)
    settings = standing.law.settings
    as_of = asked.as_of or _latest(standing)
    forge = connect(settings.repository) if connect else None
    facts = Circumstances(
        clone=_clone(standing),
        law=standing.law,
        ref=standing.protected.ref,
        tip=standing.protected.tip,
        trust=standing.trust,
        evidence_ref=standing.evidence.ref if standing.evidence else None,
        book=standing.records.book if standing.records else None,
        recording=_recording(standing),
        changed=standing.chain is None or len(standing.chain.steps) > standing.adopted + 1,
        as_of=as_of,
        owners=_owners(standing),
        protected=_protection(forge, settings.protected_branch) if forge else None,
        evidence=_protection(forge, settings.evidence_branch) if forge else None,
    )
    return Diagnosis(
        repository=settings.repository,
        ref=standing.protected.ref,
        tip=standing.protected.tip,
        evidence_ref=facts.evidence_ref,
        as_of=as_of,
        as_of_clock=asked.as_of_clock or "latest attested time",
        examined=examine(CHECKS, facts),
    )


def _clone(standing: Standing) -> Clone:
    location, why = standing.location, standing.cut_off
    return Clone(
        git=location.command("").rstrip(),
        is_partial=location.is_partial,
        has_commit_graph=location.has_commit_graph,
        cut_off=why.message if why else "",
        mend=why.hint if why else "",
        commits=len(standing.chain.steps) if standing.chain else 0,
    )


def _recording(standing: Standing) -> Recording | None:
    if standing.chain is None or standing.records is None:
        return None
    return recording(standing.records.book, standing.trust, standing.chain.steps, since=standing.adopted + 1)


def _owners(standing: Standing) -> OwnersFile | None:
    forge = standing.law.settings.forge.type
    if forge not in FORGES:
        return None
    found = owners_at(standing.tree, standing.law, forge)
    return OwnersFile(found.place, found.found, found.text, found.found is not None and is_generated(found.found))


def _protection(forge: Forge, branch: str) -> Protection:
    try:
        return Protection(branch, forge.branch_rules(branch))
    except IncompleteEvidenceError as error:
        return Protection(branch, None, error.message)


def _latest(standing: Standing) -> str | None:
    return max(_attested(standing), default=None)


def _attested(standing: Standing) -> Iterator[str]:
    """Times told of what has landed: by receipts that may count; where nobody waits for those, by known approvers."""
    if standing.chain is None or standing.records is None:
        return
    settings, trust, landed = standing.law.settings, standing.trust, frozenset(standing.chain.steps)
    for record, receipt in standing.records.book.receipts():
        if receipt.tip in landed and trust.accepts(record):
            yield receipt.landed_at or receipt.recorded_at
    for record in standing.records.book.records if settings.evidence.mode != "receipt" else ():
        given, known = record.payload, standing.law.people_at(f"key:{record.signer}")
        here = (settings.repository, settings.protected_branch)
        if isinstance(given, Approval) and known and (given.repository, given.branch) == here:
            yield given.at
