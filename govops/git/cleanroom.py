"""The clean room: an empty repository of our own, through which a strange one is read without obeying it.

Git runs with the clean room as its repository, never with the audited one. It finds the audited objects through
``GIT_ALTERNATE_OBJECT_DIRECTORIES``, and refs as copies. Configuration, hooks, attributes, replace refs, grafts
and the commit-graph of the audited repository have no way in.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from govops.errors import UndecidableError
from govops.git.blobs import BlobProblem, read_blobs
from govops.git.commits import MalformedError, parse_commit, placeholder, tree_of
from govops.git.differ import TreeDiffer
from govops.git.exact import TreeReader
from govops.git.faults import mend
from govops.git.graph import Walker
from govops.git.lazy import LazyTrees
from govops.git.locate import Location, locate
from govops.git.merge import Merger
from govops.git.objects import FAULTS, ObjectReader
from govops.git.revisions import Revisions
from govops.git.room import Room, furnish
from govops.git.trees import HoleError, Tree, files, sealed
from govops.git.walk import Sources, Walk
from govops.history import Chain, Commit, Entry, Oid, Past, PathChange, Step


class CleanRoom:
    """A repository that may be hostile, open for reading. A context manager: leaving it removes every trace.

    Refs are read once, when it is opened. Every object that it hands out was hashed and found equal to its id.
    ``notes`` tells what the repository holds and govops ignores.
    """

    def __init__(self, location: Location, place: tempfile.TemporaryDirectory[str]) -> None:
        self._place = place
        self._location = location
        self._room: Room = furnish(location, Path(place.name).resolve())
        self._git = self._room.git
        self._objects = self._reader()
        self._spare: list[ObjectReader] = []
        self._lent: set[ObjectReader | TreeDiffer] = set()
        self._walker = Walker(self._git, self._objects, location)
        self._revisions = Revisions(self._git, self._objects, self._walker)
        self._merger = Merger(self._git, self._objects, self._walker, self._room.form)
        self._lazy = LazyTrees(self._objects, self._room.form, location)
        self._last = sealed(b"", [], {}, self._room.form)
        self.object_format = self._room.form.name
        self.git_version = self._room.version
        self.notes = self._room.notes + tuple(f"{name!a} is broken and ignored" for name in self._revisions.broken)

    @classmethod
    def open(cls, repository: Path, *, discover: bool = False) -> CleanRoom:
        """Open a work tree, a ``.git`` directory or a bare repository; with ``discover``, also from a directory below
        a work tree. UsageError if there is no repository.
        """
        location = locate(repository, discover=discover)
        with ExitStack() as unless_opened:
            place = tempfile.TemporaryDirectory(prefix="govops-", ignore_cleanup_errors=True)
            unless_opened.callback(place.cleanup)
            room = cls(location, place)
            unless_opened.pop_all()
        return room

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every git and remove the clean room."""
        for talk in (self._objects, *self._spare, *self._lent):
            talk.close()
        self._place.cleanup()

    @property
    def places(self) -> tuple[Path, ...]:
        """Every folder of the repository itself: whatever lies in one of them, the repository may have put there."""
        location = self._location
        return (location.shown, location.git_dir, location.common_dir)

    @property
    def furniture(self) -> tuple[Location, Room]:
        """Where the repository lies, and the git that runs beside it."""
        return self._location, self._room

    @property
    def is_partial(self) -> bool:
        """Whether objects were left out on purpose when it was cloned."""
        return self._location.is_partial

    def head(self) -> str | None:
        """The full name of the ref that HEAD points at, born or not; None if HEAD is detached."""
        return self._revisions.head()

    def ref(self, name: str) -> Oid | None:
        """The id that exactly this full ref name has, or None."""
        return self._revisions.ref(name)

    def refs(self, prefix: str) -> tuple[tuple[str, Oid], ...]:
        """(full name, id) of every ref that begins so, by name."""
        return self._revisions.below(prefix)

    def resolve(self, revision: str) -> Oid:
        """The commit that a branch, tag, remote branch, (short) id, HEAD, or one of these with ``~n`` or ``^n`` names.

        UsageError if it names none, UndecidableError if the commit is named but not there.
        """
        return self._revisions.resolve(revision)

    def is_ancestor(self, ancestor: Oid, descendant: Oid) -> bool:
        """Whether one commit is reachable from the other; every commit is its own ancestor."""
        return self._walker.is_ancestor(ancestor, descendant)

    def chain(self, tip: Oid) -> Chain:
        """The first-parent chain of ``tip``. UndecidableError if history is cut off or a commit of it is not there."""
        self.refuse_shallow()
        steps = self._walker.chain(tip)
        return Chain(tip=tip, tree=self._tree_id(tip), steps=steps, object_format=self.object_format)

    def continued(self, tip: Oid, past: Past) -> Chain | None:
        """The chain of ``tip`` where it goes on from the past's, read no further back than that; None where not."""
        self.refuse_shallow()
        graph = self._walker.graph_since(tip, past)
        if graph is None:
            return None
        steps = (*past.chain, *[graph.oids[at] for at in graph.spine()])
        return Chain(tip=tip, tree=self._tree_id(tip), steps=steps, object_format=self.object_format)

    def steps(self, chain: Chain, *, settings_path: str, past: Past | None = None) -> Iterator[Step]:
        """Every step of the chain, oldest first, read as it is consumed; only those after the ``past`` if it has one.

        ``diffs`` is None exactly when ``unreadable`` is not empty: something of the step itself or of a commit that
        it brings in is missing, corrupt or malformed. Later steps are read all the same; :meth:`tree` tells what
        stands at a commit whose step is unreadable, if that can be told. UndecidableError if a commit anywhere in
        the ancestry is missing or corrupt, LimitError for a step of more than a million paths.
        """
        graph = self._walker.graph_since(chain.tip, past) if past else self._walker.graph(chain.tip)
        walked = chain.steps[len(past.chain) if past else 0 :]
        if graph is None or tuple([graph.oids[at] for at in graph.spine()]) != walked:
            raise UndecidableError(f"two walks of {chain.tip} do not agree", hint=self._location.command("fsck --full"))
        with self._borrowed() as commits, self._borrowed() as trees:
            form = self._room.form
            differ = TreeDiffer(self._git, form)
            self._lent.add(differ)
            sources = Sources(commits, differ, TreeReader(trees, form, self._location), form, self._location)
            known = [(self._tree_of(oid), oid not in past.bare) for oid in graph.oids[: graph.known]] if past else []
            try:
                yield from Walk(graph, sources, settings_path=settings_path, known=known).steps()
            finally:
                self._lent.discard(differ)
                differ.close()

    def commits(self, tip: Oid) -> Iterator[Commit]:
        """Every commit that ``tip`` reaches, parents before children; their trees are not read.

        A malformed one comes as a commit that nobody made. UndecidableError if one is missing or corrupt.
        """
        self.refuse_shallow()
        graph = self._walker.graph(tip)
        with self._borrowed() as objects:
            for found in objects.contents(graph.oids):
                if found.kind in FAULTS:
                    raise self._walker.unreadable(found.kind, found.oid)
                try:
                    yield parse_commit(found.oid, found.data, form=self._room.form)
                except MalformedError:
                    yield placeholder(found.oid, parents=())

    def tree(self, commit: Oid) -> dict[str, Entry]:
        """Every file, link and submodule in a commit's tree, in git's order.

        UndecidableError if a part of it is missing, corrupt or malformed.
        """
        tree = self._tree_of(commit)
        try:
            listing = files(tree, self._room.form)
        except HoleError as error:
            raise UndecidableError(f"{error} in commit {commit}", hint=mend(str(error), self._location)) from error
        self._last = tree
        return listing

    def commit(self, oid: Oid) -> Commit:
        """One commit. UndecidableError if it is missing, corrupt or malformed."""
        found = self._objects.content(oid)
        if found.kind in FAULTS:
            raise self._walker.unreadable(found.kind, oid)
        if found.kind != "commit":
            raise UndecidableError(f"{oid} is a {found.kind}, not a commit")
        try:
            return parse_commit(oid, found.data, form=self._room.form)
        except MalformedError as error:
            raise UndecidableError(f"malformed commit {oid}: {error}") from error

    def entry(self, commit: Oid, path: str) -> Entry | None:
        """What stands at one path of a commit, read no further than that."""
        return self._lazy.entry(self._tree_id(commit), path)

    def listing(self, commit: Oid, folder: str) -> dict[str, Entry]:
        """Every file below one folder of a commit, in git's order, read no further than that."""
        return self._lazy.listing(self._tree_id(commit), folder)

    def difference(self, old: Oid | None, new: Oid) -> tuple[PathChange, ...]:
        """Every path that differs between two commits (None: from nothing), sorted."""
        return self._lazy.difference(self._tree_id(old) if old else None, self._tree_id(new))

    def merge_bases(self, one: Oid, other: Oid) -> tuple[Oid, ...]:
        """The best common ancestors, sorted; empty for histories that have nothing in common."""
        return self._walker.merge_bases(one, other)

    def between(self, old: Oid, new: Oid, *, first_parent: bool = False) -> tuple[Oid, ...]:
        """Commits that ``new`` reaches and ``old`` does not, parents first; or only its first-parent chain."""
        return self._walker.between(old, new, *(["--first-parent"] if first_parent else []))

    def touching(self, tip: Oid, path: str) -> tuple[Oid, ...]:
        """Commits of the first-parent chain that changed a path, oldest first."""
        return self._walker.touching(tip, path)

    def refuse_shallow(self) -> None:
        """UndecidableError where history is cut off, with the command that mends it."""
        if self._location.is_shallow:
            hint = self._location.command("fetch --unshallow")
            raise UndecidableError(f"{self._location.shown} is a shallow clone", hint=hint)

    def merged_text(self, base: Oid, ours: Oid, theirs: Oid) -> bytes | None:
        """The clean three-way text merge itself; None for a conflict or binary content."""
        return self._merger.text(base, ours, theirs)

    def blobs(self, oids: Iterable[Oid], *, limit: int) -> Iterator[tuple[Oid, bytes | BlobProblem]]:
        """(id, content or problem) in the order of ``oids``; a blob of more than ``limit`` bytes is never read."""
        with self._borrowed() as objects:
            yield from read_blobs(objects, oids, limit=limit)

    def merge_file(self, base: Oid, ours: Oid, theirs: Oid) -> Oid | None:
        """The blob id of a clean three-way text merge; None for a conflict or binary content.

        UndecidableError if one of the three blobs is missing or corrupt.
        """
        return self._merger.merge(base, ours, theirs)

    def _tree_of(self, commit: Oid) -> Tree:
        """The tree, with holes where it cannot be read."""
        reader = TreeReader(self._objects, self._room.form, self._location)
        return reader.read(self._tree_id(commit), like=self._last)

    def _tree_id(self, commit: Oid) -> Oid:
        found = self._objects.content(commit)
        if found.kind in FAULTS:
            raise self._walker.unreadable(found.kind, commit)
        tree = tree_of(found.data, form=self._room.form) if found.kind == "commit" else ""
        if not tree:
            raise UndecidableError(f"malformed commit {commit}: it names no tree")
        return tree

    def _reader(self) -> ObjectReader:
        return ObjectReader(self._git, self._room.form)

    @contextmanager
    def _borrowed(self) -> Iterator[ObjectReader]:
        """A conversation that nobody else is having; kept for the next if all its answers were taken."""
        reader = self._spare.pop() if self._spare else self._reader()
        self._lent.add(reader)
        try:
            yield reader
        finally:
            self._lent.discard(reader)
            if reader.is_idle:
                self._spare.append(reader)
            else:
                reader.close()
