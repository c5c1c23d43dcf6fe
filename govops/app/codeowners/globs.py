"""Where two patterns of paths meet: ``*`` stays within a folder, ``**`` crosses any number of them."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from functools import cache

_PLAIN = re.compile(r"[A-Za-z0-9._*/@+~-]+", re.ASCII)


def is_plain(pattern: str) -> bool:
    """Whether both forges read the pattern alike, without an escape."""
    return _PLAIN.fullmatch(pattern) is not None


def meet(pattern: str, glob: str) -> tuple[str, ...]:
    """Patterns for the paths that both match, sorted; each may match a little more.

    ``glob`` has a fixed depth and no special character but ``*``. The answer is ``(glob,)`` if ``pattern`` covers it
    whole, and empty if no path matches both.
    """
    found = sorted("/".join(path) for path in _meet(tuple(pattern.split("/")), tuple(glob.split("/"))))
    return (glob,) if glob in found else tuple(found)


@cache
def _meet(pattern: tuple[str, ...], glob: tuple[str, ...]) -> frozenset[tuple[str, ...]]:
    if not pattern:
        return frozenset() if glob else frozenset({()})
    head, rest = pattern[0], pattern[1:]
    if head == "**":
        found = set(_meet(rest, glob))
        if glob:
            found |= {(glob[0], *tail) for tail in _meet(pattern, glob[1:])}
        return frozenset(found)
    segment = _narrower(head, glob[0]) if glob else None
    return frozenset((segment, *tail) for tail in _meet(rest, glob[1:])) if segment is not None else frozenset()


def _narrower(pattern: str, segment: str) -> str | None:
    """One segment that matches what both match, None if nothing does."""
    if pattern in ("*", segment):
        return segment
    if "*" not in segment:
        return segment if fnmatchcase(segment, pattern) else None
    if any(char in pattern for char in "*?["):
        return pattern
    return pattern if fnmatchcase(pattern, segment) else None
