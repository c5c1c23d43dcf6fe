"""The rule ``path-collision``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import FileFacts


def check(facts: FileFacts) -> Iterator[Finding]:
    """No two governed paths differ only in letter case or in the Unicode form of a letter.

    ## Why it matters
    On the disks of most laptops the two are one file: a checkout keeps whichever git writes last, the other vanishes,
    and the next commit from that machine deletes or overwrites it. What people see locally is then not what was
    approved.

    ## Example

        registry/models/fraud/README.md
        registry/models/fraud/Readme.md

    ## How to fix it
    Keep one of the two files and delete the other in the same pull request. Use lower-case ASCII names.
    """
    if facts.twins:
        twins = " and ".join(quoted(twin) for twin in facts.twins[:3])
        more = f" and {len(facts.twins) - 3} more" if len(facts.twins) > 3 else ""
        message = (
            f"{quoted(facts.path)} is the same file as {twins}{more} on disks that ignore letter case or Unicode form"
        )
        yield facts.finding("path-collision", message, hint="keep one of them, with a lower-case name")
