"""A history that had to be rewritten: whose word that takes, and what is believed of it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from govops.decision import Law, is_rule_file
from govops.engine.doubts import Doubts, is_doubted
from govops.evidence.book import EvidenceBook
from govops.evidence.expunging import Expunction, concerning, expunctions, in_turn, retold
from govops.history import Oid
from govops.lifecycle import is_control_file

_ENOUGH = 2
_MAY = "policy:change"


class Place(NamedTuple):
    """A chain, and the adoption on it that nobody outside vouches for: nothing in a history proves how it began."""

    positions: Mapping[Oid, int]
    founding: Oid | None


class Rewrites:
    """The rewrites that a walk goes by: ``held``, none to begin with.

    Who may sign for one is known only when the walk has come to the tip, so it is repeated with what they signed for.
    Then each signer must be who they are by approved changes, as the records now tell of them.
    """

    def __init__(self) -> None:
        self.held: tuple[Expunction, ...] = ()
        self._refused: set[str] = set()

    def told(self, book: EvidenceBook) -> EvidenceBook:
        """The book as it reads with them."""
        return retold(book, self.held, fixed=is_fixed)

    def settle(self, book: EvidenceBook, law: Law, doubts: Doubts, place: Place) -> bool:
        """Whether the walk that has ended went by the right ones; if not, others are held now."""
        settings = law.settings
        told = concerning(expunctions(book, settings.repository, settings.protected_branch), place.positions)
        offered = [one for one in told if place.founding is None or place.founding not in one.commits.values()]
        before = {one.id for one in self.held}
        believed = [one for one in offered if one.id not in self._refused and self._is_sworn(one, law, doubts, before)]
        self.held = in_turn(believed)
        now = {one.id for one in believed}
        self._refused |= before - now
        return before == now

    def _is_sworn(self, one: Expunction, law: Law, doubts: Doubts, held: Container[str]) -> bool:
        people = sworn_by(one, law, doubts)
        lawful = one.id not in held or not any(law.unlawful_people(people, [f"key:{key}" for key, _ in one.signers]))
        return len(people) >= _ENOUGH and lawful


def renamed(commit: Oid, rewrites: Iterable[Expunction]) -> Oid:
    """What a commit is called after all these rewrites."""
    for one in rewrites:
        commit = one.commits.get(commit, commit)
    return commit


def sworn_by(rewrite: Expunction, law: Law, doubts: Doubts) -> tuple[str, ...]:
    """The people who may sign for it and did, sorted."""
    return tuple(sorted(set(_people(rewrite, law, doubts))))


def _people(rewrite: Expunction, law: Law, doubts: Doubts) -> Iterator[str]:
    may = frozenset(law.holders(permission=_MAY))
    for key, name in rewrite.signers:
        if law.people_at(f"key:{key}") == (name,) and name in may and not is_doubted(key, "", doubts, {}):
            yield name


def is_fixed(path: str) -> bool:
    """Who may sign for a rewrite must not follow from the rewrite."""
    return is_rule_file(path) or is_control_file(path)
