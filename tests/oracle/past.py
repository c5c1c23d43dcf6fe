"""What happened, as data: every commit with all of its files, and every record with whose key signed it.

This is all that the second judge is given. An object id stands for content and for nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Entry = tuple[str, str]  # mode as git writes it, id of the content
Tree = Mapping[str, Entry]
Person = tuple[str, str]  # name and e-mail as a header claims them


@dataclass(frozen=True, slots=True)
class Commit:
    """``key`` is the public key whose signature the commit bears."""

    id: str
    tree: Tree
    parents: tuple[str, ...]
    author: Person
    committer: Person
    message: str
    key: str | None = None

    def trailers(self) -> Iterator[tuple[str, str]]:
        """(key in small letters, value) of the last paragraph, if every line of it is a trailer or goes on with one."""
        paragraphs = [part for part in self.message.strip("\n").split("\n\n") if part.strip()]
        found: list[tuple[str, str]] = []
        for line in paragraphs[-1].strip("\n").split("\n") if len(paragraphs) > 1 else ():
            key, colon, value = line.partition(":")
            if line[0] in " \t" and found:
                found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
            elif colon and key.replace("-", "").isalnum() and key.isascii():
                found.append((key.lower(), value.strip()))
            else:
                return
        yield from found


@dataclass(frozen=True, slots=True)
class Record:
    """A record of the evidence branch: its payload as JSON gives it, and the key that signed it."""

    id: str
    payload: Mapping[str, Any]
    key: str | None


@dataclass(frozen=True, slots=True)
class Past:
    """A repository. ``texts`` lacks what was lost; ``spoiled`` are records that were edited or deleted later."""

    commits: Mapping[str, Commit]
    tip: str
    texts: Mapping[str, bytes]
    records: tuple[Record, ...]
    spoiled: tuple[str, ...] = ()
    junk: tuple[str, ...] = ()

    def chain(self) -> list[Commit]:
        """The tip and its first parents, oldest first."""
        found = [self.commits[self.tip]]
        while found[-1].parents:
            found.append(self.commits[found[-1].parents[0]])
        return found[::-1]

    def reach(self, *tips: str) -> set[str]:
        """These commits and all before them."""
        seen: set[str] = set()
        waiting = list(tips)
        while waiting:
            oid = waiting.pop()
            if oid not in seen:
                seen.add(oid)
                waiting.extend(self.commits[oid].parents)
        return seen


def differences(old: Tree, new: Tree) -> dict[str, tuple[Entry | None, Entry | None]]:
    """Path -> both sides, in the order of paths, of all that is not the same."""
    paths = sorted(path for path in old.keys() | new.keys() if old.get(path) != new.get(path))
    return {path: (old.get(path), new.get(path)) for path in paths}
