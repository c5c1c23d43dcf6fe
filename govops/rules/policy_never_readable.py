"""The rule ``policy-never-readable``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import HistoryFacts, warning


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """Every policy file that was adopted can be read, or could once.

    ## Why it matters
    A policy that gets broken counts with its last valid content. One that never had any demands nothing, although
    whoever reads its name thinks that it does. What stood at the adoption is nobody's fault, so no change answers for
    it, and nothing else in a report would say that a rule is missing.

    ## Example
    The policy for production was adopted with `aprovals:` for `approvals:`. Since then, changes of production needed
    only what other policies ask for.

    ## How to fix it
    `govops validate` shows line and column. Mend the file by a reviewed change; it counts from there on, and never for
    what landed before. Judge that again with `govops audit --policies`, by the mended rules.
    """
    for path, blob in facts.never_readable:
        message = "this policy cannot be read and never could, so nothing of it counts"
        hint = "`govops validate` shows what is wrong; mend it by a reviewed change"
        yield warning(Finding("policy-never-readable", message, hint=hint, path=path, blob=blob))
