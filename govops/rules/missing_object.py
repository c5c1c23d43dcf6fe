"""The rule ``missing-object``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import FileFacts


def check(facts: FileFacts) -> Iterator[Finding]:
    """The content of every governed file is in the repository and has the id that git gives it.

    ## Why it matters
    What is not there cannot be checked, and content that does not match its id is not what history says. Neither is a
    violation by anybody; it means that this clone cannot prove anything about the file.

    ## Example
    The repository was cloned with `--filter=blob:none`, or a pack was damaged on disk: the tree names a blob, and
    reading it gives nothing, or other bytes than the id promises.

    ## How to fix it
    Fetch the complete history (`git fetch --unshallow`, or a fresh clone without `--filter`) and run `git fsck
    --full`. A corrupt object can be restored from any other clone. govops itself never goes to the network for it.
    """
    yield from facts.problems_of("missing-object")
