"""A stretch of changes that the same clauses were in force for, and what was judged meanwhile, as plain values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from govops.finding import ClauseEvidence
from govops.history import Oid
from govops.kinds.framework import Clause, Framework

Frameworks = tuple[tuple[str, Framework], ...]
"""(path, framework) of those that count, sorted by path."""

Alike = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


@dataclass(slots=True)
class Tally:
    """Changes alike: allowed, of resources of these ``kinds``, judged by these of the users' ``own`` rules, with
    warnings of rules.

    ``files``, ``resources`` (by kind) and ``asked`` (by own rule) are what they left behind, ``first`` and ``last``
    their ids.
    """

    kinds: tuple[str, ...]
    own: tuple[str, ...]
    warned: tuple[str, ...]
    first: Oid
    last: Oid
    changes: int = 0
    files: int = 0
    resources: dict[str, int] = field(default_factory=dict)
    asked: dict[str, int] = field(default_factory=dict)

    @property
    def key(self) -> Alike:
        """What the changes have in common."""
        return self.kinds, self.own, self.warned

    def copy(self) -> Tally:
        """Another one that may count on."""
        return replace(self, resources=dict(self.resources), asked=dict(self.asked))


@dataclass(slots=True)
class Era:
    """From the change ``since`` on, the end of the chain if None; ``time`` is when that landed, by attested time.

    ``idle`` are rules that no policy gave anything to go by, ``closing`` is what permissions and sections showed when
    the era ended.
    """

    since: Oid | None
    time: str | None
    frameworks: Frameworks
    idle: tuple[str, ...] = ()
    tallies: dict[Alike, Tally] = field(default_factory=dict)
    closing: tuple[ClauseEvidence, ...] = ()

    def in_force(self, framework: Framework, clause: Clause) -> bool | None:
        """Whether the clause counted; None where that depends on a time that nobody told."""
        begin, end = framework.spec.window(clause)
        if begin is None and end is None:
            return True
        if self.time is None:
            return None
        return (begin is None or begin <= self.time) and (end is None or self.time < end)

    def demands(self) -> Iterator[Clause]:
        """The clauses that count, or may."""
        for _, framework in self.frameworks:
            yield from (one for one in framework.spec.clauses if self.in_force(framework, one) is not False)


@dataclass(frozen=True, slots=True)
class KeptEra:
    """An era as it is kept; ``frameworks`` are (path, place among the texts)."""

    since: Oid | None
    time: str | None
    frameworks: tuple[tuple[str, int], ...]
    idle: tuple[str, ...]
    tallies: tuple[Tally, ...]
    closing: tuple[ClauseEvidence, ...]


@dataclass(frozen=True, slots=True)
class KeptEras:
    """Eras as they are kept, and each content of a Framework once, as JSON."""

    texts: tuple[str, ...] = ()
    eras: tuple[KeptEra, ...] = ()


def keep(eras: Sequence[Era]) -> KeptEras:
    """What another walk can go on from."""
    places: dict[str, int] = {}
    kept = []
    for era in eras:
        texts = [(path, framework.model_dump_json()) for path, framework in era.frameworks]
        frameworks = tuple((path, places.setdefault(text, len(places))) for path, text in texts)
        tallies = tuple(tally.copy() for tally in era.tallies.values())
        kept.append(KeptEra(era.since, era.time, frameworks, era.idle, tallies, era.closing))
    return KeptEras(tuple(places), tuple(kept))


def restore(kept: KeptEras) -> list[Era]:
    """The eras that were kept."""
    known = [Framework.model_validate_json(text) for text in kept.texts]
    return [
        Era(
            era.since,
            era.time,
            tuple((path, known[place]) for path, place in era.frameworks),
            era.idle,
            {tally.key: tally.copy() for tally in era.tallies},
            era.closing,
        )
        for era in kept.eras
    ]


def begins(era: Era, positions: Mapping[Oid, int]) -> int:
    """Where on the chain the era begins."""
    return len(positions) if era.since is None else positions[era.since]
