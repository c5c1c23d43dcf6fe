"""Who takes both of two duties that are kept apart: in one change, or in a change after another."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from govops.decision import ChangeFacts
from govops.decision.clashing import clashes
from govops.history.deeds import Deed, Deeds
from govops.lifecycle import Action
from tests.decision.sample import facts
from tests.support.facts import law, oid, read
from tests.support.files import conflict, deployment, duty, model, segregation, version

REGISTER, APPROVE, DEPLOY = "model.register", "model.approve", "model.deploy_production"
TIER = ["risk_tier"]


def edit(**spec: Any) -> Action:
    """An update of the model fraud, which was of a medium risk tier."""
    return _action("model.update", model("fraud", **spec), old=model("fraud", risk_tier="medium"))


def _action(name: str, new: tuple[str, bytes], old: tuple[str, bytes] | None = None) -> Action:
    resource = read(new)
    return Action(name, resource.kind, _name_of(new[0]), new[0], read(old) if old else None, resource)


def _name_of(path: str) -> str:
    """Of a resource below ``registry/``: what stands in its path."""
    parts = path.removesuffix(".yaml").split("/")[2:]
    return "/".join(part for part in parts if part not in ("model", "versions"))


REGISTERED = _action(REGISTER, model("fraud"))
APPROVED = _action(APPROVE, version("fraud", "1.0"))
DEPLOYED = _action(DEPLOY, deployment("production", "fraud", "1.0"))
ELSEWHERE = _action(REGISTER, model("churn"))


def apart(*rules: dict[str, Any], actions: Iterable[Action] = (), deeds: Iterable[Deed] = ()) -> ChangeFacts:
    """A change of these actions, after these deeds, under rules that keep duties apart."""
    known = Deeds()
    known.add(deeds)
    return facts(law(segregation(lifecycle=list(rules))), actions=tuple(actions), deeds=known)


def found(change: ChangeFacts, did: str, *people: str, makers: Iterable[str] = ("alice",)) -> list[str]:
    """What is said of those of ``people`` who clash, by any action of the change."""
    said = (clashes(change, action, did, people, frozenset(makers)) for action in change.actions)
    return [clash.words.partition(";")[0] for clashing in said for clash in clashing]


MADE = "made model.register of Model/fraud in this change"
APPROVED_FIRST = "approved model.register of Model/fraud in this change"
BUILT_SECOND = "made model.approve of ModelVersion/fraud/1.0 in this change"
BOTH_DUTIES = {
    ("contribute", "contribute"): ([f"alice {MADE}"], []),
    ("contribute", "approve"): ([], [f"alice {MADE}"]),
    ("approve", "contribute"): ([], [f"alice {BUILT_SECOND}"]),
    ("approve", "approve"): ([], [f"alice {APPROVED_FIRST}", f"bob {APPROVED_FIRST}"]),
}


@pytest.mark.parametrize(("did", "expected"), BOTH_DUTIES.items(), ids=map(" then ".join, BOTH_DUTIES))
def test_of_two_duties_in_one_change_one_clashes(did: tuple[str, str], expected: tuple[list[str], list[str]]) -> None:
    """An approval, where one is among them, and else the second. Alice made the change, with all that is in it."""
    rule = conflict(duty(did[0], REGISTER), duty(did[1], APPROVE))
    change = apart(rule, actions=[REGISTERED, APPROVED])
    assert (found(change, "contribute", "alice"), found(change, "approve", "alice", "bob")) == expected


def test_an_action_is_asked_about_as_part_of_its_change() -> None:
    """Of a life that no action of the change is part of, none is."""
    change = apart(conflict(duty("approve", REGISTER), duty("approve", APPROVE)), actions=[REGISTERED])
    acts = change.law.acts(change.deeds)
    assert acts.living(change.actions, "model:fraud") == [REGISTERED]
    assert list(acts.living(change.actions, "model:churn")) == []
    assert acts.living((APPROVED, ELSEWHERE), "model:churn") == [ELSEWHERE]


def test_one_action_is_not_two_duties() -> None:
    """Both patterns name it, and it is done once."""
    either = conflict(duty("approve", "model.*"), duty("approve", APPROVE))
    assert found(apart(either, actions=[APPROVED]), "approve", "bob") == []
    assert found(apart(either, actions=[APPROVED, REGISTERED]), "approve", "bob") == [f"bob {APPROVED_FIRST}"]


def test_what_is_done_beside_to_another_thing_or_by_another_name_is_no_duty() -> None:
    rule = conflict(duty("approve", REGISTER), duty("approve", APPROVE))
    assert found(apart(rule, actions=[ELSEWHERE, APPROVED, DEPLOYED]), "approve", "bob") == []


@pytest.mark.parametrize(("first", "second"), [(APPROVE, DEPLOY), (DEPLOY, APPROVE)])
def test_a_deployment_is_part_of_the_life_of_the_version_that_it_names(first: str, second: str) -> None:
    rule = conflict(duty("approve", first), duty("approve", second), "version")
    assert len(found(apart(rule, actions=[APPROVED, DEPLOYED]), "approve", "bob")) == 1
    other = _action(APPROVE, version("fraud", "2.0"))
    assert found(apart(rule, actions=[other, DEPLOYED]), "approve", "bob") == []


@pytest.mark.parametrize(("spec", "clash"), [({"risk_tier": "high"}, True), ({"title": "Another"}, False)])
@pytest.mark.parametrize("limited_first", [True, False])
def test_a_duty_that_is_limited_to_fields_is_taken_by_an_edit_of_these(
    spec: dict[str, str], *, clash: bool, limited_first: bool
) -> None:
    """Whether the edit is the duty that clashes, or what it clashes with."""
    change_tier, approve = duty("approve", "model.update", fields=TIER), duty("approve", APPROVE)
    rule = conflict(change_tier, approve) if limited_first else conflict(approve, change_tier)
    change = apart(rule, actions=[edit(**({"risk_tier": "medium"} | spec)), APPROVED])
    assert bool(found(change, "approve", "bob")) == clash


def test_a_duty_that_is_not_taken_hides_no_other() -> None:
    """The edit is none of the first rule's duties, and one of the second's."""
    tier = conflict(duty("approve", "model.update", fields=TIER), duty("approve", APPROVE))
    edits = conflict(duty("approve", APPROVE), duty("approve", "model.update"))
    change = apart(tier, edits, actions=[edit(risk_tier="medium", title="Another"), APPROVED])
    assert len(found(change, "approve", "bob")) == 1


def test_an_earlier_deed_is_told_with_its_commit() -> None:
    """It speaks against whoever took it, whether or not they made this change."""
    rule = conflict(duty("contribute", REGISTER), duty("approve", APPROVE))
    deed = Deed("Model/fraud", REGISTER, oid("old"), None, contributors=("bob",))
    change = apart(rule, actions=[APPROVED], deeds=[deed])
    words = f"bob made model.register of Model/fraud in {oid('old')[:12]}"
    assert found(change, "approve", "alice", "bob", "carol") == [words]
