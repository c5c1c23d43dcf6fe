"""The check ``missing-evidence``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding


def check(facts: Circumstances) -> Iterator[Finding]:
    """Where receipts are what proves a review, the evidence branch is here.

    ## Why it matters
    Without receipts no change can be established. Either nobody records them, or the clone has only one branch.

    ## How to fix it
    Fetch the branch, with the command of the hint. If the remote has none, set up a recorder and run `govops record`.
    """
    settings = facts.law.settings
    if settings.evidence.mode == "receipt" and facts.evidence_ref is None and facts.changed:
        branch = settings.evidence_branch
        fetch = f"{facts.clone.git} fetch origin {branch}:refs/remotes/origin/{branch}"
        yield Finding("missing-evidence", f"there is no evidence branch {branch} here", hint=fetch)
