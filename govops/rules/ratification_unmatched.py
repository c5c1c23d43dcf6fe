"""The rule ``ratification-unmatched``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, warning


def check(facts: JudgedChange) -> Iterator[Finding]:
    """A ratification accepts everything that it names.

    ## Why it matters
    Whoever approves it believes that a violation is dealt with. If it names a change that comes later or never, or a
    finding that nobody made, that violation stands as before. Nothing is accepted in advance, and what could not be
    established is no violation: evidence that is missing stays missing.

    ## Example
    The id of the pull request's last commit, where the squash that landed has another one.

    ## How to fix it
    Take the ids of changes and the fingerprints of findings from the report of an audit, and propose the ratification
    again. A change goes by its last commit on the protected branch.
    """
    for one in facts.unmatched:
        blob = facts.blob(one.path)
        line, column = (facts.position(blob, one.field) if blob else None) or (None, None)
        yield warning(
            Finding(
                "ratification-unmatched",
                f"nothing is accepted of {one.named}: {one.reason}",
                hint="take change ids and fingerprints from the report of an audit",
                commit=facts.facts.id,
                path=one.path,
                blob=blob,
                line=line,
                column=column,
                subject=one.named,
            )
        )
