"""The check ``missing-receipts``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding


def check(facts: Circumstances) -> Iterator[Finding]:
    """No commit that lies before a recorded one is without a receipt.

    ## Why it matters
    A recorder that writes one receipt for every change leaves no gap. A gap is a change that an audit cannot
    establish, and that nobody may have noticed.

    ## How to fix it
    Run `govops record`, which writes what is missing and labels it backfilled.
    """
    gaps = facts.recording.gaps if facts.recording else ()
    if facts.law.settings.evidence.mode == "receipt" and gaps:
        message = f"{len(gaps)} commit(s) of {facts.ref} have no receipt that counts, and later ones have"
        yield Finding("missing-receipts", message, hint="run `govops record`", commit=gaps[0])
