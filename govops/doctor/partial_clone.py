"""The check ``partial-clone``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.doctor.circumstances import Circumstances
from govops.finding import Finding


def check(facts: Circumstances) -> Iterator[Finding]:
    """The clone was made without a filter, so that no object was left out on purpose.

    ## Why it matters
    Git fetches what a partial clone lacks when somebody asks for it. govops never lets a repository reach the network,
    so a change whose files are not here cannot be established.

    ## How to fix it
    Clone again without `--filter`, or turn the clone into a whole one with the command of the hint.
    """
    if facts.clone.is_partial:
        git = facts.clone.git
        whole = f"{git} fetch --refetch --no-filter origin"
        yield Finding("partial-clone", "the clone leaves out objects (it was made with --filter)", hint=whole)
