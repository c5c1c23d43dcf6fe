"""The rule ``hidden-diff``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from govops.finding import Finding, Status
from govops.history import REGULAR
from govops.kinds.quoting import quoted
from govops.rule import FileFacts

_ENDS = (".yaml", ".yml", ".gitattributes", ".mailmap", ".gitmodules", "codeowners")
_COMPANIONS = ("readme.md", ".gitkeep")
_ROOTS = ("registry", "policies", ".github", ".gitlab")
_WILD = re.compile(r"[*?\[\]\\]")
_PLACED = re.compile(r'(?P<pattern>"(?:[^"\\]|\\.)*"|[^ \t]+)(?P<rest>.*)')
_OFF = ("-diff", "-merge", "binary", "ident", "filter", "linguist-generated", "gitlab-generated")
_VALUED = ("diff", "merge", "filter", "working-tree-encoding")
_UNHURTFUL = frozenset({"merge=text", "linguist-generated=false", "gitlab-generated=false"})


def check(facts: FileFacts) -> Iterator[Finding]:
    """No `.gitattributes` keeps a governed difference from those who review it, or changes what a checkout gets.

    ## Why it matters
    One line in this file makes a forge fold a difference away, show a YAML file as binary, or merge two conflicting
    edits without a conflict (`merge=union` puts both lines in). Filters, `ident` and encodings make the checked-out
    file another one than the approved blob. Macros count where they are defined, because any later line may use them.

    ## Example

        registry/**  linguist-generated
        *.yaml       merge=union
        POLICIES/**  -diff

    ## How to fix it
    Remove the attribute, or narrow the pattern to files that govops does not govern (`*.png binary` is fine). `text`,
    `eol=lf` and `whitespace` are harmless and may stay.
    """
    if facts.text is None:
        if facts.path.rpartition("/")[2] == ".gitattributes" and facts.entry.mode in REGULAR:
            message = "whether this file hides differences cannot be told: its content cannot be read"
            found = facts.finding("hidden-diff", message, hint="fetch the complete history, and check with git fsck")
            yield replace(found, status=Status.UNVERIFIABLE)
        return
    folder = facts.path.rpartition("/")[0]
    roots = (*_ROOTS, *(other.partition("/")[0].lower() for other in facts.folders))
    text = facts.text.decode("utf-8-sig", "replace").replace("\r", " ")  # git takes a CR for a blank anywhere in a line
    for number, line in enumerate(text.split("\n"), start=1):
        pattern, attributes = _parts(line.strip(" \t"))
        hiding = [attribute for attribute in attributes if _hides(attribute)]
        if hiding and _may_touch(pattern.lower(), folder.lower(), roots):
            message = f"{quoted(line.strip())} sets {quoted(' '.join(hiding))} on governed files"
            hint = "remove the attribute, or narrow the pattern to files outside of the registry and policies"
            yield facts.finding("hidden-diff", message, hint=hint, line=number, subject=line.strip())


def _parts(line: str) -> tuple[str, list[str]]:
    """Pattern and attributes of a line (gitattributes(5)); nothing for comments and empty lines."""
    found = _PLACED.fullmatch(line)
    if found is None or line.startswith("#"):
        return "", []
    return found["pattern"], found["rest"].split()


def _hides(attribute: str) -> bool:
    attribute = attribute.lower()
    name, valued, value = attribute.partition("=")
    if attribute in _UNHURTFUL:
        return False
    if attribute in _OFF or attribute == "eol=crlf":
        return True
    return bool(valued) and (name in _VALUED or (name in _OFF and bool(value)))


def _may_touch(pattern: str, folder: str, roots: tuple[str, ...]) -> bool:
    """Whether a line of a file in ``folder`` could apply to a governed file; in doubt it could.

    ``roots`` are the top folders of governed files. Everything is in lower case, as git compares on disks that
    ignore it.
    """
    if pattern.startswith("[attr]") or (pattern.startswith('"') and "\\" in pattern):
        return True
    *above, last = pattern.strip('"').split("/")
    path = [part for part in (*folder.split("/"), *above) if part]
    inside = not path or _WILD.search(path[0]) is not None or path[0] in roots
    return inside and _could_end(last, (*_ENDS, *_COMPANIONS))


def _could_end(glob: str, ends: tuple[str, ...]) -> bool:
    """Whether something with one of these ends could match a pattern without ``/``, every wildcard taken for ``*``."""
    if not glob:
        return False  # a pattern for folders, which git ignores
    *wild, tail = _WILD.split(glob)
    if wild:
        return any(end.endswith(tail) or tail.endswith(end) for end in ends)
    return glob.endswith(ends)
