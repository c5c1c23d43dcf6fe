"""The rule ``unreadable-file``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import FileFacts


def check(facts: FileFacts) -> Iterator[Finding]:
    """Every governed file can be read: UTF-8, one YAML document, a mapping at the top, within the limits.

    ## Why it matters
    A file that two readers understand differently can show a reviewer one thing and a deployment another. govops
    therefore reads a strict subset, and refuses what is outside it instead of guessing. An unreadable User or Role
    grants nothing, and an unreadable policy is replaced by its last valid content.

    ## Example
    `registry/models/fraud/model.yaml` is indented with a tab, or holds an invisible right-to-left mark:

        spec:
        <tab>title: Fraud screening

    ## How to fix it
    Go to the line and column of the finding. Indent with spaces, save as UTF-8 with plain line feeds, keep one
    document a file, and move data of more than 256 KiB elsewhere; the registry keeps its digest.
    """
    yield from facts.problems_of("unreadable-file")
