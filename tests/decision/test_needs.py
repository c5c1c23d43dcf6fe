"""What a policy takes: in words that cannot be misread, and as every way in which it can come together."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision.needs import Need, ways_of, words
from govops.decision.seats import seat
from govops.kinds.approval_policy import ApprovalPolicy
from govops.kinds.approvals import DEEPEST, MOST_WAYS, Approvals, depth, ways
from tests.support.facts import read
from tests.support.files import policy

Item = dict[str, Any]
APPROVER, ANALYST = {"role": "approver"}, {"count": 2, "role": "analyst"}
MAY_APPROVE = {"permission": "model:approve"}


def asked(*items: Item) -> tuple[Approvals, ...]:
    """The items as a policy has them."""
    found = read(policy("p", actions=["model.*"], approvals=list(items)))
    assert isinstance(found, ApprovalPolicy)
    return found.spec.required


SAID: dict[str, tuple[list[Item], str]] = {
    "one": ([APPROVER], "1 approval by role approver"),
    "several": ([ANALYST], "2 approvals by role analyst"),
    "all of two": (
        [ANALYST, MAY_APPROVE],
        "2 approvals by role analyst and 1 approval by permission model:approve",
    ),
    "one, and a choice": (
        [APPROVER, {"any_of": [ANALYST, MAY_APPROVE]}],
        "1 approval by role approver, and either 2 by role analyst or 1 by permission model:approve",
    ),
    "a choice first": (
        [{"any_of": [ANALYST, MAY_APPROVE]}, APPROVER],
        "either 2 approvals by role analyst or 1 by permission model:approve, and 1 approval by role approver",
    ),
    "a choice of one person first": (
        [{"any_of": [APPROVER, MAY_APPROVE]}],
        "either 1 approval by role approver or 1 by permission model:approve",
    ),
    "a choice of lists": (
        [APPROVER, {"any_of": [ANALYST, [APPROVER, MAY_APPROVE]]}],
        "1 approval by role approver, and either 2 by role analyst"
        " or (1 by role approver and 1 by permission model:approve)",
    ),
    "a choice in a choice": (
        [APPROVER, {"any_of": [ANALYST, [APPROVER, {"any_of": [ANALYST, MAY_APPROVE]}]]}],
        "1 approval by role approver, and either 2 by role analyst"
        " or (1 by role approver and (either 2 by role analyst or 1 by permission model:approve))",
    ),
}


@pytest.mark.parametrize(("items", "text"), SAID.values(), ids=SAID)
def test_the_words_can_be_read_in_one_way(items: list[Item], text: str) -> None:
    assert words(asked(*items)) == text


def test_of_nothing_there_is_one_way() -> None:
    assert (ways_of(()), words(())) == (((),), "no approval")


def test_ways_are_in_the_order_of_the_file_and_each_is_there_once() -> None:
    found = ways_of(asked({"any_of": [APPROVER, ANALYST]}, {"any_of": [MAY_APPROVE, MAY_APPROVE, APPROVER]}))
    approver, analyst, may = Need(1, "approver"), Need(2, "analyst"), Need(1, permission="model:approve")
    assert found == ((approver, may), (approver, approver), (analyst, may), (analyst, approver))


LEAF = st.builds(lambda count, role: {"count": count, "role": role}, st.integers(1, 2), st.sampled_from(["a", "b"]))


def _choice(items: st.SearchStrategy[Item]) -> st.SearchStrategy[Item]:
    alternative = items | st.lists(items, min_size=2, max_size=2)
    return st.lists(alternative, min_size=1, max_size=2).map(lambda found: {"any_of": found})


ITEM = LEAF | _choice(LEAF | _choice(LEAF))
HOLDERS = st.dictionaries(st.sampled_from("pqrs"), st.frozensets(st.sampled_from(["a", "b"])), max_size=4)


def satisfied(items: list[Any], people: frozenset[str], holds: dict[str, frozenset[str]]) -> bool:
    """Whether these people, each used once, can give all of it: by trying every way to share them out."""
    if not items:
        return True
    first, rest = items[0], items[1:]
    for size in range(len(people) + 1):
        for some in map(frozenset, combinations(sorted(people), size)):
            if _gives(first, some, holds) and satisfied(rest, people - some, holds):
                return True
    return False


def _gives(item: Any, people: frozenset[str], holds: dict[str, frozenset[str]]) -> bool:
    if isinstance(item, list):
        return satisfied(item, people, holds)
    if "any_of" in item:
        return any(_gives(one, people, holds) for one in item["any_of"])
    return len(people) == item["count"] and all(item["role"] in holds[person] for person in people)


@pytest.mark.threat("C21")
@given(st.lists(ITEM, min_size=1, max_size=2), HOLDERS)
def test_it_is_enough_exactly_if_the_people_can_be_shared_out(
    items: list[Item], holds: dict[str, frozenset[str]]
) -> None:
    required = asked(*items)
    needs = {need for way in ways_of(required) for need in way}
    able = {person: {need: (person,) for need in needs if need.role in held} for person, held in holds.items()}
    found = seat(ways_of(required), able)
    assert (not found.lacking) == satisfied(list(items), frozenset(holds), holds)


@given(st.lists(ITEM, min_size=1, max_size=3))
def test_how_many_ways_there_are_is_known_before_they_are_written_out(items: list[Item]) -> None:
    required = asked(*items)
    assert len(ways_of(required)) <= ways(required) <= MOST_WAYS
    assert depth(required) <= DEEPEST
