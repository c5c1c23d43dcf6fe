"""Facts of git history: commits, steps of the protected branch, and what stood at each. All frozen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

Oid = str  # lower-case hex, 40 (sha1) or 64 (sha256) digits

REGULAR = frozenset({"100644", "100755"})
SYMLINK = "120000"
GITLINK = "160000"


@dataclass(frozen=True, slots=True)
class Entry:
    """One path's content in one tree: ``mode`` as git writes it (``100644``), ``oid`` of the blob."""

    mode: str
    oid: Oid


@dataclass(frozen=True, slots=True)
class PathChange:
    """One path that differs between two trees; ``None`` is *absent*. Never a rename.

    ``path`` is UTF-8 decoded with ``surrogateescape``, so every byte sequence has a spelling.
    """

    path: str
    old: Entry | None
    new: Entry | None


@dataclass(frozen=True, slots=True)
class Ident:
    """A name and an address as git headers claim them: typed by anyone, never an identity by itself."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit object whose bytes were hashed and found equal to ``oid``.

    ``author_time`` and ``committer_time`` are shown and never decide: ``"<epoch seconds> <+hhmm>"``.
    ``signature`` is the armoured ``gpgsig`` header, ``signed_payload`` the bytes that it covers; both
    are ``None`` for an unsigned commit.
    """

    oid: Oid
    tree: Oid
    parents: tuple[Oid, ...]
    author: Ident
    committer: Ident
    author_time: str
    committer_time: str
    message: str
    signature: str | None = None
    signed_payload: bytes | None = field(default=None, repr=False)

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.split("\n", 1)[0]

    @property
    def first_parent(self) -> Oid | None:
        """``C^1``, or ``None`` for a root."""
        return self.parents[0] if self.parents else None

    def trailers(self) -> Iterator[tuple[str, str]]:
        """(key in lower case, value) of the last paragraph, in order, folded lines joined.

        The last paragraph counts as a trailer block only when every one of its lines is a trailer or
        the continuation of one; the subject paragraph never counts. This is stricter than
        ``git interpret-trailers``, on purpose: prose that looks like a trailer is not one.
        """
        yield from _trailers(self.message)


@dataclass(frozen=True, slots=True)
class SideCommit:
    """A commit that a merge brought in: reachable from the step, not from the step before it.

    ``diffs`` are against its own first parent; ``None`` when the trees could not be read.
    """

    commit: Commit
    diffs: tuple[PathChange, ...] | None


@dataclass(frozen=True, slots=True)
class Step:
    """One commit of the protected branch's first-parent chain, with its raw diff from ``C^1``.

    ``diffs`` is the whole tree's difference, sorted by path bytes, or ``None`` when it could not be
    established; ``unreadable`` then says why, naming the object. ``side`` is in topological order,
    oldest first. ``introduces`` names the commits that became reachable with this step (itself or
    side commits) and carry the Settings file although no ancestor of theirs ever did.
    """

    commit: Commit
    diffs: tuple[PathChange, ...] | None
    side: tuple[SideCommit, ...] = ()
    introduces: tuple[Oid, ...] = ()
    unreadable: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """A branch before any of its steps is read: its tip, and the first-parent chain, oldest first."""

    tip: Oid
    tree: Oid
    steps: tuple[Oid, ...]
    object_format: str


@dataclass(frozen=True, slots=True)
class Past:
    """What of a branch was walked before: the chain up to ``chain[-1]``, and all that this commit reaches.

    ``side`` are the reachable commits that are not on the chain, ``bare`` those of all of them that neither carry the
    Settings file nor descend from a commit that does.
    """

    chain: tuple[Oid, ...]
    side: frozenset[Oid] = frozenset()
    bare: frozenset[Oid] = frozenset()

    @property
    def tip(self) -> Oid:
        """Where the walk ended."""
        return self.chain[-1]


@lru_cache(maxsize=64)  # whoever asks about a commit asks several times in a row
def _trailers(message: str) -> tuple[tuple[str, str], ...]:
    paragraphs = [part for part in message.strip("\n").split("\n\n") if part.strip()]
    if len(paragraphs) < 2:
        return ()
    found: list[tuple[str, str]] = []
    for line in paragraphs[-1].strip("\n").split("\n"):
        key, colon, value = line.partition(":")
        if line[:1] in (" ", "\t") and found:
            found[-1] = (found[-1][0], f"{found[-1][1]} {line.strip()}")
        elif colon and key and key.isascii() and key.replace("-", "").isalnum():
            found.append((key.lower(), value.strip()))
        else:
            return ()
    return tuple(found)
