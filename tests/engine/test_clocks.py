"""Clocks and promises run by attested times alone, to the second, and nobody is accused where one is missing."""

from __future__ import annotations

from typing import Any

import pytest

from govops.engine.clocks import Sort, Times, clock_runs, target_runs
from govops.engine.incident_course import Course, Mark, Notified
from govops.incident import Kept, Promise, Stage
from govops.kinds.framework import Framework
from tests.support.facts import read
from tests.support.files import File, yaml_text

START, DUE = "2026-03-02T09:00:00Z", "2026-03-17T09:00:00Z"
SERIOUS = Sort("critical", "safety", {"region": "eu"})


def framework_file(*clocks: dict[str, Any], **spec: Any) -> File:
    """A law with these clocks; by default one of fifteen days for what is critical."""
    usual = {"id": "serious", "title": "Report it", "clause": "Art. 1", "incidents": {"severities": ["critical"]}}
    told = [usual | {"initial": "15d"} | clock for clock in clocks or ({},)]
    document = {
        "apiVersion": "govops/v1",
        "kind": "Framework",
        "metadata": {"name": "law"},
        "spec": {
            "title": "A law",
            "version": "1",
            "clauses": [{"id": "Art. 1", "summary": "Report"}],
            "clocks": told,
            **spec,
        },
    }
    return ("policies/frameworks/law.yaml", yaml_text(document))


LAW = framework_file()


def framework(*clocks: dict[str, Any], **spec: Any) -> Framework:
    """The same, read."""
    found = read(framework_file(*clocks, **spec))
    assert isinstance(found, Framework)
    return found


def told(time: str | None, stage: str = "initial", clock: str = "law/serious") -> Notified:
    """That the authority was told by a change of this time; what was typed is another one."""
    return Notified(clock, stage, Mark("c" * 40, time), "2026-03-03T00:00:00Z", "The authority")


KEPT: dict[str, tuple[str | None, str | None, tuple[Notified, ...], Kept]] = {
    "still time": (START, "2026-03-10T00:00:00Z", (), Kept.RUNNING),
    "the last second": (START, DUE, (), Kept.RUNNING),
    "a second later": (START, "2026-03-17T09:00:01Z", (), Kept.OVERDUE),
    "told in time": (START, "2027-01-01T00:00:00Z", (told(DUE),), Kept.MET),
    "entered too late, whatever was typed": (START, None, (told("2026-03-17T09:00:01Z"),), Kept.LATE),
    "the final report stands for the first": (START, None, (told(DUE, "final"),), Kept.MET),
    "told of another clock": (START, "2027-01-01T00:00:00Z", (told(DUE, clock="law/other"),), Kept.OVERDUE),
    "nobody attests the report": (None, "2027-01-01T00:00:00Z", (), Kept.UNKNOWN),
    "nobody attests the notification": (START, "2027-01-01T00:00:00Z", (told(None),), Kept.UNKNOWN),
    "as of no instant": (START, None, (), Kept.UNKNOWN),
}


@pytest.mark.threat("D14", rule="clock-overdue")
@pytest.mark.parametrize(("start", "as_of", "notified", "kept"), KEPT.values(), ids=KEPT)
def test_a_clock_stops_with_the_change_that_enters_the_notification(
    start: str | None, as_of: str | None, notified: tuple[Notified, ...], kept: Kept
) -> None:
    (run,) = clock_runs([framework()], SERIOUS, Times(start, as_of), notified)
    assert run.kept is kept
    assert (run.start, run.due) == (start, DUE if start else None)
    assert (run.clock, run.title, run.clause, run.stage) == ("law/serious", "Report it", "Art. 1", Stage.INITIAL)


def test_what_was_told_is_shown_beside_when_it_was_entered() -> None:
    (run,) = clock_runs([framework()], SERIOUS, Times(START, None), (told(DUE),))
    assert (run.done, run.claimed, run.authority) == (DUE, "2026-03-03T00:00:00Z", "The authority")
    (run,) = clock_runs([framework()], SERIOUS, Times(START, None), ())
    assert (run.done, run.claimed, run.authority) == (None, None, "")


MEANT: dict[str, tuple[dict[str, Any], bool]] = {
    "its severity": ({"severities": ["error", "critical"]}, True),
    "another severity": ({"severities": ["error"]}, False),
    "its category": ({"categories": ["safety"]}, True),
    "another category": ({"categories": ["security"]}, False),
    "its label": ({"labels": {"region": "eu"}}, True),
    "another value": ({"labels": {"region": "us"}}, False),
    "a label that it lacks": ({"labels": {"death": "yes"}}, False),
    "all of it": ({"severities": ["critical"], "categories": ["safety"], "labels": {"region": "eu"}}, True),
    "all but one": ({"severities": ["critical"], "categories": ["security"]}, False),
}


@pytest.mark.parametrize(("incidents", "runs"), MEANT.values(), ids=MEANT)
def test_a_clock_runs_for_incidents_that_are_all_of_what_it_asks(incidents: dict[str, Any], *, runs: bool) -> None:
    found = list(clock_runs([framework({"incidents": incidents})], SERIOUS, Times(START, DUE), ()))
    assert bool(found) is runs


@pytest.mark.parametrize(
    ("days", "runs"),
    [
        ({"in_force_from": "2026-03-02"}, True),
        ({"in_force_from": "2026-03-03"}, False),
        ({"in_force_from": "2026-03-02", "in_force_until": "2026-03-03"}, True),
        ({"in_force_until": "2026-03-02"}, False),
        ({"in_force_until": "2026-03-03"}, True),
    ],
)
def test_a_clock_runs_if_its_framework_was_in_force_at_the_report(days: dict[str, str], *, runs: bool) -> None:
    assert bool(list(clock_runs([framework(**days)], SERIOUS, Times(START, DUE), ()))) is runs


def test_a_framework_is_in_force_from_its_first_second_until_before_the_day_of_its_end() -> None:
    law, first, end = framework(in_force_from="2026-03-02", in_force_until="2026-03-03"), "2026-03-02", "2026-03-03"
    starts = (f"{first}T00:00:00Z", f"{end}T00:00:00Z")
    runs = [[run.start for run in clock_runs([law], SERIOUS, Times(start, None), ())] for start in starts]
    assert runs == [[starts[0]], []]


def test_a_clock_may_ask_for_the_complete_report_alone() -> None:
    law = framework({"initial": None, "final": "30d"})
    assert [run.stage for run in clock_runs([law], SERIOUS, Times(START, None), ())] == [Stage.FINAL]


def test_each_stage_has_its_own_time() -> None:
    law = framework({"initial": "2d", "final": "30d"})
    initial, final = clock_runs([law], SERIOUS, Times(START, "2026-03-20T00:00:00Z"), [told("2026-03-03T09:00:00Z")])
    assert (initial.kept, final.kept) == (Kept.MET, Kept.RUNNING)
    assert (initial.due, final.due) == ("2026-03-04T09:00:00Z", "2026-04-01T09:00:00Z")


def course(responded: str | None = None, resolved: str | None = None) -> Course:
    """An incident answered and resolved at these attested times."""
    answer, end = (Mark("c" * 40, time) if time else None for time in (responded, resolved))
    return Course("critical", ("Model/fraud",), Mark("c" * 40, START), responded=answer, resolved=end)


PROMISED: dict[str, tuple[Course | None, str | None, Kept, int | None]] = {
    "in time": (course("2026-03-02T09:30:00Z"), DUE, Kept.MET, 1_800),
    "too late": (course("2026-03-02T09:30:01Z"), DUE, Kept.LATE, 1_801),
    "resolved before it is answered": (course("2026-03-02T10:00:00Z", "2026-03-02T09:10:00Z"), DUE, Kept.MET, 600),
    "answered before it is resolved": (course("2026-03-02T09:10:00Z", "2026-03-02T10:00:00Z"), DUE, Kept.MET, 600),
    "resolved without an answer": (course(resolved="2026-03-02T09:10:00Z"), DUE, Kept.MET, 600),
    "waiting": (course(), "2026-03-02T09:20:00Z", Kept.RUNNING, 1_200),
    "waiting too long": (None, "2026-03-02T10:00:00Z", Kept.OVERDUE, 3_600),
    "as of no instant": (course(), None, Kept.UNKNOWN, None),
}


@pytest.mark.threat("D14")
@pytest.mark.parametrize(("found", "as_of", "kept", "seconds"), PROMISED.values(), ids=PROMISED)
def test_an_answer_is_judged_by_what_was_promised(
    found: Course | None, as_of: str | None, kept: Kept, seconds: int | None
) -> None:
    (run,) = target_runs([("fast", 30, None)], found, Times(START, as_of))
    assert (run.agreement, run.what, run.minutes) == ("fast", Promise.RESPONSE, 30)
    assert (run.kept, run.seconds) == (kept, seconds)


@pytest.mark.threat("D14")
def test_a_resolution_whose_time_nobody_attests_is_not_known_to_be_late() -> None:
    untold = Course("critical", (), Mark("c" * 40, START), resolved=Mark("d" * 40, None))
    (run,) = target_runs([("fast", None, 60)], untold, Times(START, DUE))
    assert (run.what, run.kept, run.seconds) == (Promise.RESOLUTION, Kept.UNKNOWN, None)


@pytest.mark.threat("D14")
def test_an_answer_whose_time_nobody_attests_may_have_been_the_first() -> None:
    answer, end = Mark("d" * 40, None), Mark("e" * 40, "2026-03-02T10:00:00Z")
    (run,) = target_runs([("fast", 30, None)], Course("critical", (), end, answer, end), Times(START, DUE))
    assert (run.kept, run.seconds) == (Kept.UNKNOWN, None)
