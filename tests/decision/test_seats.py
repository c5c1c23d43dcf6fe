"""Seats: a person sits in one, and in one sits one person, whoever of several delegates that is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision.needs import Need, Way
from govops.decision.seats import Able, assign, seat

A, B = Need(1, role="a"), Need(2, role="b")
WAYS = st.lists(st.lists(st.sampled_from([A, B]), min_size=1, max_size=2).map(tuple), min_size=1, max_size=2)
PEOPLE = ("p", "q", "r", "s")
ABSENT = ("x", "y")  # whose delegates they are


@st.composite
def electorates(draw: st.DrawFn) -> Able:
    """Who could take whose seats for which need; those who are away do not sit themselves."""
    able: dict[str, dict[Need, tuple[str, ...]]] = {}
    for person in draw(st.lists(st.sampled_from(PEOPLE), unique=True)):
        seats = st.lists(st.sampled_from((person, *ABSENT)), unique=True).map(tuple)
        able[person] = {A: draw(seats), B: draw(seats)}
    return able


def most(way: Way, able: Able) -> int:
    """The largest number of places that can be filled, by trying everything."""
    return max(len(taken) for taken in _seatings(list(able), [need.count for need in way], frozenset(), way, able))


def _seatings(
    people: list[str], room: list[int], taken: frozenset[str], way: Way, able: Able
) -> Iterator[frozenset[str]]:
    if not people:
        yield taken
        return
    first, rest = people[0], people[1:]
    yield from _seatings(rest, room, taken, way, able)
    for index, need in enumerate(way):
        for whose in able[first].get(need, ()):
            if room[index] and whose not in taken:
                left = [count - (place == index) for place, count in enumerate(room)]
                yield from _seatings(rest, left, taken | {whose}, way, able)


@pytest.mark.threat("C21")
@given(WAYS, electorates())
def test_as_many_sit_as_can_and_no_seat_is_taken_twice(ways: list[Way], able: Able) -> None:
    found = seat(ways, able)
    assert found.way in ways
    assert found.lacking == min(sum(need.count for need in way) - most(way, able) for way in ways)
    taken = [whose for _, whose in found.seats.values()]
    assert len(set(taken)) == len(taken)
    for person, (index, whose) in found.seats.items():
        assert whose in able[person][found.way[index]]


@given(WAYS, electorates())
def test_whoever_can_sit_for_themselves_does(ways: list[Way], able: Able) -> None:
    found = seat(ways, able)
    for person, (index, whose) in found.seats.items():
        assert whose == person or person not in able[person][found.way[index]]


TWO = Need(2, role="a")
SHARED: dict[str, tuple[Mapping[str, tuple[str, ...]], int]] = {
    "two delegates of one person": ({"p": ("x",), "q": ("x",)}, 1),
    "two delegates of two persons": ({"p": ("x",), "q": ("y",)}, 2),
    "two delegates who could be of either": ({"p": ("x", "y"), "q": ("x", "y")}, 2),
    "one who could sit as themselves, and one who could not": ({"p": ("p", "x"), "q": ("x",)}, 2),
    "one delegate of two persons": ({"p": ("x", "y")}, 1),
}


@pytest.mark.threat("C21")
@pytest.mark.parametrize(("able", "seated"), SHARED.values(), ids=SHARED)
def test_a_seat_is_one_vote_however_many_act_for_its_holder(able: Mapping[str, tuple[str, ...]], seated: int) -> None:
    assert len(seat([(TWO,)], {person: {TWO: seats} for person, seats in able.items()}).seats) == seated


def test_where_too_many_could_act_for_too_many_it_ends_and_never_counts_too_much() -> None:
    lenders = tuple(f"l{number}" for number in range(30))
    crowd = {f"p{number}": {Need(20, role="a"): lenders} for number in range(30)}
    assert len(seat([(Need(20, role="a"),)], crowd).seats) <= 20


FULLEST: dict[str, tuple[list[Way], dict[str, tuple[Need, ...]], tuple[Need, int]]] = {
    "the way that lacks fewest": ([(B,), (A,)], {}, (A, 0)),
    "of two that lack as many, the one where more sit": ([(A,), (B,)], {"p": (B,)}, (B, 1)),
    "wherever it stands": ([(B,), (A,)], {"p": (B,)}, (B, 1)),
    "of equals the first": ([(A,), (Need(1, role="c"),)], {}, (A, 0)),
}


@pytest.mark.parametrize(("ways", "serves", "expected"), FULLEST.values(), ids=FULLEST)
def test_where_nothing_is_enough_the_nearest_is_told(
    ways: list[Way], serves: dict[str, tuple[Need, ...]], expected: tuple[Need, int]
) -> None:
    found = seat(ways, {person: dict.fromkeys(needs, (person,)) for person, needs in serves.items()})
    assert (found.way[0], len(found.seats)) == expected
    assert found.lacking


def test_whoever_makes_room_stays_with_their_need_as_long_as_it_has_a_place() -> None:
    assert assign((B, A), {"p": (0, 1), "q": (0,)}) == {"p": 0, "q": 0}
    assert assign((B, A), {"p": (0, 1), "q": (0,), "r": (0,)}) == {"p": 1, "q": 0, "r": 0}
