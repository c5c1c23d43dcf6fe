"""Signed reports of incidents hold a promotion that came after them, and no other, on histories in memory."""

from __future__ import annotations

from dataclasses import replace

import pytest

from govops.engine import run
from govops.evidence.book import EvidenceBook
from govops.evidence.records import IncidentReport
from govops.rules import RULES
from tests.engine.remembered import company_of, lands, told
from tests.oracle.play import Remembered
from tests.support.cast import public_line
from tests.support.change import Landed
from tests.support.files import deployment, model, settings, usecase, user, version

PRODUCTION = [deployment("production", "fraud", number) for number in ("1.0", "1.1")]


@pytest.fixture
def world() -> Remembered:
    """Two approved versions of a model, the first in production."""
    versions = [version("fraud", number, status="approved") for number in ("1.0", "1.1")]
    return company_of(model("fraud"), *versions, PRODUCTION[0])


def promoted(world: Remembered) -> Landed:
    return lands(world, PRODUCTION[1], by="dave")


def held(world: Remembered, landed: Landed, *, place: int = 0) -> bool:
    """Whether an incident stands in its way; reports stand there on the evidence branch, and all else at 5."""
    known = told(world)
    records = [
        replace(one, place=place if isinstance(one.payload, IncidentReport) else 5) for one in known.book.records
    ]
    found = run(RULES, replace(known, book=EvidenceBook(records))).findings
    return any(one.rule == "open-incident" and one.commit == landed.commit for one in found)


def test_a_report_holds_what_lands_after_it(world: Remembered) -> None:
    world.report_incident("dave", "outage")
    assert held(world, promoted(world))


def test_a_report_that_came_after_the_landing_holds_nothing(world: Remembered) -> None:
    landed = promoted(world)
    world.report_incident("dave", "outage")
    assert not held(world, landed)


def test_a_report_that_is_dated_back_holds_nothing_that_was_recorded_before_it(world: Remembered) -> None:
    """What stands on the evidence branch above the record of a change was not there when that was written."""
    landed = promoted(world)
    world.report_incident("dave", "outage", at="2026-01-01T00:00:00Z")
    assert held(world, landed, place=4)
    assert not held(world, landed, place=6)


def test_a_report_holds_nothing_of_a_stranger(world: Remembered) -> None:
    world.report_incident("mallory", "outage")
    assert not held(world, promoted(world))


def test_a_report_holds_no_other_model_and_no_other_action(world: Remembered) -> None:
    world.report_incident("dave", "outage", resource="Model/churn")
    assert not held(world, promoted(world))
    world.report_incident("dave", "another")
    assert not held(world, lands(world, usecase("claims")))


def test_a_change_that_nobody_recorded_is_judged_all_the_same(world: Remembered) -> None:
    world.report_incident("dave", "outage")
    landed = world.propose("dave", "Promote", PRODUCTION[1]).approve("bob").merge("squash", record=False)
    held(world, landed)
    assert "no-receipt" in {one.rule for one in run(RULES, told(world)).findings}


@pytest.mark.parametrize("mode", ["receipt", "signature"])
def test_a_signed_approval_shows_what_was_reported_before_it_only_where_it_counts(mode: str) -> None:
    """Where the change had to be recorded and was not, it is a claim, and no witness of anything."""
    accepts = settings(evidence={"mode": mode, "accept": ["receipt", "signature"], "contributors": "claimed"})
    versions = [version("fraud", number, status="approved") for number in ("1.0", "1.1")]
    world = company_of(accepts, model("fraud"), *versions, PRODUCTION[0])
    world.report_incident("dave", "outage")
    change = world.propose("dave", "Promote", PRODUCTION[1])
    world.approve_signed("bob", change)
    assert held(world, change.merge("merge", record=False)) == (mode == "signature")


@pytest.mark.parametrize(
    ("key", "late", "believed"), [("dave", False, False), ("dave", True, True), ("bob", False, True)]
)
def test_a_stolen_key_reports_nothing_from_the_change_on_that_is_named(
    world: Remembered, key: str, *, late: bool, believed: bool
) -> None:
    """A change before that one was held by its report, and still is."""
    before = lands(world, model("churn"))
    world.report_incident("dave", "outage")
    landed = promoted(world)
    after = lands(world, model("debt"))
    since = (after if late else before).commit
    entry = {"key": public_line(key), "since": since, "reason": "The laptop is gone"}
    lands(world, settings(compromised=[entry]), by="carol", approver="erin")
    assert held(world, landed) is believed


def test_a_report_is_judged_by_what_its_author_may_do_when_it_is_heard(world: Remembered) -> None:
    """Not by the rules of an earlier change, which it came after."""
    promoted(world)
    granted = user("mallory", roles=["operator"], keys=[public_line("mallory")])
    world.propose("carol", "Grant", granted).approve("erin").merge("squash")
    world.report_incident("mallory", "outage")
    known = told(world)
    places = {True: 6, False: 5}
    records = [replace(one, place=places[isinstance(one.payload, IncidentReport)]) for one in known.book.records]
    found = run(RULES, replace(known, book=EvidenceBook(records)))
    assert [one.name for one in found.incidents] == ["outage"]
