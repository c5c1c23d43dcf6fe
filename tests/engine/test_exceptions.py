"""Waivers and ratifications as a report lists them: each with how it stands, and what it was of use for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Unlawful
from govops.engine.cases import Acceptance, Cases, Mending
from govops.engine.docket import Docket
from govops.engine.exceptions import exceptions
from govops.engine.waiving import Tally
from govops.finding import InventoryItem, Status
from govops.history.deeds import Deed, Deeds
from govops.kinds import Resource
from govops.kinds.waiver import Waiver
from tests.support.facts import law, oid, read
from tests.support.files import File, ratification, settings, waiver

ENDS, NOW = "2026-03-31T00:00:00Z", "2026-02-01T00:00:00Z"
PUSH = oid("push")
WAIVER, MEND = waiver("models"), ratification("mend", oid("bad"), oid("worse"))
BOTH = waiver("models", rules=["not-approved", "own"], scope={"resource": "Model/fraud", "path": "registry/**"})


def docket(mending: Mending | None = None, **tallies: Tally) -> Docket:
    """By name of the waiver; erin and bob approved the first of them, alice and carol the ratification."""
    deeds = Deeds()
    for resource, person in (
        ("Waiver/models", "erin"),
        ("Waiver/models", "bob"),
        ("Ratification/mend", "carol"),
        ("Ratification/mend", "alice"),
    ):
        deeds.add([Deed(resource, "policy.change", oid(person), approving=(person,))])
    found = Docket({}, lambda: deeds)
    found.recall({waiver(name)[0]: tally for name, tally in tallies.items()}, Cases().since, mending or Mending())
    return found


def of(file: File) -> Waiver:
    found = read(file)
    assert isinstance(found, Waiver)
    return found


def left(*files: File, by: Resource | None = None) -> dict[str, Unlawful]:
    """A push left them so."""
    return {path: Unlawful(Status.FAIL, PUSH, by) for path, _ in files}


def listed(rules: Any, known: Docket | None = None, as_of: str | None = NOW) -> list[InventoryItem]:
    return list(exceptions(rules, known or docket(), as_of))


def test_a_waiver_is_listed_with_all_that_is_known_of_it() -> None:
    assert listed(law(BOTH), docket(models=Tally(of(WAIVER), counted=3, ever=5))) == [
        InventoryItem(
            "Waiver",
            "models",
            "Nobody is there to review",
            "in force",
            BOTH[0],
            (
                ("rules", "not-approved, own"),
                ("scope", "Model/fraud, registry/**"),
                ("owner", "alice"),
                ("approved by", "bob, erin"),
                ("expires", ENDS),
                ("findings waived", "3"),
            ),
        )
    ]


@pytest.mark.parametrize(
    ("as_of", "status"),
    [
        (None, "not in force: nobody attests a time"),
        ("2026-03-30T23:59:59Z", "in force"),
        (ENDS, "ended"),
        ("2026-04-01T00:00:00Z", "ended"),
        ("2026-03-01T00:00:00Z", "in force"),
        ("2026-02-28T23:59:59Z", "not in force: it lasts longer than 30 days"),
    ],
)
def test_it_stands_as_of_the_instant_of_the_report(as_of: str | None, status: str) -> None:
    assert [one.status for one in listed(law(settings(limits={"waiver_days": 30}), WAIVER), as_of=as_of)] == [status]


def test_one_that_nobody_approved_or_that_is_gone_is_not_in_force() -> None:
    """It is told of those that stand, and of those that were of use."""
    pushed, used, unused = waiver("pushed"), waiver("used"), waiver("unused")
    known = docket(used=Tally(of(used), counted=1, ever=1), unused=Tally(of(unused), ever=2, had_chance=True))
    found = listed(law(pushed, WAIVER, unlawful=left(pushed)), known)
    assert [(one.name, one.status) for one in found] == [
        ("models", "in force"),
        ("pushed", f"not in force: change {PUSH[:12]} left it without approval"),
        ("used", "not in force: it is gone"),
    ]
    assert [dict(one.facts)["findings waived"] for one in found] == ["0", "0", "1"]


def test_one_that_was_taken_away_without_approval_is_in_force() -> None:
    gone = law(unlawful=left(WAIVER, by=read(WAIVER)))
    assert [one.status for one in listed(gone)] == ["in force: it was taken away without approval"]


def test_one_that_was_changed_is_told_as_it_counts() -> None:
    """As it lawfully was, whatever stands there or was of use before."""
    widened = law(waiver("models", reason="Wider"), unlawful=left(WAIVER, by=read(WAIVER)))
    (one,) = listed(widened, docket(models=Tally(of(waiver("models", reason="Older")), counted=1, ever=1)))
    assert (one.title, one.status) == ("Nobody is there to review", "in force")


def test_one_that_stands_is_told_as_it_stands_and_not_as_it_was_of_use() -> None:
    pushed = law(waiver("models", reason="Pushed"), unlawful=left(WAIVER))
    (one,) = listed(pushed, docket(models=Tally(of(WAIVER), counted=1, ever=1)))
    assert one.title == "Pushed"


ACCEPTED = Acceptance(MEND[0], oid("mends"), "As it was accepted")


def test_a_ratification_is_listed_with_what_it_accepts() -> None:
    mending = Mending({"0" * 16: ACCEPTED}, {MEND[0]: 2})
    expected = InventoryItem(
        "Ratification",
        "mend",
        "The content was good, and nobody was there to review it",
        f"accepted by change {oid('mends')[:12]}",
        MEND[0],
        (
            ("changes", f"{oid('bad')[:12]}, {oid('worse')[:12]}"),
            ("approved by", "alice, carol"),
            ("findings waived", "2"),
        ),
    )
    assert listed(law(MEND), docket(mending)) == [expected]
    gone = replace(expected, title="As it was accepted", facts=(("changes", ""), *expected.facts[1:]))
    assert listed(law(), docket(mending)) == [gone]


def test_a_ratification_that_accepts_nothing_says_so_and_why() -> None:
    pushed = ratification("pushed", oid("bad"))
    found = listed(law(MEND, pushed, unlawful=left(pushed)))
    assert [(one.name, one.status, dict(one.facts)["findings waived"]) for one in found] == [
        ("mend", "accepts nothing", "0"),
        ("pushed", f"accepts nothing: change {PUSH[:12]} left it without approval", "0"),
    ]


def test_waivers_come_before_ratifications_and_each_by_path() -> None:
    found = listed(law(MEND, WAIVER, waiver("a"), ratification("a", oid("bad"))))
    assert [(one.kind, one.name) for one in found] == [
        ("Waiver", "a"),
        ("Waiver", "models"),
        ("Ratification", "a"),
        ("Ratification", "mend"),
    ]
