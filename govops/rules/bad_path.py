"""The rule ``bad-path``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import FileFacts

_SPECIAL = frozenset("\"'\\:<>|?*")
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in "123456789\u00b9\u00b2\u00b3"}
)  # https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_SHORT_NAME = re.compile(r"~[0-9]")


def check(facts: FileFacts) -> Iterator[Finding]:
    """The path of every governed file can be written, shown and checked out everywhere.

    ## Why it matters
    A name with a line break forges a second line in a report, a right-to-left mark shows `lmay.exe` as something
    else, a leading `-` becomes an option of the next command, and `aux.yaml` or `a:b.yaml` cannot be checked out on
    Windows, where `~1` also is an alias of another file.

    ## Example

        registry/models/-rf.yaml
        registry/users/con.yaml
        registry/users/bob<line feed>.yaml

    ## How to fix it
    Rename the file to lower-case ASCII letters, digits and `-`; the names of resources allow nothing else anyway.
    """
    faults = list(dict.fromkeys(_faults(facts.path)))
    if faults:
        message = f"{quoted(facts.path)} {' and '.join(faults)}"
        yield facts.finding("bad-path", message, hint="use lower-case ASCII letters, digits, `-` and `.`")


def _faults(path: str) -> Iterator[str]:
    if not path.isprintable():  # control, format and bidi characters, odd spaces, bytes that are no UTF-8
        yield "has a character that cannot be shown"
    found = sorted(_SPECIAL & set(path))
    if found:
        yield f"has {' '.join(found)} in it"
    for component in path.split("/"):
        if component.startswith("-"):
            yield "has a part that begins with `-`"
        if component.endswith((".", " ")) or component.startswith(" "):
            yield "has a part that ends in a dot or has a space at its end"
        if component.partition(".")[0].rstrip().casefold() in _DEVICES:
            yield "has a part that is a device on Windows"
        if _SHORT_NAME.search(component):
            yield "has a part that is a short name on Windows"
