"""A test of policies that names what there is not is a warning; it may name strangers where it is about them."""

from __future__ import annotations

from typing import Any

import pytest

from govops.finding import Severity, Status
from tests.rules.builders import Registry
from tests.support.files import File, case, kind, policy_test, user

CHANGE = {"action": "model.approve", "resource": "ModelVersion/fraud/1.0", "author": "alice", "merger": "bob"}
PEOPLE = (user("alice"), user("bob"))


def found(*cases: dict[str, Any], change: dict[str, Any] = CHANGE, beside: tuple[File, ...] = ()) -> list[str]:
    """The messages of the rule on one test."""
    registry = Registry(*PEOPLE, *beside, policy_test("all", *cases, change=change))
    return [one.message for one in registry.found("policy-test-in-vain")]


@pytest.mark.parametrize(
    ("one", "change", "message"),
    [
        (case("a", "pass", "bobb"), CHANGE, "there is no User `bobb`"),
        (case("a", "pass", counted=["bobb"]), CHANGE, "there is no User `bobb`"),
        (case("a", "pass"), CHANGE | {"author": "carol"}, "there is no User `carol`"),
        (case("a", "pass"), CHANGE | {"merger": "carol"}, "there is no User `carol`"),
        (case("a", "pass"), CHANGE | {"pushers": ["carol"]}, "there is no User `carol`"),
        (case("a", "pass", change=CHANGE | {"committers": ["carol"]}), CHANGE, "there is no User `carol`"),
        (case("a", "pass", rules=["no-such-rule"]), CHANGE, "there is no rule `no-such-rule`"),
        (
            case("a", "pass"),
            CHANGE | {"action": "role.assign"},
            "there is no action on a ModelVersion that is called `role.assign`",
        ),
        (
            case("a", "pass"),
            CHANGE | {"also": [{"action": "model.approve", "resource": "Card/a"}]},
            "there is no kind `Card`",
        ),
        (
            case("a", "pass"),
            CHANGE | {"before": [{"action": "model.approve", "resource": "Model/fraud", "contributors": ["carol"]}]},
            "there is no User `carol`",
        ),
    ],
)
def test_fires(one: dict[str, Any], change: dict[str, Any], message: str) -> None:
    assert found(one, change=change) == [message]


@pytest.mark.parametrize(
    ("one", "change"),
    [
        (case("a", "pass", "bob", counted=["bob"], rules=["not-approved"]), CHANGE),
        (case("a", "fail", "zoe", rules=["approver-unknown"]), CHANGE),
        (case("a", "fail", rules=["unknown-contributor"], change=CHANGE | {"author": "zoe"}), CHANGE),
        (case("a", "fail", rules=["unknown-contributor"]), CHANGE | {"author": "zoe"}),
        (case("a", "pass"), CHANGE | {"action": "card.draft", "resource": "Card/a"}),
        (case("a", "pass"), {"action": "control.change", "path": ".gitattributes", "author": "bob"}),
        (case("a", "pass"), CHANGE | {"action": "model.update_minor", "resource": "Model/fraud"}),
    ],
)
def test_does_not_fire(one: dict[str, Any], change: dict[str, Any]) -> None:
    cards = kind("Card", "cards", state="status", transitions=[{"from": None, "to": "draft", "action": "card.draft"}])
    assert found(one, change=change, beside=(cards,)) == []


def test_it_is_a_warning_at_the_name() -> None:
    registry = Registry(*PEOPLE, policy_test("all", case("a", "pass", "bobb"), change=CHANGE))
    (one,) = registry.found("policy-test-in-vain")
    assert (one.status, one.severity) == (Status.WARN, Severity.INFO)
    assert one.hint == "did you mean `bob`?"
    assert one.line is not None
    assert b"bobb" in registry.contents[one.blob or ""].splitlines()[one.line - 1]


def test_other_kinds_are_not_looked_at() -> None:
    registry = Registry(*PEOPLE)
    assert registry.found("policy-test-in-vain") == []
