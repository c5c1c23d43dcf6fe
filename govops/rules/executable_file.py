"""The rule ``executable-file``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import FileFacts, warning


def check(facts: FileFacts) -> Iterator[Finding]:
    """Governed files are data and not executable.

    ## Why it matters
    Nothing in a registry needs to run. An executable bit is mostly an accident of a copy from another file system; it
    is a change of its own that a reviewer of content does not see, and it invites somebody to run a file that nobody
    meant as a program. It is a warning, since the content is still what was approved.

    ## Example

        old mode 100644
        new mode 100755      registry/models/fraud/model.yaml

    ## How to fix it
    `git update-index --chmod=-x <path>`, then commit; the change of mode is reviewed like any other.
    """
    if facts.entry.mode == "100755":
        hint = f"git update-index --chmod=-x {quoted(facts.path)[1:-1]}"
        yield warning(facts.finding("executable-file", f"{quoted(facts.path)} is executable", hint=hint))
