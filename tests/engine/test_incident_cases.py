"""How a report tells of an incident: by its file, by signed reports, and by what lawful changes made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from govops.engine.incident_cases import cases, unheard
from govops.finding import Status
from govops.incident import IncidentCase, IncidentStatus, Kept, Promise, TargetRun, Unheard
from tests.engine.outages import DONE, PATH, Outages, day, outage, report
from tests.engine.test_clocks import LAW, framework_file
from tests.support.facts import standing
from tests.support.files import incident, settings, sla

TAKEN_UP = {"by": "dave", "at": "2026-01-05T10:00:00Z"}
UNAPPROVED: dict[str, Any] = {"status": Status.FAIL, "approved": ()}
BY_FILE = IncidentCase(
    "outage",
    "Incident outage",
    IncidentStatus.OPEN,
    "critical",
    "performance",
    "Model/fraud",
    PATH,
    affected=1,
    reported_by="dave",
    claimed_at="2026-01-05T09:00:00Z",
    reported_at=day(1),
)
BY_REPORT = IncidentCase(
    "outage",
    "It is down",
    IncidentStatus.OPEN,
    "critical",
    "security",
    "Model/fraud",
    affected=7,
    reported_by="dave",
    claimed_at=day(2),
    reported_at=day(2),
)


def told(story: Outages, as_of: str | None = None) -> IncidentCase:
    """What is told of the only incident."""
    (found,) = cases(story.incidents, story.law, story.snapshot, as_of)
    return found


def reported(**spec: Any) -> Outages:
    """An incident that an approved change brought on day 1."""
    story = Outages()
    story.lands(1, outage(**spec))
    return story


# ---- what it is


def test_where_there_is_none_nothing_is_told() -> None:
    story = Outages()
    assert cases(story.incidents, story.law, story.snapshot, None) == ()


def test_its_file_tells_what_it_is() -> None:
    assert told(reported()) == BY_FILE
    assert told(reported(related=["Model/churn"])) == replace(BY_FILE, related=("Model/churn",))


def test_a_report_tells_what_it_is_as_long_as_there_is_no_file() -> None:
    story = Outages()
    first = report(at=day(2), affected_count=7, category="security", related=("Model/churn",), place=1)
    later = report("alice", at=day(3), title="Still down", resource="Model/letters", place=2)
    story.hears(first, later)
    expected = replace(BY_REPORT, related=("Model/churn",), records=(first.id, later.id))
    assert told(story) == expected
    story.lands(4, outage())
    assert told(story) == replace(BY_FILE, reported_at=day(2), records=(first.id, later.id))


def test_one_that_was_removed_is_withdrawn_and_known_by_what_it_was_about() -> None:
    story = reported(related=["Model/churn"])
    story.lands(2, gone=(PATH,))
    assert told(story, day(3)) == IncidentCase(
        "outage",
        "outage",
        IncidentStatus.WITHDRAWN,
        "critical",
        "other",
        "Model/fraud",
        word="",
        related=("Model/churn",),
        reported_at=day(1),
    )


def test_all_are_told_by_name() -> None:
    story = Outages(incident("third"))
    story.lands(1, incident("second"), **UNAPPROVED)
    story.lands(2, gone=("registry/incidents/third.yaml",))
    story.hears(report(name="first"))
    found = cases(story.incidents, story.law, story.snapshot, None)
    assert [(one.name, one.is_open) for one in found] == [("first", True), ("second", True), ("third", False)]


def test_a_file_that_no_judged_change_brought_is_told_as_it_stands() -> None:
    story = Outages()
    story.snapshot.put(PATH, standing(outage()))
    assert told(story) == replace(BY_FILE, reported_at=None)


def test_reports_of_an_earlier_incident_of_the_name_are_not_told_of_the_later_one() -> None:
    story = reported()
    story.hears(report(at=day(1), severity="critical"))
    story.lands(2, gone=(PATH,))
    story.lands(3, outage(severity="error"), approved=())
    found = told(story)
    assert (found.records, found.reported_at, found.severity) == ((), day(3), "error")


# ---- how grave, and since when


def test_its_severity_is_the_gravest_that_was_said_and_not_lawfully_lowered() -> None:
    story = reported(severity="error")
    story.lands(2, outage(severity="info"), **UNAPPROVED)
    assert told(story).severity == "error"
    story.lands(3, outage(severity="critical"), **UNAPPROVED)
    assert told(story).severity == "critical"
    story.lands(4, outage(severity="warning"))
    assert told(story).severity == "warning"
    story.hears(report(at=day(4)))
    assert told(story).severity == "warning"
    story.hears(report(at=day(4, second=1)))
    assert told(story).severity == "critical"


def test_it_was_reported_when_somebody_first_said_so() -> None:
    story = reported()
    story.hears(report(at=day(2)))
    assert told(story).reported_at == day(1)
    story.hears(report(at=day(2)), report(at=day(0), place=1))
    assert told(story).reported_at == day(0)


def test_a_change_without_an_attested_time_does_not_tell_when_it_was_reported() -> None:
    story = Outages()
    story.lands(1, outage(), time=None)
    assert told(story).reported_at is None
    story.hears(report(at=day(2)))
    assert told(story).reported_at == day(2)


# ---- of what sort


WORDS = settings(incident_words=[{"category": "safety", "words": ["injured"]}])
SORTS: dict[str, tuple[dict[str, Any] | None, dict[str, Any] | None, tuple[str, str | None]]] = {
    "as the file says": ({"category": "security"}, {"category": "safety"}, ("security", None)),
    "as the report says": ({"category": None}, {"category": "safety"}, ("safety", None)),
    "as the report says, without a file": (None, {"category": "safety"}, ("safety", None)),
    "by the file's title": ({"category": None, "title": "Two injured"}, {}, ("safety", "injured")),
    "by its description": ({"category": None, "description": "Two injured"}, None, ("safety", "injured")),
    "by the report's title": (None, {"title": "Two injured"}, ("safety", "injured")),
    "not by the report's title beside a file": ({"category": None}, {"title": "Two injured"}, ("other", "")),
    "by no word": ({"category": None}, None, ("other", "")),
}


@pytest.mark.parametrize(("file", "record", "sort"), SORTS.values(), ids=SORTS)
def test_its_category_is_given_or_derived(
    file: dict[str, Any] | None, record: dict[str, Any] | None, sort: tuple[str, str | None]
) -> None:
    story = Outages(WORDS)
    if file is not None:
        story.lands(1, outage(**file))
    if record is not None:
        story.hears(report(at=day(2), **record))
    found = told(story)
    assert (found.category, found.word) == sort


# ---- what the file says less


MILDER: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "a lesser severity": ({"severity": "error"}, {}, "dave reported it as critical, and the file says error"),
    "the same": ({}, {}, ""),
    "a graver one": ({}, {"severity": "error"}, ""),
    "of something else": (
        {"resource": "Model/churn"},
        {},
        "dave reported it of Model/fraud, which the file does not name",
    ),
    "of less": ({}, {"related": ("Model/churn",)}, "dave reported it of Model/churn, which the file does not name"),
    "of more": ({"related": ["Model/churn"]}, {}, ""),
}


@pytest.mark.parametrize(("file", "record", "words"), MILDER.values(), ids=MILDER)
def test_what_an_open_file_says_less_than_was_reported_is_told(
    file: dict[str, Any], record: dict[str, Any], words: str
) -> None:
    story = Outages()
    story.hears(report(at=day(1), **record))
    story.lands(1, outage(**file), approved=())
    assert told(story).milder == words


def test_a_file_that_ends_it_may_say_less_whether_that_was_approved_or_not() -> None:
    story = Outages()
    story.hears(report(at=day(1)))
    story.lands(1, outage(severity="error", resolution=DONE), **UNAPPROVED)
    assert (told(story).is_open, told(story).milder) == (True, "")


def test_once_somebody_approved_it_a_file_may_say_less() -> None:
    story = Outages()
    story.hears(report(at=day(1)), report(name="outage", at=day(2), severity="warning", place=1))
    story.lands(1, outage(severity="info"))
    assert told(story).milder == "dave reported it as warning, and the file says info"
    story.lands(2, outage(severity="error"))
    assert told(story).milder == ""


# ---- what was done, and when


def test_it_was_answered_by_whoever_took_it_up_or_resolved_it_first() -> None:
    story = reported()
    story.lands(2, outage(resolution=DONE))
    assert (told(story).responded_at, told(story).resolved_at) == (day(2), day(2))
    story.lands(3, outage(responded=TAKEN_UP, resolution=DONE))
    assert told(story).responded_at == day(2)
    story = reported(responded=TAKEN_UP)
    story.lands(2, outage(responded=TAKEN_UP, resolution=DONE))
    assert (told(story).responded_at, told(story).resolved_at) == (day(1), day(2))


def test_a_resolution_is_told_with_its_change_and_how_long_it_took() -> None:
    story = reported()
    closing = story.lands(2, outage(resolution=DONE))
    assert told(story) == replace(
        BY_FILE,
        status=IncidentStatus.RESOLVED,
        responded_at=day(2),
        resolved_at=day(2),
        resolved_in=closing,
        resolution_seconds=86_400,
    )
    story.hears(report(at=day(3)))
    assert (told(story).is_open, told(story).resolved_in, told(story).responded_at) == (True, None, None)


def test_where_nobody_attests_the_time_of_a_resolution_none_is_told() -> None:
    story = reported(responded=TAKEN_UP)
    closing = story.lands(2, outage(responded=TAKEN_UP, resolution=DONE), time=None)
    found = told(story)
    assert (found.responded_at, found.resolved_at, found.resolved_in) == (day(1), None, closing)
    assert found.resolution_seconds is None


def test_clocks_run_by_what_the_incident_is_and_stop_with_what_was_entered() -> None:
    story = Outages(LAW)
    story.hears(report(at=day(1)))
    (run,) = told(story, day(2)).clocks
    assert (run.start, run.kept) == (day(1), Kept.RUNNING)
    entry = {"clock": "law/serious", "stage": "initial", "authority": "It", "by": "dave", "at": day(1)}
    story.lands(3, outage(notifications=[entry]))
    (run,) = told(story, day(4)).clocks
    assert (run.done, run.authority) == (day(3), "It")
    story.lands(4, outage(severity="error"))
    assert told(story, day(4)).clocks == ()


@pytest.mark.parametrize("asked", [{"categories": ["performance"]}, {"labels": {"region": "eu"}}], ids=str)
def test_clocks_run_by_its_category_and_its_labels(asked: dict[str, Any]) -> None:
    story, (path, text) = Outages(framework_file({"incidents": asked})), outage()
    story.lands(1, (path, text.replace(b"spec:", b"  labels: {region: eu}\nspec:", 1)))
    assert len(told(story, day(2)).clocks) == 1


def test_promises_are_told_as_they_are_kept_until_it_is_withdrawn() -> None:
    story = Outages(sla("fast", incident_resolution_minutes=1441))
    story.lands(1, outage())
    assert told(story, day(2)).targets == (TargetRun("fast", Promise.RESOLUTION, 1441, Kept.RUNNING, 86_400),)
    story.lands(2, outage(resolution=DONE))
    assert told(story, day(9)).targets == (TargetRun("fast", Promise.RESOLUTION, 1441, Kept.MET, 86_400),)
    story.lands(3, gone=(PATH,))
    assert told(story, day(9)).targets == ()


# ---- what counts for nothing


def test_reports_that_count_for_nothing_are_told_with_why() -> None:
    story = Outages()
    good, forged, unsigned = report(), report("mallory", place=1), report(signer=None, place=2)
    story.hears(unsigned, good, forged)
    assert list(unheard(story.incidents)) == [
        Unheard(
            forged.id,
            f"incidents/{forged.id[:2]}/{forged.id}.json",
            "mallory",
            "outage",
            "mallory does not hold incident:report",
        ),
        Unheard(
            unsigned.id,
            f"incidents/{unsigned.id[:2]}/{unsigned.id}.json",
            "dave",
            "outage",
            "it bears no signature that holds",
        ),
    ]


def test_a_report_that_nobody_has_judged_yet_is_not_told() -> None:
    story = Outages()
    story.hears(report(place=3), before=3)
    assert list(unheard(story.incidents)) == []
    assert cases(story.incidents, story.law, story.snapshot, None) == ()
