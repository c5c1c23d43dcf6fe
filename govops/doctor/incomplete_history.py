"""The check ``incomplete-history``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding, Status


def check(facts: Circumstances) -> Iterator[Finding]:
    """The clone holds the whole history of the protected branch and of the evidence branch.

    ## Why it matters
    An audit of half a history proves nothing, so govops refuses it with exit code 3. CI services clone shallowly
    unless they are told otherwise.

    ## How to fix it
    Run the command of the hint. In CI set `fetch-depth: 0` (GitHub) or `GIT_DEPTH: "0"` (GitLab).
    """
    if facts.clone.cut_off:
        yield Finding("incomplete-history", facts.clone.cut_off, Status.UNVERIFIABLE, hint=facts.clone.mend)
