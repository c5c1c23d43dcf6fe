"""Which commits there are: the first-parent chain and everything else that a tip can reach, as git walks them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from govops.errors import UndecidableError
from govops.git.faults import unreadable
from govops.git.locate import Location
from govops.git.objects import FAULTS, ObjectReader
from govops.git.process import Git
from govops.history import Oid, Past

_OID = re.compile(r"\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b")


@dataclass(frozen=True, slots=True)
class Graph:
    """Every commit that one tip reaches, parents before children; ``parents`` are positions in ``oids``.

    The first ``known`` commits were walked before and stand without their parents: only what comes after is walked.
    """

    oids: list[Oid]
    parents: list[tuple[int, ...]]
    known: int = 0

    def spine(self) -> list[int]:
        """The first-parent chain of the tip, oldest first, as far as it is walked."""
        at = len(self.oids) - 1
        chain = []
        while at >= self.known:
            chain.append(at)
            at = self.parents[at][0] if self.parents[at] else -1
        chain.reverse()
        return chain

    def groups(self) -> list[list[int]]:
        """For each commit of the spine: what it brings in, parents before children, itself last."""
        taken = bytearray(len(self.oids))
        taken[: self.known] = b"\1" * self.known
        groups = []
        for step in self.spine():
            taken[step] = 1
            group = [step]
            for at in group:  # grows while it is walked
                for parent in self.parents[at]:
                    if not taken[parent]:
                        taken[parent] = 1
                        group.append(parent)
            group.sort()
            groups.append(group)
        return groups


class Walker:
    """Asks ``git rev-list``, and tells people what is wrong when it cannot walk."""

    def __init__(self, git: Git, objects: ObjectReader, location: Location) -> None:
        self._git = git
        self._objects = objects
        self._location = location
        self._bases: dict[tuple[Oid, Oid], tuple[Oid, ...]] = {}  # commits do not change

    def chain(self, tip: Oid) -> tuple[Oid, ...]:
        """The first-parent chain, oldest first; UndecidableError if a commit of it cannot be read."""
        return tuple(self._rev_list("--first-parent", "--reverse", tip).decode("ascii").split())

    def graph(self, tip: Oid) -> Graph:
        """Every commit that ``tip`` reaches; UndecidableError if one of them cannot be read."""
        return _graph(self._listed(tip), ())

    def graph_since(self, tip: Oid, past: Past) -> Graph | None:
        """What ``tip`` reaches and the past does not; None unless the tip's first-parent chain goes on from the past's.

        Git stops early where dates are in order, so its word alone will not do: nothing that it lists may be of the
        past, and every parent must be listed or of the past. That leaves exactly what is new.
        """
        listed = [line.split(" ") for line in self._listed(f"^{past.tip}", tip)]
        new = {line[0] for line in listed}
        below = [parent for line in listed for parent in line[1:] if parent not in new]
        old = list(dict.fromkeys([past.tip, *below]))
        known = past.side.union(past.chain)
        if not known.isdisjoint(new) or not known.issuperset(old):
            return None
        graph = _graph([" ".join(line) for line in listed], old)
        spine = graph.spine()
        bottom = graph.parents[spine[0]][:1] if spine else (0,)  # the past's tip is the first of the old ones
        return graph if bottom == (0,) and graph.oids[-1] == tip else None

    def is_ancestor(self, ancestor: Oid, descendant: Oid) -> bool:
        """Whether the one is reachable from the other; every commit is its own ancestor."""
        answer = self._git.run("merge-base", "--is-ancestor", ancestor, descendant)
        if answer.code not in (0, 1) or answer.err:
            raise self.explained(answer.err, f"the history of {descendant}")
        return answer.code == 0

    def merge_bases(self, one: Oid, other: Oid) -> tuple[Oid, ...]:
        """The best common ancestors, sorted."""
        if (one, other) not in self._bases:
            answer = self._git.run("merge-base", "--all", one, other)
            if answer.code not in (0, 1) or answer.err:
                raise self.explained(answer.err, f"the history of {other}")
            self._bases[one, other] = tuple(sorted(answer.out.decode("ascii").split()))
        return self._bases[one, other]

    def between(self, old: Oid, new: Oid, *options: str) -> tuple[Oid, ...]:
        """Commits that ``new`` reaches and ``old`` does not, parents before children."""
        return tuple(self._rev_list("--topo-order", "--reverse", *options, f"^{old}", new).decode("ascii").split())

    def touching(self, tip: Oid, path: str) -> tuple[Oid, ...]:
        """Commits of the first-parent chain that differ from their first parent at a path, oldest first."""
        found = self._rev_list("--first-parent", "--full-history", "--reverse", tip, path=path)
        return tuple(found.decode("ascii").split())

    def explained(self, err: str, what: str) -> UndecidableError:
        """Git's complaint in words for people: which object is missing or corrupt, and what mends it."""
        named = list(dict.fromkeys(_OID.findall(err)))
        for found in self._objects.contents(named):
            if found.kind in FAULTS:
                return self.unreadable(found.kind, found.oid)
        said = err.splitlines()[0][:200] if err else "it gave no reason"
        hint = self._location.command("fsck --full")
        return UndecidableError(f"git cannot read {what}: {ascii(said)[1:-1]}", hint=hint)

    def unreadable(self, kind: str, oid: Oid) -> UndecidableError:
        """The error for an object that is missing or corrupt."""
        return unreadable(kind, oid, self._location)

    def _listed(self, *revisions: str) -> list[str]:
        return self._rev_list("--topo-order", "--reverse", "--parents", *revisions).decode("ascii").splitlines()

    def _rev_list(self, *arguments: str, path: str | None = None) -> bytes:
        answer = self._git.run("rev-list", *arguments, "--", *([path] if path is not None else []))
        if answer.code or answer.err:
            raise self.explained(answer.err, f"the history of {arguments[-1]}")
        return answer.out


def _graph(lines: list[str], known: Sequence[Oid]) -> Graph:
    """From lines of a commit and its parents, parents before children."""
    oids = list(known)
    parents: list[tuple[int, ...]] = [()] * len(oids)
    place = {oid: at for at, oid in enumerate(oids)}
    for line in lines:
        oid, *above = line.split(" ")
        place[oid] = len(oids)
        oids.append(oid)
        parents.append(tuple([place[parent] for parent in above]))
    return Graph(oids, parents, len(known))
