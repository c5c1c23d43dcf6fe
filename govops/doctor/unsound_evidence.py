"""The check ``unsound-evidence``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding, Status


def check(facts: Circumstances) -> Iterator[Finding]:
    """The evidence branch is append-only, and each recorder's chain is whole.

    ## Why it matters
    A record that was edited, removed or left out makes an audit undecidable as a whole.

    ## How to fix it
    `govops evidence verify` lists every sign. Restore the branch from a clone that has it, and protect it.
    """
    signs = (*facts.book.tampering, *facts.book.broken_chains(facts.trust)) if facts.book else ()
    if signs:
        message = f"the evidence branch shows {len(signs)} sign(s) of tampering; the first: {signs[0].what}"
        yield Finding(
            "unsound-evidence",
            message,
            Status.UNVERIFIABLE,
            hint="see `govops evidence verify`",
            commit=signs[0].commit,
        )
