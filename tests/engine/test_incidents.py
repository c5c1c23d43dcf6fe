"""Which incidents are open along a walk: by files, whoever approved them, and by signed reports."""

from __future__ import annotations

from typing import Any

import pytest

from govops.engine.incident_course import Mark
from govops.engine.incidents import Incidents
from govops.evidence.book import EvidenceBook
from govops.finding import Status
from tests.engine.outages import DONE, PATH, Outages, day, outage, report
from tests.support.facts import oid, standing
from tests.support.files import incident, model, sla

UNAPPROVED: dict[str, Any] = {"status": Status.FAIL, "approved": ()}
MILD, RESOLVED = outage(severity="info"), outage(resolution=DONE)
FAST = sla("fast", incident_response_minutes=60)


def is_open(story: Outages) -> bool:
    return "outage" in story.open


# ---- by files


def test_what_was_adopted_open_is_open() -> None:
    story = Outages(outage(), incident("leak", resolution=DONE))
    (found,) = story.open.values()
    assert (found.name, found.severity, found.named, found.path) == ("outage", "critical", ("Model/fraud",), PATH)
    assert found.evidence == ()


def test_an_adopted_file_stands_against_reports_of_before() -> None:
    """It was adopted with everything else, so nobody needs to approve it once more."""
    story = Outages(MILD)
    story.hears(report(at=day(0)))
    assert story.open["outage"].severity == "info"
    story.hears(report(at=day(0, second=1)))
    assert story.open["outage"].severity == "critical"


def test_a_report_in_a_file_counts_whoever_approved_it() -> None:
    story = Outages()
    story.lands(1, outage(), **UNAPPROVED)
    assert story.open["outage"].severity == "critical"
    story.lands(2, RESOLVED)
    assert not is_open(story)


@pytest.mark.parametrize("status", [Status.FAIL, Status.UNVERIFIABLE])
@pytest.mark.parametrize("how", ["resolved", "milder", "gone"])
def test_what_nobody_approved_neither_ends_it_nor_makes_it_milder(how: str, status: Status) -> None:
    files = {"resolved": (RESOLVED,), "milder": (MILD,)}.get(how, ())
    story = Outages(outage())
    story.lands(1, *files, gone=() if files else (PATH,), status=status, approved=())
    assert story.open["outage"].severity == "critical"


@pytest.mark.parametrize(("files", "gone"), [((RESOLVED,), ()), ((), (PATH,))], ids=["resolved", "gone"])
def test_an_approved_change_ends_it(files: tuple[Any, ...], gone: tuple[str, ...]) -> None:
    story = Outages(outage())
    story.lands(1, *files, gone=gone)
    assert not is_open(story)


def test_an_approved_change_makes_it_milder() -> None:
    story = Outages(outage())
    story.lands(1, MILD)
    assert story.open["outage"].severity == "info"


def test_a_later_approval_of_something_else_in_the_file_accepts_nothing_of_before() -> None:
    story = Outages(outage())
    story.lands(1, MILD, **UNAPPROVED)
    story.lands(2, outage(severity="info", title="Outage"))
    assert story.open["outage"].severity == "critical"


def test_what_the_file_names_now_and_what_it_lawfully_named_both_count() -> None:
    """An agreement stands for what it is about, too."""
    story = Outages(outage(resource="ServiceLevelAgreement/fast"), FAST)
    story.lands(1, outage(resource="Model/churn", severity="error"), **UNAPPROVED)
    found = story.open["outage"]
    assert found.named == ("Model/churn", "ServiceLevelAgreement/fast", "Model/fraud")
    assert found.severity == "critical"
    story.lands(2, outage(resource="Model/letters", severity="error"))
    assert story.open["outage"].named == ("Model/letters",)


def test_a_change_of_other_files_changes_nothing() -> None:
    story = Outages(outage())
    before = story.incidents.kept()
    story.lands(1, model("fraud"))
    assert story.incidents.kept() == before


def test_what_an_adopted_incident_was_about_counts_until_a_change_of_that_is_approved() -> None:
    story = Outages(outage(resource="ServiceLevelAgreement/fast"), FAST)
    story.lands(1, outage(resource="Model/churn"), sla("fast", resource="Model/churn"), **UNAPPROVED)
    assert "Model/fraud" in story.open["outage"].named


def test_a_difference_that_means_two_things_is_one_change() -> None:
    once, twice = Outages(outage()), Outages(outage())
    once.lands(1, RESOLVED, **UNAPPROVED)
    twice.lands(1, RESOLVED, times=2, **UNAPPROVED)
    assert twice.incidents.kept() == once.incidents.kept()


def test_a_change_does_to_all_incidents_what_it_does() -> None:
    story = Outages(outage(), incident("leak"))
    story.lands(1, RESOLVED, incident("leak", resolution=DONE), incident("third"))
    assert list(story.open) == ["third"]


# ---- whoever may close


def test_what_is_closed_by_nobody_who_may_stays_open_until_that_is_accepted() -> None:
    story = Outages(outage())
    closing = story.lands(1, RESOLVED, unclosed=(PATH,))
    assert is_open(story)
    story.incidents.mend(oid("other"))
    assert is_open(story)
    story.incidents.mend(closing)
    assert not is_open(story)


def test_whoever_may_not_close_may_correct_in_the_same_change() -> None:
    story = Outages(outage())
    story.lands(1, outage(severity="error", resolution=DONE), unclosed=(PATH,))
    assert story.open["outage"].severity == "error"


# ---- what is accepted afterwards


def test_what_is_accepted_counts_as_if_it_had_been_approved() -> None:
    story = Outages(outage())
    first = story.lands(1, MILD, **UNAPPROVED)
    assert story.open["outage"].severity == "critical"
    story.incidents.mend(first)
    assert story.open["outage"].severity == "info"


def test_to_accept_one_change_is_not_to_accept_the_one_before_it() -> None:
    story = Outages(outage())
    first = story.lands(1, MILD, **UNAPPROVED)
    second = story.lands(2, outage(severity="info", resolution=DONE), **UNAPPROVED)
    story.lands(3, outage(severity="info"), **UNAPPROVED)
    story.incidents.mend(second)
    assert story.open["outage"].severity == "info"  # by the file alone, which is open
    assert story.incidents.courses["outage"].severity == "critical"
    story.incidents.mend(first)
    assert story.incidents.courses["outage"].severity == "info"


def test_approved_changes_since_then_stand_on_top_of_what_is_accepted() -> None:
    story = Outages(outage())
    first = story.lands(1, MILD, **UNAPPROVED)
    story.lands(2, outage(severity="error"))
    story.incidents.mend(first)
    assert story.open["outage"].severity == "error"


def test_what_is_accepted_ends_it_although_the_file_was_edited_since() -> None:
    story = Outages(outage())
    closing = story.lands(1, RESOLVED, **UNAPPROVED)
    story.lands(2, outage(title="Outage", resolution=DONE))
    assert is_open(story)
    story.incidents.mend(closing)
    assert not is_open(story)


def test_what_was_reopened_since_is_not_ended_by_accepting_its_end() -> None:
    story = Outages(outage())
    closing = story.lands(1, RESOLVED, **UNAPPROVED)
    story.lands(2, outage())
    story.incidents.mend(closing)
    assert story.incidents.courses["outage"].resolved is None


def test_an_accepted_removal_leaves_what_came_again_as_another_one() -> None:
    story = Outages(outage())
    removal = story.lands(1, gone=(PATH,), **UNAPPROVED)
    story.lands(2, outage(severity="error"), **UNAPPROVED)
    story.incidents.mend(removal)
    found = story.incidents.courses["outage"]
    assert (found.reported, found.after, found.severity) == (Mark(oid("2"), day(2)), Mark(removal, day(1)), "error")


# ---- what comes again under a name


def test_what_comes_again_under_a_name_is_another_incident() -> None:
    story = Outages(outage(), FAST)
    story.hears(report())
    story.lands(1, gone=(PATH,))
    story.lands(2, incident("other"), sla("fast", incident_response_minutes=90))
    story.lands(3, outage(severity="error"), approved=())
    found = story.open["outage"]
    assert (found.severity, found.evidence) == ("error", ())
    course = story.incidents.courses["outage"]
    assert (course.reported, course.after) == (Mark(oid("3"), day(3)), Mark(oid("1"), day(1)))
    assert story.incidents.targets["outage"] == (("fast", 90, None),)
    story.lands(4, outage(severity="error", title="Again"))
    assert story.incidents.courses["outage"].after == Mark(oid("1"), day(1))


def test_it_is_another_one_even_if_nobody_approved_its_file() -> None:
    story = Outages(outage())
    story.lands(1, gone=(PATH,))
    story.lands(2, outage(resolution=DONE), **UNAPPROVED)
    assert is_open(story)
    assert story.incidents.courses["outage"].gone is None


# ---- by signed reports


def test_a_report_opens_an_incident_that_has_no_file() -> None:
    story, told = Outages(FAST), report(related=("ServiceLevelAgreement/fast",), resource="Model/churn")
    story.hears(told)
    found = story.open["outage"]
    assert (found.severity, found.path, found.evidence) == ("critical", None, (told.id,))
    assert found.named == ("Model/churn", "ServiceLevelAgreement/fast", "Model/fraud")
    assert [one.id for one, _ in story.incidents.heard()] == [told.id]


def test_of_several_reports_the_gravest_severity_and_all_that_is_named_count() -> None:
    story = Outages()
    first = report(severity="warning", place=1)
    second = report("alice", severity="error", resource="Model/churn", place=2)
    story.hears(second, first)
    found = story.open["outage"]
    assert (found.severity, found.named, found.evidence) == (
        "error",
        ("Model/fraud", "Model/churn"),
        (first.id, second.id),
    )


@pytest.mark.parametrize(("second", "again"), [(0, False), (1, True)])
def test_a_report_of_the_second_of_the_resolution_is_answered_by_it_and_a_later_one_opens_it_again(
    second: int, *, again: bool
) -> None:
    story = Outages(outage())
    story.lands(1, RESOLVED)
    story.hears(report(at=day(1, second=second)))
    assert is_open(story) is again


@pytest.mark.parametrize(("second", "again"), [(0, False), (1, True)])
def test_a_report_of_the_second_of_the_removal_is_answered_by_it(second: int, *, again: bool) -> None:
    story = Outages(outage())
    story.lands(1, gone=(PATH,))
    story.hears(report(at=day(1, second=second)))
    assert is_open(story) is again


@pytest.mark.parametrize("how", [{"approved": ()}, {"approved": ("registry/models/fraud/model.yaml",)}])
def test_a_report_yields_to_a_milder_file_only_if_somebody_approved_that(how: dict[str, Any]) -> None:
    """Reports need no approval where a policy says so; then a lawful file proves nothing against one."""
    story = Outages()
    story.hears(report(at=day(1)))
    story.lands(1, MILD, **how)
    assert story.open["outage"].severity == "critical"
    story.lands(2, outage(severity="error"))
    assert (story.open["outage"].severity, story.open["outage"].evidence) == ("error", ())


def test_where_nobody_attests_when_it_was_resolved_every_report_is_answered() -> None:
    """Its file was, by an approved change, and no time can tell that the report came later."""
    story = Outages(outage())
    story.lands(1, RESOLVED, time=None)
    story.hears(report(at=day(9)))
    assert not is_open(story)


def test_only_reports_that_a_question_asks_for_count_in_its_answer() -> None:
    story, early, late = Outages(), report(place=1), report(name="leak", place=2)
    story.hears(early, late)
    found = story.incidents.standing(story.snapshot, lambda record, told: record.place < 2)
    assert [one.name for one in found] == ["outage"]
    assert list(story.open) == ["leak", "outage"]


# ---- when reports are judged


def test_reports_below_a_place_are_judged_and_those_at_it_wait() -> None:
    story, told = Outages(), report(place=3)
    story.hears(told, before=3)
    assert (story.open, story.incidents.doubts) == ({}, {})
    story.hears(told, before=4)
    assert is_open(story)


def test_a_report_is_judged_once_by_the_rules_of_then() -> None:
    story, told = Outages(), report()
    story.hears(told)
    story.snapshot.put("registry/users/dave.yaml", None)
    story.hears(told)
    assert is_open(story)
    assert story.incidents.doubts == {told.id: ""}


def test_a_report_by_a_key_that_is_called_compromised_counts_for_nothing() -> None:
    story, told, other = Outages(), report(), report("alice", name="leak")
    story.incidents.listen(EvidenceBook([told, other]), lambda resource: True)
    story.incidents.hear(story.law, story.snapshot, before=None, doubted=lambda signer: signer == told.signer)
    assert story.incidents.doubts == {told.id: "its key is called compromised", other.id: ""}
    assert list(story.open) == ["leak"]
    assert [one.id for one, _ in story.incidents.heard()] == [other.id]


def test_another_walk_goes_on_from_what_one_has_kept() -> None:
    """Without judging its reports again."""
    story, told, refused = Outages(outage(), FAST), report(name="leak"), report("mallory", name="flood")
    story.hears(told, refused)
    other = Outages()
    other.incidents = Incidents()
    other.incidents.recall(story.incidents.kept())
    kept = story.incidents.kept()
    assert set(kept.courses) == {"outage"}
    assert kept.targets == {"outage": (("fast", 60, None),), "leak": (("fast", 60, None),)}
    assert kept.doubts == {told.id: "", refused.id: "mallory does not hold incident:report"}
    assert other.incidents.kept() == kept
    other.incidents.listen(EvidenceBook([told, refused]), lambda resource: True)
    assert list(other.open) == ["leak", "outage"]
    other.lands(1, RESOLVED)
    assert other.incidents.kept() != story.incidents.kept() == kept


# ---- what agreements promise


def test_what_agreements_promise_when_an_incident_is_first_heard_of_counts() -> None:
    story = Outages(FAST)
    story.hears(report(related=("Model/churn",)))
    story.lands(1, outage(), sla("fast", incident_response_minutes=5))
    assert story.incidents.targets == {"outage": (("fast", 60, None),)}


def test_what_agreements_promised_at_the_adoption_counts() -> None:
    assert Outages(outage(), FAST).incidents.targets == {"outage": (("fast", 60, None),)}


def test_what_stands_of_an_agreement_unapproved_promises_nothing() -> None:
    slow = sla("slow", incident_resolution_minutes=90)
    story = Outages(FAST, slow, lawful=lambda resource: resource != "ServiceLevelAgreement/fast")
    story.lands(1, outage())
    assert story.incidents.targets == {"outage": (("slow", None, 90),)}


# ---- asked early and late


def test_whether_there_is_anything_to_look_at() -> None:
    story = Outages()
    assert story.incidents.is_idle(story.snapshot)
    story.snapshot.put(PATH, standing(outage()))
    assert not story.incidents.is_idle(story.snapshot)
    story.snapshot.put(PATH, None)
    story.incidents.listen(EvidenceBook([report()]), lambda resource: True)
    assert not story.incidents.is_idle(story.snapshot)
    known = Outages(outage())
    known.snapshot.put(PATH, None)
    assert not known.incidents.is_idle(known.snapshot)


def test_who_asks_after_every_change_is_told_the_same_as_who_asks_at_the_end() -> None:
    story = Outages(outage())
    assert list(story.open) == ["outage"]
    story.lands(1, incident("leak"))
    assert list(story.open) == ["leak", "outage"]
    closing = story.lands(2, RESOLVED, **UNAPPROVED)
    story.lands(3, incident("leak", resolution=DONE))
    assert list(story.open) == ["outage"]
    story.hears(report(name="flood", place=5))
    assert list(story.open) == ["flood", "outage"]
    story.incidents.mend(closing)
    assert list(story.open) == ["flood"]
    story.snapshot.put("registry/incidents/late.yaml", standing(incident("late")))
    story.incidents.forget()
    assert list(story.open) == ["flood", "late"]


def test_reports_that_are_judged_one_after_another_open_incidents_one_after_another() -> None:
    story = Outages()
    story.hears(report(place=0), report(name="leak", place=1), before=1)
    assert list(story.open) == ["outage"]
    story.incidents.hear(story.law, story.snapshot, before=2, doubted=lambda signer: False)
    assert list(story.open) == ["leak", "outage"]


def test_an_incident_that_a_report_opened_again_stays_open_when_its_file_is_edited() -> None:
    story = Outages(RESOLVED)
    story.hears(report(at=day(2)))
    assert is_open(story)
    story.lands(3, outage(resolution=DONE, title="Outage"), approved=())
    assert is_open(story)


def test_files_are_taken_as_they_stand_once() -> None:
    """A gate that judges one proposal after another knows what the earlier ones did."""
    story = Outages(incident("leak"))
    assert list(story.open) == ["leak"]
    story.snapshot.put(PATH, standing(RESOLVED))
    story.incidents.trust("outage", story.snapshot, Mark(oid("0"), None))
    story.snapshot.put(PATH, None)
    assert not is_open(story)
    story.incidents.trust("nothing", story.snapshot, Mark(oid("0"), None))
    assert set(story.incidents.courses) == {"leak", "outage"}
    story.snapshot.put(PATH, standing(outage()))
    story.incidents.trust("outage", story.snapshot, Mark(oid("0"), None))
    assert not story.incidents.courses["outage"].is_open
    story.snapshot.put("registry/incidents/flood.yaml", standing(incident("flood")))
    story.incidents.trust("flood", story.snapshot, Mark(oid("0"), None))
    assert "flood" in story.open


def test_before_any_evidence_is_read_nothing_was_reported() -> None:
    incidents = Incidents()
    assert list(incidents.heard()) == []
    assert incidents.is_idle(Outages().snapshot)
