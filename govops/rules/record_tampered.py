"""The rule ``record-tampered``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding, Status
from govops.rule import HistoryFacts


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """Records of the evidence branch are written once, and never edited, removed or left out.

    ## Why it matters
    Evidence that can be changed afterwards proves nothing. Each recorder numbers its records and names the one
    before, so that an edit shows in the branch's history and a removed record shows as a gap, even on a branch that
    was rewritten.

    ## Example
    A later commit on `govops/evidence` deletes the receipt of a direct push; or the recorder's records go from 41 to
    43.

    ## How to fix it
    Restore the record from any clone that has it: the file's name is the digest of its content. Protect the evidence
    branch against force pushes and deletion, and find out whose push it was.
    """
    for sign in facts.tampering:
        yield Finding(
            "record-tampered",
            f"{sign.path}: {sign.what}" if sign.path else sign.what,
            Status.UNVERIFIABLE,
            hint="restore the evidence branch from a clone that has it, and protect it against force pushes",
            commit=sign.commit,
            path=sign.path or None,
            subject=sign.what,
        )
