"""The rule ``context-unknown``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Evidence says which content the referred-to files had when the reviewer looked.

    ## Why it matters
    Without it nobody can tell whether the version, model or agreement behind an approved file was replaced after the
    review. The approval may be perfectly good; it cannot be proven.

    ## Example
    A receipt of a foreign tool lists the reviewed deployment, and no blob id of the ModelVersion that it names.

    ## How to fix it
    Record with a version of govops that writes the context. For the change at hand, a signed approval of the same
    content (`govops approve`) before it lands says it too.
    """
    for cause in facts.causes("context-unknown"):
        message = f"whether {cause.detail} was the same when {cause.who} approved {listed(cause.paths)} cannot be told"
        hint = "let the recorder write the ids of files that reviewed ones refer to"
        yield facts.finding(cause, message, hint=hint)
