"""What is found of a change, as far as both judges must agree on it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

FAIL, OPEN, PASS, WARN, WAIVED = "fail", "unverifiable", "pass", "warn", "waived"


@dataclass(frozen=True, order=True, slots=True)
class Found:
    """One finding. ``others`` are the paths after the first.

    ``by`` is the exception that lets it off, ``was`` the status without it.
    """

    rule: str
    status: str
    path: str | None = None
    person: str = ""
    others: tuple[str, ...] = ()
    by: str = ""
    was: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """All that it is about."""
        return () if self.path is None else (self.path, *self.others)

    def fingerprint(self, change: str) -> str:
        """By what a ratification names it."""
        told = "\0".join((self.rule, change, self.path or "", self.person))
        return hashlib.sha256(told.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def about(rule: str, status: str, paths: Iterable[str], person: str = "") -> Found:
    """What is found of several files."""
    told = tuple(dict.fromkeys(paths))
    return Found(rule, status, told[0] if told else None, person, told[1:])


def merged(findings: Iterable[Found]) -> set[Found]:
    """One of each rule, person and result, about all of their files."""
    groups: dict[tuple[str, str, str], Found] = {}
    for found in findings:
        key = (found.rule, found.status, found.person)
        known = groups.get(key, found)
        groups[key] = about(found.rule, found.status, sorted({*known.paths, *found.paths}), found.person)
    return set(groups.values())


def worst(findings: Iterable[Found]) -> str:
    """What a change amounts to."""
    found = {one.status for one in findings if one.was != WARN}
    return next((status for status in (FAIL, OPEN, WAIVED) if status in found), PASS)


def excused(found: Found, by: str) -> Found:
    """The same, let off by an exception."""
    return replace(found, status=WAIVED, by=by, was=found.status)
