"""Whoever took one duty is barred from the other, and nobody else: brute force over histories says the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.decision.duties import Acts, conflicts_of, takes
from govops.finding import Status
from govops.history.deeds import Deed, Deeds, lives
from govops.kinds.segregation_of_duties import Duty, SegregationOfDuties
from tests.support.facts import read
from tests.support.files import conflict, duty, segregation

PEOPLE = ("alice", "bob", "carol")
RESOURCES = (
    "Model/fraud",
    "ModelVersion/fraud/1",
    "ModelVersion/fraud/2",
    "ModelVersion/churn/1",
    "Deployment/production/fraud",
    "UseCase/calls",
)
ACTIONS = ("model.register", "model.update", "model.approve", "usecase.approve")
SCOPES = ("resource", "version", "model", "use-case")

people = st.sets(st.sampled_from(PEOPLE), max_size=2).map(lambda found: tuple(sorted(found)))
deeds = st.builds(
    Deed,
    resource=st.sampled_from(RESOURCES),
    action=st.sampled_from(ACTIONS),
    commit=st.just(""),
    contributors=people,
    vouching=people,
    fields=st.sampled_from((None, (), ("risk_tier",), ("title", "risk_tier"), ("title",))),
    version=st.sampled_from(("1", "2")),
)
duties = st.builds(
    lambda did, actions, fields: duty(did, *sorted(actions), fields=fields),
    did=st.sampled_from(("contribute", "approve")),
    actions=st.sets(st.sampled_from((*ACTIONS, "model.*")), min_size=1, max_size=2),
    fields=st.sampled_from((None, ["risk_tier"])),
)
conflicts = st.builds(conflict, duties, duties, st.sampled_from(SCOPES))


def kept_apart(*rules: dict[str, Any]) -> Any:
    policy = read(segregation(lifecycle=list(rules)))
    assert isinstance(policy, SegregationOfDuties)
    return conflicts_of((("policies/segregation/independence.yaml", policy, True),))


def took(deed: Deed, side: Duty, scope: str) -> set[tuple[str, str]]:
    """(life, person) of everybody who took this duty by this deed."""
    own = deed.contributors if side.did == "contribute" else deed.vouching
    if not takes(side, deed.action, deed.fields):
        return set()
    return set(product((life for life in lives(deed.resource, deed.version) if life.startswith(f"{scope}:")), own))


@given(st.lists(deeds, max_size=12), st.lists(conflicts, min_size=1, max_size=3), st.integers(0, 12))
def test_who_took_both_is_who_is_found_in_pairs(history: list[Deed], rules: list[dict[str, Any]], cut: int) -> None:
    """Whether the deeds come all at once or in two parts."""
    acts, known = Acts(kept_apart(*rules)), Deeds(history[:cut])
    acts.catch_up(known)
    known.add(history[cut:])
    acts.catch_up(known)
    found = {(one.id, life, person) for one, life, person, _, _ in acts.met()}
    expected = {
        (one.id, life, person)
        for one in acts.conflicts
        for first in history
        for second in history
        for life, person in took(first, one.rule.first, one.rule.scope) & took(second, one.rule.second, one.rule.scope)
    }
    assert found == expected


@given(st.lists(deeds, max_size=8), conflicts)
def test_the_first_deed_of_each_is_told(history: list[Deed], rule: dict[str, Any]) -> None:
    history = [replace(deed, commit=str(number)) for number, deed in enumerate(history)]
    acts = Acts(kept_apart(rule))
    acts.catch_up(Deeds(history))
    (one,) = acts.conflicts
    for life, person in product({life for name in RESOURCES for life in lives(name, "1")}, PEOPLE):
        of_first = [deed for deed in history if (life, person) in took(deed, one.rule.first, one.rule.scope)]
        assert acts.first(0, 0, life, person) == (of_first[0] if of_first else None)


def test_whoever_took_both_is_told_by_rule_life_and_person() -> None:
    """Whatever the order in which they did so."""
    both = conflict(duty("contribute", "model.*"), duty("approve", "model.*"), "resource")
    acts = Acts(kept_apart(both, both))
    done = [
        Deed(f"Model/{name}", "model.update", "", contributors=(person,), vouching=(person,))
        for name, person in (("fraud", "bob"), ("churn", "carol"), ("fraud", "alice"))
    ]
    acts.catch_up(Deeds(done))
    met = [(one.id, life.partition("/")[2], person) for one, life, person, _, _ in acts.met()]
    told = [("churn", "carol"), ("fraud", "alice"), ("fraud", "bob")]
    assert met == [(rule, *row) for rule in ("independence#1", "independence#2") for row in told]


def test_a_deployment_is_a_deed_in_the_life_of_the_version_that_it_named() -> None:
    acts = Acts(kept_apart(conflict(duty("approve", "model.approve"), duty("approve", "model.deploy*"), "version")))
    deployment, action = "Deployment/production/fraud", "model.deploy_production"
    acts.catch_up(Deeds([Deed(deployment, action, "", vouching=("bob",), version="1.0")]))
    assert acts.first(0, 1, "version:fraud/1.0", "bob") is not None


def test_every_rule_of_a_policy_has_a_number_of_its_own() -> None:
    """Pairs of roles come first, as in the file's schema."""
    pairs = [{"roles": ["auditor", role], "reason": "Who audits does not operate"} for role in ("operator", "admin")]
    own = conflict(duty("contribute", "model.*"), duty("approve", "model.*"))
    policy = read(segregation(role_pairs=pairs, lifecycle=[own, own]))
    assert isinstance(policy, SegregationOfDuties)
    assert [one.id for one in conflicts_of((("", policy, True),))] == ["independence#3", "independence#4"]


@pytest.mark.parametrize(
    ("enforcement", "certain", "status"),
    [
        ("strict", True, Status.FAIL),
        ("strict", False, Status.UNVERIFIABLE),
        ("advisory", True, Status.WARN),
        ("advisory", False, Status.WARN),
    ],
)
def test_a_breach_is_as_grave_as_its_policy_and_as_sure(enforcement: str, *, certain: bool, status: Status) -> None:
    path, text = segregation(
        lifecycle=[conflict(duty("contribute", "*"), duty("approve", "*"))], enforcement=enforcement
    )
    policy = read((path, text))
    assert isinstance(policy, SegregationOfDuties)
    (found,) = conflicts_of(((path, policy, certain),))
    assert (found.policy, found.status, found.is_strict) == (path, status, status is not Status.WARN)


@pytest.mark.parametrize(
    ("resource", "version", "expected"),
    [
        ("Model/fraud", "", ("resource:Model/fraud", "model:fraud")),
        ("ModelVersion/fraud/1", "", ("resource:ModelVersion/fraud/1", "version:fraud/1", "model:fraud")),
        (
            "Deployment/production/fraud",
            "1",
            ("resource:Deployment/production/fraud", "version:fraud/1", "model:fraud"),
        ),
        ("UseCase/calls", "", ("resource:UseCase/calls", "use-case:calls")),
        ("Incident/late", "", ("resource:Incident/late",)),
    ],
)
def test_a_thing_is_part_of_its_own_life_and_of_larger_ones(
    resource: str, version: str, expected: tuple[str, ...]
) -> None:
    assert lives(resource, version) == expected
