"""The check ``late-receipts``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding


def check(facts: Circumstances) -> Iterator[Finding]:
    """The newest commits of the protected branch are recorded.

    ## Why it matters
    Right after a push the recorder may still be at work. If it stays behind, it has stopped, and what forges forget
    (a review of a deleted account, a force-pushed head) is lost with every day.

    ## How to fix it
    See why the recorder's job does not run, and run `govops record`: it takes up where it stopped.
    """
    if facts.law.settings.evidence.mode != "receipt" or facts.evidence_ref is None or facts.recording is None:
        return
    pending = facts.recording.pending
    if pending:
        since = f"after {facts.recording.last[:12]}" if facts.recording.last else "since the adoption"
        message = f"{len(pending)} commit(s) of {facts.ref} {since} have no receipt yet"
        yield Finding("late-receipts", message, hint="run `govops record`", commit=pending[0])
