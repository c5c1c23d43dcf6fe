"""The rule ``irregular-file``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.history import GITLINK, REGULAR, SYMLINK
from govops.kinds.quoting import quoted
from govops.rule import FileFacts

_NAMES = {SYMLINK: "a symbolic link", GITLINK: "a submodule"}


def check(facts: FileFacts) -> Iterator[Finding]:
    """Governed content is plain files: no symbolic links, no submodules, no modes of older times.

    ## Why it matters
    The blob of a symbolic link holds a path, and what a program reads is whatever stands there on its own machine. A
    submodule is the id of a commit in another repository, which this history does not govern. In both cases the
    approved content is not the content that is used.

    ## Example

        registry/models/fraud/model.yaml -> /etc/passwd        mode 120000

    ## How to fix it
    Put the content itself into the file (`git rm` the link, add a regular file). govops never follows the link.
    """
    if facts.entry.mode in REGULAR:
        return
    what = _NAMES.get(facts.entry.mode, f"a file of mode {facts.entry.mode}")
    hint = "put the content itself there, as a regular file of mode 100644"
    yield facts.finding("irregular-file", f"{quoted(facts.path)} is {what}, not a regular file", hint=hint)
