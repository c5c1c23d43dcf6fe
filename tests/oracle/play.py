"""A story played in memory: the world of tests/support without a file and without git, and the engine on it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from govops import yamlio
from govops.engine import AuditFacts, Parsed, run
from govops.evidence.book import EvidenceBook, Recorded, Tampering
from govops.evidence.coverage import NotMerged
from govops.finding import Finding, Provenance, Report, Status
from govops.git.commits import parse_commit
from govops.git.hashing import format_named
from govops.history import Chain, Commit, Entry, Oid, PathChange, SideCommit, Step
from govops.kinds.custom import CustomKind
from govops.rules import RULES
from govops.workspace.evidence import RECORD_PATH, parse_record
from tests.oracle import merging
from tests.oracle.told import Witnessed, told
from tests.support.change import Change
from tests.support.objects import Objects, Tree
from tests.support.player import Player
from tests.support.steps import Step as Told
from tests.support.stories import Company
from tests.support.world import World


class Memory(Objects):
    """Objects that nobody writes down."""

    def __init__(self, directory: Path, object_format: str = "sha1", *, bare: bool = False) -> None:
        self.directory = directory
        self.object_format = object_format
        self._blobs = {}
        self.commits: dict[str, bytes] = {}

    def raw(self, kind: str, data: bytes) -> str:
        oid = hashlib.sha1(b"%s %d\0%s" % (kind.encode("ascii"), len(data), data)).hexdigest()
        if kind == "commit":
            self.commits[oid] = data
        return oid

    def tree(self, files: Mapping[str, tuple[str, str]]) -> str:
        """A tree's id stands for what is in it, and nobody reads trees here."""
        return hashlib.sha1(repr(sorted(files.items())).encode("utf-8", "surrogateescape")).hexdigest()

    def merged(self, base: str, ours: str, theirs: str) -> bytes | None:
        return merging.merge(*(self.read(oid) for oid in (base, ours, theirs)))

    def keep(self, oids: Collection[str]) -> None:
        """Lose every other file's content."""
        self._blobs = {oid: content for oid, content in self._blobs.items() if oid in oids}

    def ref(self, name: str, oid: str | None) -> None:
        """Nobody asks for refs either."""


class Remembered(Witnessed):
    """A world that stands nowhere."""

    store = Memory
    objects: Memory

    def texts(self) -> Mapping[str, bytes]:
        return self.objects.texts()

    def forget(self, change: Change) -> None:
        """What nothing else reaches is gone."""
        heads = [other.head for other in self.changes if other is not change]
        kept = {oid for one in self.ancestors(self.main, *heads) for _, oid in self.node(one).tree.values()}
        kept |= {oid for _, oid in self.evidence.tree.values()}
        self.objects.keep(kept)


class Playing(Player):
    """The people of a story, in memory."""

    worlds = Remembered


def play(company: Company, steps: list[Told]) -> Remembered:
    """The world after the story."""
    world = Playing(Path("nowhere"), company).play(steps)
    assert isinstance(world, Remembered)
    return world


def audit(world: Remembered) -> Report:
    """What the engine says of it."""
    return run(RULES, facts(world))


def facts(world: Remembered) -> AuditFacts:
    """A remembered world as the engine wants it."""
    chain = _chain(world)
    provenance = Provenance(
        repository=world.repository,
        ref="refs/heads/main",
        tip=world.main,
        tree=_parsed(world.main, world.objects.commits[world.main]).tree,
        object_format="sha1",
        govops_version="0",
        git_version="0",
    )
    steps = tuple(_steps(world, chain))
    return AuditFacts(
        chain=Chain(world.main, provenance.tree, chain, "sha1"),
        steps=lambda: steps,
        documents=Library(world),
        book=_book(world),
        provenance=provenance,
        junk=_junk(world),
    )


class Library:
    """Content by id; the same content is read once for all stories."""

    def __init__(self, world: Remembered) -> None:
        self._world = world
        self._texts = world.objects.texts()

    def prefetch(self, oids: Iterable[Oid]) -> None:
        """Everything is at hand."""

    def load(self, path: str, entry: Entry, custom: tuple[CustomKind, ...], *, limit: int) -> Parsed:
        content = self._texts.get(entry.oid)
        if content is None:
            return Parsed(None, (Finding("missing-object", "it is gone", Status.UNVERIFIABLE, path=path),))
        return _loaded(path, content, custom, limit)

    def text(self, oid: Oid) -> bytes | None:
        return self._texts.get(oid)

    def position(self, oid: Oid, place: tuple[str | int, ...]) -> tuple[int, int] | None:
        return None

    def merge(self, base: Oid, ours: Oid, theirs: Oid) -> Oid | NotMerged:
        sides = [self._texts.get(oid) for oid in (base, ours, theirs)]
        if None in sides:
            return NotMerged.MISSING
        merged = merging.merge(*(side for side in sides if side is not None))
        return NotMerged.CONFLICT if merged is None else _blob(merged)

    def tree(self, commit: Oid) -> Mapping[str, Entry] | None:
        node = self._world.nodes().get(commit)
        return None if node is None else {path: Entry(*entry) for path, entry in node.tree.items()}

    def descends(self, commit: Oid, ancestor: Oid) -> bool:
        return commit in self._world.nodes() and ancestor in self._world.ancestors(commit)


@lru_cache(maxsize=20_000)
def _loaded(path: str, content: bytes, custom: tuple[CustomKind, ...], limit: int) -> Parsed:
    loaded = yamlio.load(content, path=path, custom=custom, max_bytes=limit)
    return Parsed(loaded.resource, loaded.findings)


@lru_cache(maxsize=2_000)
def _parsed(oid: str, data: bytes) -> Commit:
    return parse_commit(oid, data, form=format_named("sha1"))


def _blob(data: bytes) -> str:
    return hashlib.sha1(b"blob %d\0%s" % (len(data), data)).hexdigest()


def _chain(world: World) -> tuple[str, ...]:
    found = [world.main]
    while parents := world.node(found[-1]).parents:
        found.append(parents[0])
    return tuple(found[::-1])


def _steps(world: Remembered, chain: tuple[str, ...]) -> Iterator[Step]:
    for oid in chain:
        first = world.node(oid).parents[:1]
        before = world.ancestors(*first)
        side = [other for other in world.between(first[0], oid) if other != oid] if first else []
        yield Step(
            _parsed(oid, world.objects.commits[oid]),
            _differences(world, oid),
            tuple(SideCommit(_parsed(one, world.objects.commits[one]), _differences(world, one)) for one in side),
            introduces=tuple(one for one in (*side, oid) if one not in before and _introduces(world, one)),
        )


def _introduces(world: World, oid: str) -> bool:
    carries = [one for one in world.ancestors(oid) if "policies/govops.yaml" in world.node(one).tree]
    return carries == [oid]


def _differences(world: World, oid: str) -> tuple[PathChange, ...]:
    node = world.node(oid)
    old: Tree = world.node(node.parents[0]).tree if node.parents else {}
    paths = sorted(path for path, _ in old.items() ^ node.tree.items())
    return tuple(PathChange(path, _entry(old.get(path)), _entry(node.tree.get(path))) for path in dict.fromkeys(paths))


def _entry(entry: tuple[str, str] | None) -> Entry | None:
    return None if entry is None else Entry(*entry)


def _book(world: Remembered) -> EvidenceBook:
    records = [_record(path, world.objects.read(oid)) for path, (_, oid) in world.evidence.tree.items()]
    tampering = [Tampering(path, "the record was edited") for path in told(world).spoiled]
    return EvidenceBook([record for record in records if record is not None], tampering)


def _junk(world: Remembered) -> tuple[str, ...]:
    files = [(path, world.objects.read(oid)) for path, (_, oid) in world.evidence.tree.items() if path != "README.md"]
    return tuple(path for path, content in files if _record(path, content) is None)


@lru_cache(maxsize=2_000)
def _record(path: str, content: bytes) -> Recorded | None:
    return parse_record(path, content) if RECORD_PATH.fullmatch(path) else None
