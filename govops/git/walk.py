"""The stream of steps. Each tree is proven: a diff is applied to the parent's tree, and the result must hash to the
commit's. Where it does not, the trees are read one by one, and the step says what is missing, corrupt or malformed.

Memory holds the ids of the whole graph, and the trees that some commit still to come descends from.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from govops.git.commits import MalformedError, parse_commit, placeholder, tree_of
from govops.git.differ import TreeDiffer
from govops.git.exact import TreeReader
from govops.git.faults import describe, unreadable
from govops.git.graph import Graph
from govops.git.hashing import ObjectFormat
from govops.git.locate import Location
from govops.git.objects import CORRUPT, MISSING, Found, ObjectReader
from govops.git.rewrite import MismatchError, compare, rewrite
from govops.git.trees import HoleError, Record, Tree, hole, sealed
from govops.history import Commit, Entry, Oid, PathChange, SideCommit, Step

_BATCH = 128  # commits whose trees are asked for at once
_AHEAD = 2  # batches asked for before the first is answered


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a walk reads: conversations of its own, closed by whoever opened them."""

    commits: ObjectReader
    differ: TreeDiffer
    trees: TreeReader
    form: ObjectFormat
    location: Location


class _Read(NamedTuple):
    """One commit, its position in the graph, its first parent's tree, and what is wrong with its bytes, if anything.

    A tree that is not known is an empty text.
    """

    at: int
    commit: Commit
    before: Oid
    fault: str

    @property
    def pair(self) -> tuple[Oid, Oid] | None:
        """The trees that git has to compare; None where there is nothing to compare."""
        before, after = self.before, self.commit.tree
        return (before, after) if before != after and before and after else None


class _Proven(NamedTuple):
    """One commit with its difference from its first parent, or the reason why there is none."""

    at: int
    commit: Commit
    diffs: tuple[PathChange, ...] | None
    fault: str
    introduces: bool


class Walk:
    """One pass over a graph. ``known`` are the tree of each commit that was walked before, and whether it or any
    ancestor of it carries the Settings file.
    """

    def __init__(
        self, graph: Graph, sources: Sources, *, settings_path: str, known: Sequence[tuple[Tree, bool]] = ()
    ) -> None:
        self._graph = graph
        self._sources = sources
        self._form = sources.form
        self._settings = settings_path.encode("utf-8", "surrogateescape")
        self._groups = graph.groups()
        self._trees: list[Oid] = [""] * len(graph.oids)
        self._nodes: dict[int, Tree] = {}
        self._heirs = _first_children(graph)
        self._ever = bytearray(len(graph.oids))
        self._empty = sealed(b"", [], {}, sources.form)
        for at, (tree, ever) in enumerate(known):
            self._trees[at], self._nodes[at], self._ever[at] = tree.raw.hex(), tree, ever

    def steps(self) -> Iterator[Step]:
        """One step for each commit of the first-parent chain, oldest first."""
        proven = self._proven()
        for group in self._groups:
            *side, own = islice(proven, len(group))
            faults = [one.fault for one in (own, *side) if one.fault]
            yield Step(
                own.commit,
                None if faults else own.diffs,
                tuple([SideCommit(one.commit, one.diffs) for one in side]),
                tuple([one.commit.oid for one in (*side, own) if one.introduces]),
                faults[0] if faults else "",
            )

    def _commits(self) -> Iterator[_Read]:
        order = [at for group in self._groups for at in group]
        oids = self._graph.oids
        root = self._empty.raw.hex()
        found = self._sources.commits.contents([oids[at] for at in order])
        for at, answer in zip(order, found, strict=True):
            commit, fault = self._parsed(answer, at)
            self._trees[at] = commit.tree
            parents = self._graph.parents[at]
            yield _Read(at, commit, self._trees[parents[0]] if parents else root, fault)

    def _parsed(self, found: Found, at: int) -> tuple[Commit, str]:
        """The commit and an empty text, or a placeholder and what is wrong."""
        oids = self._graph.oids
        parents = tuple([oids[parent] for parent in self._graph.parents[at]])
        if found.kind in (MISSING, CORRUPT):  # the graph below it is not to be believed
            raise unreadable(found.kind, found.oid, self._sources.location)
        if found.kind != "commit":
            return placeholder(found.oid, parents=parents), describe(found, "commit", self._sources.location)
        try:
            commit = parse_commit(found.oid, found.data, form=self._form)
            if commit.parents == parents:
                return commit, ""
            reason = "its parents are not the ones that git follows"
        except MalformedError as error:
            reason = str(error)
        tree = tree_of(found.data, form=self._form)
        return placeholder(found.oid, parents=parents, tree=tree), f"malformed commit {found.oid}: {reason}"

    def _diffed(self) -> Iterator[tuple[_Read, list[Record] | None]]:
        """Each commit with what git says about its trees; None where git says nothing."""
        differ = self._sources.differ
        reads = self._commits()
        waiting: deque[list[_Read]] = deque()
        while batch := list(islice(reads, _BATCH)):
            if differ.is_old:
                yield from self._drained(waiting)
                differ.close()
            differ.ask([pair for read in batch if (pair := read.pair) is not None])
            waiting.append(batch)
            if len(waiting) > _AHEAD:
                yield from self._answered(waiting.popleft())
        yield from self._drained(waiting)

    def _drained(self, waiting: deque[list[_Read]]) -> Iterator[tuple[_Read, list[Record] | None]]:
        while waiting:
            yield from self._answered(waiting.popleft())

    def _answered(self, batch: list[_Read]) -> Iterator[tuple[_Read, list[Record] | None]]:
        for read in batch:
            if read.pair is not None:
                yield read, self._sources.differ.answer()
            else:
                yield read, [] if read.before == read.commit.tree else None
        self._sources.differ.end()

    def _proven(self) -> Iterator[_Proven]:
        for read, records in self._diffed():
            parents = self._graph.parents[read.at]
            before = self._nodes[parents[0]] if parents else self._empty
            after, sure, fault = self._advance(before, read, records)
            self._remember(read.at, after)
            yield _Proven(
                read.at,
                read.commit,
                None if sure is None or read.fault else changes(sure),
                read.fault or fault,
                self._introduces(read.at, after),
            )

    def _advance(
        self, before: Tree, read: _Read, records: list[Record] | None
    ) -> tuple[Tree, list[Record] | None, str]:
        """The commit's tree, the proven difference from ``before``, and why there is none."""
        if not read.commit.tree:
            return hole(b"", read.fault), None, read.fault
        if records is not None:
            try:
                after = rewrite(before, records, self._form) if records else before
                if after.raw.hex() == read.commit.tree and not after.fault:
                    return after, records, ""
            except MismatchError:
                pass
        after = self._sources.trees.read(read.commit.tree, like=before)
        try:
            return after, compare(before, after, self._form), ""
        except HoleError as error:
            return after, None, str(error)

    def _remember(self, at: int, tree: Tree) -> None:
        """Keep ``tree`` for the commits that have this one as first parent; forget the parent's after the last."""
        if self._heirs[at]:
            self._nodes[at] = tree
        for parent in self._graph.parents[at][:1]:
            self._heirs[parent] -= 1
            if not self._heirs[parent]:
                del self._nodes[parent]

    def _introduces(self, at: int, tree: Tree) -> bool:
        """Whether this commit carries the Settings file and no ancestor of it ever did.

        A tree that cannot be read that far counts as not carrying it; the step that brought it in is unreadable.
        """
        if any(self._ever[parent] for parent in self._graph.parents[at]):
            self._ever[at] = 1
            return False
        try:
            self._ever[at] = tree.holds(self._settings)
        except HoleError:
            self._ever[at] = 0
        return bool(self._ever[at])


def changes(records: list[Record]) -> tuple[PathChange, ...]:
    """Records as the facts that the rest of the program knows."""
    return tuple(
        [
            PathChange(
                path.decode("utf-8", "surrogateescape"),
                Entry(*old) if old is not None else None,
                Entry(*new) if new is not None else None,
            )
            for path, old, new in records
        ]
    )


def _first_children(graph: Graph) -> list[int]:
    """How many commits have each commit as their first parent."""
    count = [0] * len(graph.oids)
    for parents in graph.parents:
        if parents:
            count[parents[0]] += 1
    return count
