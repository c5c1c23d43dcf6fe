"""A company in good health, and what a check says of it when one thing is wrong."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from govops.decision import Law
from govops.diagnosis import Examined
from govops.doctor import check_named
from govops.doctor.check import examine
from govops.doctor.circumstances import GATE, Circumstances, Clone, OwnersFile, Protection
from govops.evidence.book import EvidenceBook, Trust
from govops.evidence.recording import Recording
from govops.finding import Finding
from govops.forge.protocol import BranchRules
from tests.evidence.sample import BRANCH, REPOSITORY, receipt, recorded
from tests.support.cast import RECORDER, public_line
from tests.support.facts import oid
from tests.support.files import Content, company
from tests.support.files import File as Text
from tests.support.snapshot import snapshot_of

GOOD = BranchRules(
    requires_proposal=True,
    approvals=1,
    dismisses_stale=True,
    blocks_force_push=True,
    blocks_deletion=True,
    required_checks=(GATE,),
    admins_may_bypass=False,
)


def healthy(*edits: Text, **fields: Any) -> Circumstances:
    """A clone with everything in it, at a forge that was asked; ``edits`` change the company's files."""
    files: dict[str, Content] = company() | dict(edits)
    trust = Trust(((RECORDER, public_line(RECORDER)),), REPOSITORY, BRANCH)
    defaults: dict[str, Any] = {
        "clone": Clone("git -C here", commits=20),
        "law": Law(snapshot_of(files)),
        "ref": "refs/heads/main",
        "tip": oid("tip"),
        "trust": trust,
        "evidence_ref": "refs/heads/govops/evidence",
        "book": EvidenceBook([recorded(receipt())]),
        "recording": Recording(oid("tip")),
        "changed": True,
        "as_of": "2026-03-01T00:00:00Z",
        "owners": OwnersFile(".github/CODEOWNERS", "same\n", "same\n", is_generated=True),
        "protected": Protection("main", GOOD),
        "evidence": Protection("govops/evidence", replace(GOOD, requires_proposal=False)),
    }
    return Circumstances(**(defaults | fields))


def rules(branch: str = "main", **changed: Any) -> Protection:
    """What the forge says of a branch when some of it is not as it should be."""
    return Protection(branch, replace(GOOD, **changed))


def examined(identifier: str, facts: Circumstances) -> Examined:
    """One check, made as the doctor makes it."""
    check = check_named(identifier)
    assert check is not None, identifier
    (found,) = examine([check], facts)
    return found


def findings(identifier: str, facts: Circumstances) -> tuple[Finding, ...]:
    """What it found; it was not skipped."""
    found = examined(identifier, facts)
    assert not found.skipped
    return found.findings
