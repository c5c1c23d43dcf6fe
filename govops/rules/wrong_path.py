"""The rule ``wrong-path``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import FileFacts


def check(facts: FileFacts) -> Iterator[Finding]:
    """A resource stands at the one path that follows from its kind and its name.

    ## Why it matters
    One name, one file: otherwise two files could both claim to be the model that was approved, and moving a file
    would give its approvals to another resource.

    ## Example
    `registry/users/bob.yaml` says that it is somebody else:

        kind: User
        metadata:
          name: mallory

    ## How to fix it
    Rename the file, or correct `metadata.name`; the hint shows the path that fits. A rename in git is a deletion and
    an addition, and both need approval.
    """
    yield from facts.problems_of("wrong-path")
