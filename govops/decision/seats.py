"""Who sits where: people to the needs of a policy, each person once, each seat once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from govops.decision.needs import Need, Way

Able = Mapping[str, Mapping[Need, Collection[str]]]
"""Person -> need -> whose seats they could take for it: their own, or that of somebody whose delegate they are."""

_MOST_AWARDS = 256  # of contested seats to delegates; what is not tried is not counted


@dataclass(frozen=True, slots=True)
class Seating:
    """Who sits for which need of a way, and in whose seat: person -> (index of the need, name)."""

    way: Way
    seats: Mapping[str, tuple[int, str]] = field(default_factory=dict)

    @property
    def wanted(self) -> int:
        """How many people the way takes."""
        return sum(need.count for need in self.way)

    @property
    def lacking(self) -> int:
        """How many are still missing."""
        return self.wanted - len(self.seats)


def seat(ways: Sequence[Way], able: Able) -> Seating:
    """The way that lacks the fewest people; of equals the one where the most sit, then the first.

    Nobody sits twice, and no seat is taken twice.
    """
    best: Seating | None = None
    for found in (seating for way in ways for seating in _seatings(way, able)):
        if not found.lacking:
            return found
        if best is None or (found.lacking, -len(found.seats)) < (best.lacking, -len(best.seats)):
            best = found
    return best or Seating(())


def assign(needs: Way, candidates: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """As many people as possible to places, nobody twice: person -> index of the need (augmenting paths).

    ``candidates`` maps a person to the needs that they could serve. Deterministic in their order.
    """
    places: dict[tuple[int, int], str] = {}

    def place_for(person: str, tried: set[tuple[int, int]]) -> bool:
        for index in candidates[person]:
            for place in ((index, number) for number in range(needs[index].count)):
                if place in tried:
                    continue
                tried.add(place)
                if place not in places or place_for(places[place], tried):
                    places[place] = person
                    return True
        return False

    for person in candidates:
        place_for(person, set())
    return {person: index for (index, _), person in places.items()}


def _seatings(way: Way, able: Able) -> Iterator[Seating]:
    """The fullest for each way to award the seats that several delegates could take."""
    for award in _awards(able):
        free = {
            person: {need: _free(person, seats, award) for need, seats in served.items()}
            for person, served in able.items()
        }
        candidates = {
            person: tuple([index for index, need in enumerate(way) if free[person].get(need)]) for person in able
        }
        seated = assign(way, candidates)
        yield Seating(way, {person: (index, free[person][way[index]]) for person, index in seated.items()})


def _awards(able: Able) -> Iterator[Mapping[str, str]]:
    claims: dict[str, dict[str, None]] = {}
    for person, served in able.items():
        for seat_of in (name for seats in served.values() for name in seats if name != person):
            claims.setdefault(seat_of, {})[person] = None
    contested = {name: tuple(people) for name, people in claims.items() if len(people) > 1}
    for award in islice(product(*contested.values()), _MOST_AWARDS):
        yield dict(zip(contested, award, strict=True))


def _free(person: str, seats: Collection[str], award: Mapping[str, str]) -> str:
    """The seat that the person takes, their own if it is among them; empty if all are somebody else's."""
    if person in seats:
        return person
    return next((name for name in sorted(seats) if award.get(name, person) == person), "")
