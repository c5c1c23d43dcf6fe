"""What a proposal holds, read from git: the difference that each reviewer saw, and the files that it refers to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from govops import yamlio
from govops.errors import GovopsError, UndecidableError
from govops.evidence.records import ContextBlob, Dismissal, FileState, Method, Proposal, Review, Subject
from govops.forge import ForgeProposal, ForgeReview
from govops.git import CleanRoom
from govops.history import REGULAR, Entry, Oid, PathChange
from govops.history.snapshot import binding_references
from govops.kinds import Resource, path_of_key
from govops.workspace.documents import LARGEST_DOCUMENT

Governed = Callable[[str], bool]
"""Whether a path is governed by the rules in force."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What stood at one head: its merge bases with the protected branch, the difference, and what that refers to."""

    head: Oid
    merge_bases: tuple[Oid, ...]
    subjects: tuple[Subject, ...]
    context: tuple[ContextBlob, ...]


class Reviewing:
    """Answers what a proposal to land on ``onto`` holds; each head is looked at once."""

    def __init__(self, room: CleanRoom, onto: Oid, governed: Governed) -> None:
        self._room = room
        self._onto = onto
        self._governed = governed
        self._seen: dict[Oid, Seen] = {}

    def seen(self, head: Oid) -> Seen:
        """UndecidableError if the head or anything on the way to it is not in the repository."""
        if head not in self._seen:
            bases = self._room.merge_bases(self._onto, head)
            if not bases:
                raise UndecidableError(f"{head} and the protected branch have nothing in common")
            changes = [c for c in self._room.difference(bases[0], head) if self._governed(c.path)]
            subjects = tuple(subject(change) for change in changes)
            self._seen[head] = Seen(head, bases, subjects, tuple(self._context(head, changes)))
        return self._seen[head]

    def review(self, told: ForgeReview) -> Review:
        """A review as a record holds it; ``subjects`` None where nobody can tell any more what was reviewed."""
        try:
            seen = self.seen(told.head) if told.head is not None else None
        except GovopsError:
            seen = None
        return Review(
            id=told.id,
            account=told.account,
            decision=told.decision,
            at=told.at,
            head=told.head,
            subjects=seen.subjects if seen else None,
            context=seen.context if seen else (),
            dismissed=Dismissal(at=told.dismissed_at, by=told.dismissed_by) if told.dismissed else None,
        )

    def proposal(self, told: ForgeProposal, method: Method) -> Proposal:
        """A proposal as a record holds it. UndecidableError if its final head is not in the repository."""
        final = self.seen(told.head)
        return Proposal(
            forge=told.forge,
            id=told.id,
            title=told.title[:1000],
            opener=told.opener,
            opened_at=told.opened_at,
            merger=told.merger,
            method=method,
            merge_bases=final.merge_bases,
            head=told.head,
            subjects=final.subjects,
            contributors=told.contributors,
            reviews=tuple(self.review(review) for review in told.reviews),
        )

    def _context(self, head: Oid, changes: Iterable[PathChange]) -> Iterator[ContextBlob]:
        """Files that a changed one refers to and that are not changed themselves, sorted by path."""
        changes = tuple(changes)
        own = {change.path for change in changes}
        for path in sorted(set(self._referred(changes)) - own):
            found = self._room.entry(head, path)
            yield ContextBlob(path=path, oid=found.oid if found else None)

    def _referred(self, changes: Iterable[PathChange]) -> Iterator[str]:
        states = {c.path: c.new or c.old for c in changes if c.path.endswith(".yaml")}
        for _, resource in resources(self._room, {p: e for p, e in states.items() if e is not None}):
            for reference in binding_references(resource):
                other = path_of_key(reference.key)
                if other is not None:
                    yield other


def resources(room: CleanRoom, files: Mapping[str, Entry]) -> Iterator[tuple[str, Resource]]:
    """Those of the files that can be read as a built-in kind."""
    blobs = dict(room.blobs({e.oid: None for e in files.values() if e.mode in REGULAR}, limit=LARGEST_DOCUMENT))
    for path, entry in files.items():
        content = blobs.get(entry.oid)
        loaded = yamlio.load(content, path=path) if isinstance(content, bytes) else None
        if loaded is not None and isinstance(loaded.resource, Resource):
            yield path, loaded.resource


def subject(change: PathChange) -> Subject:
    """A difference as an approval names it."""
    return Subject(path=change.path, old=_state(change.old), new=_state(change.new))


def _state(entry: Entry | None) -> FileState | None:
    return FileState(mode=entry.mode, oid=entry.oid) if entry is not None else None
