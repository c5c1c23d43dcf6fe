"""The sections of a report, by how many lines they have: what a clause that names one is shown by."""

from __future__ import annotations

from govops.engine.keeping import Trail
from govops.engine.ledger import Ledger
from govops.engine.registry import Registry
from govops.engine.sections import SECTIONS, Contents
from govops.finding import ChangeRecord, Event, Status
from govops.history.deeds import Deeds
from tests.engine.shelf import Shelf
from tests.engine.story import Story, day
from tests.support.facts import snapshot
from tests.support.files import (
    deployment,
    incident,
    model,
    ratification,
    segregation,
    sla,
    usecase,
    user,
    version,
    violation,
    waiver,
)


def lines(registry: Registry, ledger: Ledger | None = None) -> dict[str, int]:
    contents = Contents(registry, ledger or Ledger(), Deeds(), day(9))
    return {name: count(contents) for name, count in SECTIONS.items()}


def test_a_section_counts_what_stands_in_it() -> None:
    story = Story(model("fraud"), version("fraud", "1.0"), usecase("claims"), sla("uptime"), violation("uptime", "jan"))
    pair = {"roles": ["operator", "approver"], "reason": "Two pairs of eyes"}
    story.lands(
        user("bob", roles=["approver", "operator"]),
        deployment("production", "fraud", "1.0"),
        incident("one"),
        incident("two"),
        waiver("w"),
        ratification("r", "0" * 40),
        segregation(role_pairs=[pair]),
    )
    assert lines(story.registry) == {
        "ledger": 0,
        "inventory": 5,
        "deployments": 1,
        "roles": 2,
        "duties": 1,
        "reviews": 0,
        "policies": 0,
        "waivers": 2,
        "incidents": 2,
    }


def test_what_an_earlier_walk_told_counts_as_well() -> None:
    event, told = Event("x", "added", "c"), ChangeRecord("c", None, (), "c", Status.PASS)
    ledger = Ledger()
    ledger.changes.append(told)
    ledger.policies.append(event)
    ledger.earlier = Trail(changes=(told, told), policies=(event,), deployments=(event, event, event))
    found = lines(Story(deployment("staging", "fraud", "1.0")).registry, ledger)
    assert (found["ledger"], found["policies"], found["deployments"]) == (3, 2, 4)


def test_exceptions_are_those_of_the_rules_wherever_these_are_kept() -> None:
    elsewhere = Registry(Shelf(), snapshot(waiver("theirs"), waiver("other")), {})
    elsewhere.snapshot.put(*Story(waiver("own")).registry.snapshot.files.popitem())
    assert lines(elsewhere)["waivers"] == 2
