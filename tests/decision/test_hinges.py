"""What it hinges on whether a policy speaks of an action that nobody has made yet: told, and neither more nor less."""

from __future__ import annotations

from typing import Any

import pytest

from govops.decision.hinges import Open, hinges, settled
from govops.kinds.approval_policy import ApprovalPolicy
from govops.lifecycle import Action
from tests.support.facts import read
from tests.support.files import File, model, policy, usecase, version

START, END = "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"
MIDDLE = "2026-02-14T00:00:00Z"
TIER, LABELS = "risk_tiers", "labels"
EITHER = "if the risk tier is high or critical"
TEAM = "if the labels are team: claims, area: eu"


def written(match: dict[str, Any], **spec: Any) -> ApprovalPolicy:
    """A policy on models and use cases that asks this as well."""
    found = read(policy("p", actions=["model.*", "usecase.*"], match=match, **spec))
    assert isinstance(found, ApprovalPolicy)
    return found


def edited(file: File, name: str) -> Action:
    """An edit of what stands, whose new content nobody knows."""
    stands = read(file)
    return Action(name, stands.kind, stands.key.name, file[0], stands, stands)


EDIT = edited(model("fraud", risk_tier="medium"), "model.update")
APPROVAL = edited(model("fraud", risk_tier="medium"), "model.approve")
CASE = edited(usecase("claims", impact="low"), "usecase.update")


def tiers(model: str) -> frozenset[str]:
    return frozenset({"high"}) if model == "fraud" else frozenset()


def told(asked: ApprovalPolicy, action: Action = EDIT, **unsettled: Any) -> tuple[str, ...] | None:
    """What it hinges on; ``unknown`` and ``move`` are given as sets."""
    sides = {name: frozenset(found) for name, found in unsettled.items() if name != "time"}
    return hinges(asked, action, tiers, Open(**sides, time=unsettled.get("time")))


STRICT = {TIER: ["high", "critical"]}
TEAMS = {LABELS: {"team": "claims", "area": "eu"}}
ASKED: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, ...] | None]] = {
    # what the policy asks, what is open, and what it hinges on
    "it asks nothing": ({}, {"unknown": {TIER, LABELS}}, ()),
    "it asks for what stands": ({TIER: ["medium"]}, {}, ()),
    "it asks for something else": (STRICT, {}, None),
    "it asks for another kind, and that is never open": ({"kinds": ["Deployment"]}, {"unknown": {TIER}}, None),
    "it asks for something else, and something else is open": (STRICT, {"unknown": {LABELS}, "move": {LABELS}}, None),
    "it asks for what nobody knows": (STRICT, {"unknown": {TIER}}, (EITHER,)),
    "it asks for what nobody knows, and what stands is none of it": (TEAMS, {"unknown": {LABELS}}, (TEAM,)),
    "it asks for what may come about": (STRICT, {"move": {TIER}}, (EITHER,)),
    "it asks for what stands, and that may move": ({TIER: ["medium"]}, {"move": {TIER}}, ()),
    "it asks for two things that may come about": (STRICT | TEAMS, {"move": {TIER, LABELS}}, (EITHER, TEAM)),
    "of two things one stands": ({TIER: ["medium"]} | TEAMS, {"move": {TIER, LABELS}}, (TEAM,)),
    "of two things one is unknown and one stands": (
        {TIER: ["medium"]} | TEAMS,
        {"unknown": {LABELS}, "move": {TIER}},
        (TEAM,),
    ),
    "of two things one is unknown and one may come about": (
        STRICT | TEAMS,
        {"unknown": {LABELS}, "move": {TIER}},
        (EITHER, TEAM),
    ),
    "a condition": ({"condition": "true"}, {}, ("if this holds: true",)),
    "fields": (
        {"fields": ["owner", "title"]},
        {},
        ("if it changes owner or title (it is model.update_minor else, if no other policy speaks)",),
    ),
    "all of it": (
        STRICT | {"fields": ["owner"], "condition": "1 == 1"},
        {"unknown": {TIER}},
        (
            EITHER,
            "if it changes owner (it is model.update_minor else, if no other policy speaks)",
            "if this holds: 1 == 1",
        ),
    ),
}


@pytest.mark.parametrize(("match", "unsettled", "expected"), ASKED.values(), ids=ASKED)
def test_a_policy_hinges_on_what_is_open_and_asked_for(
    match: dict[str, Any], unsettled: dict[str, Any], expected: tuple[str, ...] | None
) -> None:
    assert told(written(match), **unsettled) == expected


def test_an_impact_is_open_as_a_tier_is() -> None:
    critical = written({"impacts": ["critical"]})
    assert told(critical, CASE) is None
    assert told(critical, CASE, move={"impacts"}) == ("if the impact is critical",)
    assert told(critical, EDIT, unknown={"impacts"}) == ("if the impact is critical",)


def test_what_belongs_to_a_model_has_the_tier_of_the_model() -> None:
    found = edited(version("fraud", "1.0"), "model.update")
    assert told(written({TIER: ["high"]}), found) == ()
    assert told(written({TIER: ["high"]}), found, move={TIER}) == ()
    assert told(written({TIER: ["low"]}), found) is None
    assert told(written({TIER: ["low"]}), found, move={TIER}) == ("if the risk tier is low",)


def test_fields_matter_to_plain_edits_only() -> None:
    assert told(written({"fields": ["owner"]}), APPROVAL) == ()


WITHIN: dict[str, tuple[str | None, tuple[str, ...] | None]] = {
    "nobody knows when": (None, (f"from {START} on", f"until {END}")),
    "before it begins": ("2026-01-31T23:59:59Z", None),
    "as it begins": (START, ()),
    "between": (MIDDLE, ()),
    "as it ends": (END, None),
}


@pytest.mark.parametrize(("time", "expected"), WITHIN.values(), ids=WITHIN)
def test_a_policy_with_dates_hinges_on_a_time_that_is_not_given(
    time: str | None, expected: tuple[str, ...] | None
) -> None:
    assert told(written({}, effective_from=START, until=END), time=time) == expected


def test_one_date_is_enough() -> None:
    begins, ends = written({}, effective_from=START), written({}, until=END)
    assert [told(begins, time=time) for time in (None, "2026-01-01T00:00:00Z", START, END)] == [
        (f"from {START} on",),
        None,
        (),
        (),
    ]
    assert [told(ends, time=time) for time in (None, "2026-01-01T00:00:00Z", START, END)] == [
        (f"until {END}",),
        (),
        (),
        None,
    ]
    assert told(written({}), time=MIDDLE) == ()


def test_a_settled_policy_asks_for_approvals_and_for_nothing_that_was_open() -> None:
    """Whom it asks, and of which kinds of change, it says as before."""
    asked = STRICT | TEAMS | {"impacts": ["low"], "fields": ["owner"], "condition": "true", "kinds": ["Model"]}
    found = settled(written(asked, effective_from=START, until=END, max_age="30d", evidence=["signature"]))
    plain = written({"kinds": ["Model"]})
    assert found == plain
    assert found.spec.match.labels == {}
