"""The rule ``stray-file``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import FileFacts

_NEARLY = frozenset({"yaml", "yml", "json"})


def check(facts: FileFacts) -> Iterator[Finding]:
    """Under `registry/` and `policies/` stand resources, `README.md` and `.gitkeep`, and nothing else.

    ## Why it matters
    A file that no kind claims is read by no rule, but people and scripts may still use it.
    `policies/approvals/models.yml` looks like a policy and is none, so whoever wrote it believes in a protection that
    does not exist.

    ## Example
    `registry/models/fraud/model.yml`, `registry/users/bob.YAML`, `registry/models/fraud/notes.txt`.

    ## How to fix it
    Give the file the path of its kind, with the ending `.yaml`, or move it out of the governed folders. For documents
    of your own, describe their kind in a KindDefinition under `policies/kinds/`.
    """
    if facts.allowed:
        return
    folder, _, file = facts.path.rpartition("/")
    stem, dot, ending = file.rpartition(".")
    near = bool(dot) and ending.strip().lower() in _NEARLY and ending != "yaml"
    hint = f"rename it to {folder}/{stem}.yaml" if near else "`govops schema` lists the kinds and their paths"
    yield facts.finding("stray-file", f"no kind of resource stands at {quoted(facts.path)}", hint=hint)
