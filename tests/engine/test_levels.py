"""How much a change matters is told by the gravest of what it concerns."""

from __future__ import annotations

import pytest

from govops.engine.levels import level_of
from govops.kinds import Resource
from govops.lifecycle import Action
from tests.decision.sample import facts, house
from tests.support.facts import read, snapshot
from tests.support.files import deployment, model, usecase, user, version

HIGH, LOW = (read(model("fraud", risk_tier=tier)) for tier in ("high", "low"))
CRITICAL, MEDIUM = (read(usecase("claims", impact=impact)) for impact in ("critical", "medium"))
LEVELS: dict[str, tuple[list[tuple[Resource | None, Resource | None]], str]] = {
    "nothing": ([], ""),
    "a person": ([(None, read(user("bob")))], ""),
    "a new model": ([(None, LOW)], "low"),
    "a model that is made less risky": ([(HIGH, LOW)], "high"),
    "a model that is removed": ([(HIGH, None)], "high"),
    "a use case beside a model": ([(None, HIGH), (None, CRITICAL)], "critical"),
    "a use case that matters less": ([(None, MEDIUM), (None, LOW)], "medium"),
    "a version, as risky as its model": ([(None, read(version("churn", "1.0")))], "high"),
    "a deployment, as risky as its model": ([(read(deployment("staging", "churn", "1.0")), None)], "high"),
    "a version of a model that is new as well": ([(None, read(version("fraud", "1.0"))), (None, LOW)], "low"),
}


@pytest.mark.parametrize(("sides", "level"), LEVELS.values(), ids=LEVELS)
def test_a_change_is_as_grave_as_the_gravest_that_it_concerns(
    sides: list[tuple[Resource | None, Resource | None]], level: str
) -> None:
    actions = tuple(Action("some.action", "Kind", "name", "path", old, new) for old, new in sides)
    before = snapshot(model("churn", risk_tier="high"))
    assert level_of(facts(house(), actions=actions, before=before)) == level
