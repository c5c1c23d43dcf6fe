"""What one incident's changes make of it, each with the change and the attested time that did it."""

from __future__ import annotations

from typing import Any

from govops.engine.incident_course import Course, Mark, Notified
from govops.finding import Status
from tests.engine.outages import DONE, PATH, Outages, day, outage
from tests.support.facts import oid
from tests.support.files import sla

TAKEN_UP = {"by": "dave", "at": "2026-01-05T10:00:00Z"}
UNAPPROVED: dict[str, Any] = {"status": Status.FAIL, "approved": ()}


def told(stage: str, *, at: str = "2026-01-05T11:00:00Z", clock: str = "law/serious") -> dict[str, str]:
    """An entry that says the authority was told."""
    return {"clock": clock, "stage": stage, "authority": "The authority", "by": "dave", "at": at}


def mark(number: int) -> Mark:
    return Mark(oid(str(number)), day(number))


def course(story: Outages) -> Course:
    return story.incidents.courses["outage"]


def test_what_was_adopted_was_so_at_the_adoption() -> None:
    story = Outages(outage(responded=TAKEN_UP, resolution=DONE))
    assert course(story) == Course("critical", ("Model/fraud",), mark(0), mark(0), mark(0), mark(0))
    assert course(Outages(outage())) == Course("critical", ("Model/fraud",), mark(0), agreed=mark(0))


def test_a_course_of_approved_changes_says_which_did_what() -> None:
    story = Outages()
    story.lands(1, outage())
    assert course(story) == Course("critical", ("Model/fraud",), mark(1), agreed=mark(1))
    story.lands(2, outage(responded=TAKEN_UP))
    story.lands(3, outage(responded=TAKEN_UP, resolution=DONE))
    assert course(story) == Course("critical", ("Model/fraud",), mark(1), mark(2), mark(3), mark(1))
    story.lands(4, gone=(PATH,))
    assert course(story) == Course("critical", ("Model/fraud",), mark(1), mark(2), mark(3), mark(1), gone=mark(4))


def test_it_is_answered_by_the_first_approved_change_that_says_so() -> None:
    story = Outages(outage())
    story.lands(1, outage(responded=TAKEN_UP))
    story.lands(2, outage(responded=TAKEN_UP | {"by": "alice"}))
    assert course(story).responded == mark(1)
    story.lands(3, outage())
    assert course(story).responded is None
    story.lands(4, outage(responded=TAKEN_UP), **UNAPPROVED)
    story.lands(5, outage(responded=TAKEN_UP | {"by": "alice"}))
    assert course(story).responded is None


def test_an_answer_that_is_accepted_counts_from_when_it_was_given() -> None:
    story = Outages(outage())
    answer = story.lands(1, outage(responded=TAKEN_UP), **UNAPPROVED)
    story.lands(2, outage(responded=TAKEN_UP, title="Outage"), **UNAPPROVED)
    story.incidents.mend(answer)
    assert course(story).responded == mark(1)


def test_what_begins_answered_and_resolved_is_so_from_its_first_approved_change() -> None:
    story = Outages()
    story.lands(1, outage(responded=TAKEN_UP, resolution=DONE))
    assert (course(story).responded, course(story).resolved) == (mark(1), mark(1))


def test_its_resolution_counts_from_the_first_change_of_it_whatever_is_reworded() -> None:
    story = Outages(outage())
    story.lands(1, outage(resolution=DONE))
    story.lands(2, outage(resolution=DONE | {"notes": "Restarted twice"}))
    assert course(story).resolved == mark(1)
    story.lands(3, outage())
    story.lands(4, outage(resolution=DONE))
    assert course(story).resolved == mark(4)


def test_a_reworded_resolution_that_is_approved_counts_where_the_first_was_not() -> None:
    story = Outages(outage())
    story.lands(1, outage(resolution=DONE), **UNAPPROVED)
    story.lands(2, outage(resolution=DONE | {"notes": "Restarted twice"}))
    assert course(story).resolved == mark(2)


def test_that_an_authority_was_told_counts_from_the_first_change_that_enters_it() -> None:
    story = Outages(outage())
    story.lands(1, outage(notifications=[told("initial")]))
    first = Notified("law/serious", "initial", mark(1), "2026-01-05T11:00:00Z", "The authority")
    assert course(story).notified == (first,)
    later = [told("initial", at="2026-01-01T00:00:00Z"), told("final"), told("initial", clock="other/law")]
    story.lands(2, outage(notifications=later))
    assert [(one.clock, one.stage, one.mark) for one in course(story).notified] == [
        ("law/serious", "initial", mark(1)),
        ("law/serious", "final", mark(2)),
        ("other/law", "initial", mark(2)),
    ]
    assert course(story).notified[0] == first
    story.lands(3, outage(), **UNAPPROVED)
    assert len(course(story).notified) == 3
    story.lands(4, outage(title="Outage"))
    assert course(story).notified == ()


def test_only_an_approval_of_its_severity_or_of_what_it_is_about_agrees_to_them() -> None:
    story = Outages(outage())
    story.lands(1, outage(title="Outage"))
    assert course(story).agreed == mark(0)
    story.lands(2, outage(severity="error"), approved=())
    assert (course(story).agreed, course(story).severity) == (mark(0), "error")
    story.lands(3, outage(severity="error", related=["Model/churn"]))
    assert (course(story).agreed, course(story).named) == (mark(3), ("Model/fraud", "Model/churn"))


def test_a_change_that_names_an_agreement_names_what_that_is_about() -> None:
    story = Outages(outage(), sla("fast", resource="Model/churn"))
    story.lands(1, outage(resource="ServiceLevelAgreement/fast"))
    assert course(story).named == ("ServiceLevelAgreement/fast", "Model/churn")


def test_once_all_is_accepted_nothing_waits_any_more() -> None:
    story = Outages(outage())
    first, second = (story.lands(n, outage(severity=how), **UNAPPROVED) for n, how in ((1, "error"), (2, "info")))
    assert [step.mark for step in course(story).steps] == [mark(1), mark(2)]
    story.lands(3, outage(severity="info", responded=TAKEN_UP))
    for change in (second, first):
        assert course(story).base == Course("critical", ("Model/fraud",), mark(0), agreed=mark(0))
        story.incidents.mend(change)
    assert course(story) == Course("info", ("Model/fraud",), mark(0), mark(3), agreed=mark(0))


def test_an_incident_begins_with_the_change_that_brings_its_file_approved_or_not() -> None:
    story = Outages()
    brought = story.lands(1, outage(severity="error", resolution=DONE), **UNAPPROVED)
    assert (course(story).reported, course(story).severity, course(story).is_open) == (mark(1), "error", True)
    story.incidents.mend(brought)
    assert course(story) == Course("error", ("Model/fraud",), mark(1), resolved=mark(1))
