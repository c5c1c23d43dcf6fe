"""What was promised when: approved texts alone, from the attested time of the change that landed each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest

from govops.kinds.service_level_agreement import ServiceLevelAgreementSpec
from govops.service import Span
from govops.sla.measuring import Stretch
from govops.sla.terms import Approval, Text, counted, in_force, moment, split, terms

MARCH = Stretch(moment("2026-03-01T00:00:00Z"), moment("2026-04-01T00:00:00Z"))
NOW = moment("2026-06-01T00:00:00Z")


def spec(target: float = 99.5, *maintenance: Mapping[str, str], **other: Any) -> ServiceLevelAgreementSpec:
    """A promise."""
    return ServiceLevelAgreementSpec.model_validate(
        {
            "resource": "Model/fraud",
            "objectives": [{"metric": "availability_percent", "target": target}],
            "window": {"kind": "calendar", "period": "month"},
            "at_risk": 80,
            "source": {"type": "file", "files": ["m.csv"]},
            "maintenance": maintenance,
        }
        | other
    )


def rest(start: int, end: int) -> dict[str, str]:
    """Days of March in which the promise rests."""
    return {"start": f"2026-03-{start:02}T00:00:00Z", "end": f"2026-03-{end:02}T00:00:00Z", "reason": "moving"}


def text(
    day: str, spec_: ServiceLevelAgreementSpec | None, approval: Approval = Approval.GIVEN, latest: str | None = ""
) -> Text:
    """A text that landed on a day of 2026, or between two days; ``latest`` None: nobody ever attests a later time."""
    first = at(day)
    last = first if latest == "" else at(latest) if latest else None
    return Text(f"c{day}", spec_, first, last, approval, ("bob",))


def at(day: str) -> datetime:
    """The first instant of a day of 2026."""
    return moment(f"2026-{day}T00:00:00Z")


def parts(*texts: Text) -> list[tuple[str, str, str]]:
    """(start, end, commit or why) of March's parts, by day."""
    found = split(terms(texts, NOW), MARCH)
    return [(f"{p.stretch.start:%m-%d}", f"{p.stretch.end:%m-%d}", p.commit or p.why) for p in found]


def test_a_new_target_splits_the_window() -> None:
    assert parts(text("02-01", spec()), text("03-10", spec(99.9))) == [
        ("03-01", "03-10", "c02-01"),
        ("03-10", "04-01", "c03-10"),
    ]


def test_a_text_that_promises_the_same_starts_no_new_budget() -> None:
    """A new address, a note or a maintenance changes no target."""
    moved = spec(source={"type": "file", "files": ["other.csv"]})
    assert parts(text("02-01", spec()), text("03-10", moved)) == [("03-01", "04-01", "c02-01")]


def test_another_threshold_of_risk_splits_it_too() -> None:
    assert len(parts(text("02-01", spec()), text("03-10", spec(at_risk=50)))) == 2


def test_before_the_agreement_came_nothing_is_promised() -> None:
    assert parts(text("03-10", spec())) == [("03-10", "04-01", "c03-10")]


def test_after_it_went_nothing_is_promised() -> None:
    assert parts(text("02-01", spec()), text("03-10", None)) == [("03-01", "03-10", "c02-01")]


@pytest.mark.threat("D14")
def test_an_unapproved_target_is_judged_past() -> None:
    lowered = text("03-10", spec(50), Approval.MISSING)
    assert parts(text("02-01", spec()), lowered) == [("03-01", "04-01", "c02-01")]
    assert parts(text("02-01", spec()), text("03-10", None, Approval.MISSING)) == [("03-01", "04-01", "c02-01")]


@pytest.mark.threat("D14")
def test_nobody_knows_what_is_in_force_after_a_change_without_evidence() -> None:
    """Until an approved text comes."""
    untold = text("03-10", spec(50), Approval.UNTOLD)
    why = "whether c03-10 was allowed cannot be established"
    assert parts(text("02-01", spec()), untold, text("03-20", spec(99))) == [
        ("03-01", "03-10", "c02-01"),
        ("03-10", "03-20", why),
        ("03-20", "04-01", "c03-20"),
    ]


@pytest.mark.threat("D14")
def test_between_two_attested_times_nobody_knows_when_a_text_landed() -> None:
    between = text("03-10", spec(99.9), latest="03-20")
    assert parts(text("02-01", spec()), between) == [
        ("03-01", "03-10", "c02-01"),
        ("03-10", "03-20", "nobody attests when c03-10 landed"),
        ("03-20", "04-01", "c03-10"),
    ]
    never = text("03-10", spec(99.9), latest=None)
    assert parts(text("02-01", spec()), never)[1:] == [("03-10", "04-01", "nobody attests when c03-10 landed")]


@pytest.mark.threat("D14")
def test_before_the_first_attested_time_nothing_is_known_of_what_stood_at_the_adoption() -> None:
    adopted = Text("adoption", spec(), None, at("03-10"))
    assert parts(adopted) == [
        ("03-01", "03-10", "nobody attests when adoption landed"),
        ("03-10", "04-01", "adoption"),
    ]


def test_a_later_change_takes_the_place_of_one_that_may_have_landed_after_it() -> None:
    first, second = text("03-05", spec(99.9), latest="03-20"), text("03-10", spec(99), latest="03-20")
    assert [part[2] for part in parts(first, second)] == [
        "nobody attests when c03-05 landed",
        "nobody attests when c03-10 landed",
        "c03-10",
    ]


def test_what_lands_after_the_instant_is_not_known_yet() -> None:
    known = terms([text("02-01", spec()), text("03-10", spec(99.9))], at("03-05"))
    found = in_force(known)
    assert found is not None
    assert found.commit == "c02-01"


def test_in_a_maintenance_nothing_counts() -> None:
    (part,) = split(terms([text("02-01", spec(99.5, rest(5, 6), rest(8, 9)))], NOW), MARCH)
    assert [(one.start.day, one.end.day) for one in counted(part, MARCH.end)] == [(1, 5), (6, 8), (9, 1)]
    assert [(one.reason, one.approvers) for one in part.excluded] == [("moving", ("bob",))] * 2


def test_a_maintenance_added_afterwards_excuses_nothing_before_it_landed() -> None:
    """It counts from the change on that adds it, in the middle of it too."""
    late = text("03-10", spec(99.5, rest(5, 6), rest(9, 12)))
    (part,) = split(terms([text("02-01", spec()), late], NOW), MARCH)
    assert [one.span for one in part.excluded] == [Span("2026-03-10T00:00:00Z", "2026-03-12T00:00:00Z")]


def test_a_maintenance_that_is_struck_out_later_was_one() -> None:
    """And one that was cut short rests only until then."""
    shorter = text("03-10", spec(99.5))
    (part,) = split(terms([text("02-01", spec(99.5, rest(5, 6), rest(9, 12))), shorter], NOW), MARCH)
    assert [(one.span.start[8:10], one.span.end[8:10]) for one in part.excluded] == [("05", "06"), ("09", "10")]


def test_an_unapproved_maintenance_excuses_nothing() -> None:
    sneaked = text("03-02", spec(99.5, rest(5, 6)), Approval.MISSING)
    (part,) = split(terms([text("02-01", spec()), sneaked], NOW), MARCH)
    assert part.excluded == ()


def test_overlapping_maintenances_are_counted_once() -> None:
    (part,) = split(terms([text("02-01", spec(99.5, rest(5, 8), rest(6, 7), rest(7, 10)))], NOW), MARCH)
    assert [(one.start.day, one.end.day) for one in counted(part, MARCH.end)] == [(1, 5), (10, 1)]


def test_only_what_has_passed_counts() -> None:
    (part,) = split(terms([text("02-01", spec(99.5, rest(5, 8)))], NOW), MARCH)
    assert [(one.start.day, one.end.day) for one in counted(part, at("03-06"))] == [(1, 5)]
    assert counted(part, at("03-01")) == ()
