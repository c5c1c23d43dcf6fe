"""What is due, and for whom: by lawful rules and attested times."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.app.escalation import escalations
from govops.errors import ExitCode, UndecidableError
from govops.escalation import EscalationReport, Notice, Person
from govops.kinds.scalars import later
from govops.workspace import Opened
from tests.support.change import Landed
from tests.support.files import escalation, incident, model, ratification, role, sla, user, violation
from tests.support.world import World

SEEN = {"by": "dave", "at": "2026-01-05T10:00:00Z", "notes": "seen"}
STEPS = ((15, ["alice"]), (60, ["approver", "#ops"]), (240, ["board@acme.example"]))


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A model with a promise, and a rule with three steps."""
    world = World(tmp_path)
    found = (model("fraud"), sla("answers"), escalation("members", *STEPS))
    world.propose("carol", "Begin", *found).approve("bob").approve("erin").merge("squash")
    return world


def report_of(world: World, **asked: Any) -> EscalationReport:
    return escalations(Opened(world.path, **asked))


def landed(world: World, *edits: Any, by: str = "dave") -> Landed:
    """A change that bob approved."""
    return world.propose(by, "Change", *edits).approve("bob").merge("squash")


def at(world: World, change: Landed, minutes: int) -> EscalationReport:
    """As it is so long after a change."""
    assert change.at is not None
    return report_of(world, as_of=later(change.at, minutes * 60))


def told(report: EscalationReport) -> list[tuple[str, int]]:
    return [(notice.subject.resource, notice.after_minutes) for notice in report.due]


@pytest.mark.parametrize(
    ("minutes", "due"), [(0, []), (14, []), (15, [15]), (59, [15]), (60, [15, 60]), (240, [15, 60, 240])]
)
def test_a_step_is_due_so_long_after_the_report_was_attested(world: World, minutes: int, due: list[int]) -> None:
    """To the minute; what the file says of the time is not asked."""
    change = landed(world, incident("drift", reported={"by": "dave", "at": "2020-01-01T00:00:00Z"}))
    report = at(world, change, minutes)
    assert told(report) == [("Incident/drift", step) for step in due]
    assert len(report.later) == 3 - len(due)
    assert report.exit_code is (ExitCode.VIOLATION if due else ExitCode.OK)


def test_the_latest_attested_time_is_the_default(world: World) -> None:
    """The story's clock moves by an hour a step, so all steps have come when the next change lands."""
    landed(world, incident("drift"))
    assert told(report_of(world)) == []
    landed(world, model("churn"), by="alice")
    report = report_of(world)
    assert told(report) == [("Incident/drift", step) for step in (15, 60, 240)]
    assert report.as_of_clock == "latest attested time"


def test_everything_that_is_open_is_escalated_oldest_first(world: World) -> None:
    first = landed(world, violation("answers", "a1"), by="alice")
    landed(world, incident("drift"))
    report = at(world, first, 24 * 60)
    assert [notice.due_at for notice in report.due] == sorted(notice.due_at for notice in report.due)
    assert {name for name, _ in told(report)} == {"Incident/drift", "SlaViolation/answers/a1"}
    (found,) = {n.subject for n in report.due if n.subject.kind == "SlaViolation"}
    assert (found.about, found.title) == ("Model/fraud", "availability_percent of answers")


@pytest.mark.parametrize("name", ["drift", "answers"])
def test_what_is_over_is_told_to_nobody(world: World, name: str) -> None:
    """A resolution and an acknowledgement end it once they have landed with an approval."""
    change = landed(world, incident("drift"), violation("answers", "a1"))
    edit = {"drift": incident("drift", resolution=SEEN), "answers": violation("answers", "a1", acknowledged=SEEN)}
    landed(world, edit[name])
    left = {"drift": {"SlaViolation/answers/a1"}, "answers": {"Incident/drift"}}
    assert {subject for subject, _ in told(at(world, change, 24 * 60))} == left[name]


def test_a_signed_report_is_escalated_from_its_own_time_on(world: World) -> None:
    """Incidents never wait: no file is needed, and one that makes light of it changes nothing unapproved."""
    world.report_incident("dave", "leak")
    world.push("dave", incident("leak", severity="info"))
    report = report_of(world, as_of="2026-02-01T00:00:00Z")
    assert told(report) == [("Incident/leak", step) for step in (15, 60, 240)]
    assert {notice.subject.severity for notice in report.due} == {"critical"}
    without = World(world.path.parent / "without", model("fraud"), escalation("members", *STEPS))
    without.report_incident("dave", "leak")
    (first, *_) = report_of(without, as_of="2026-02-01T00:00:00Z").due
    assert (first.subject.path, first.subject.title) == (None, "Incident leak")
    assert first.subject.reported_at == "2026-01-05T10:00:00Z"


def test_an_end_that_nobody_approved_ends_nothing(world: World) -> None:
    """And the step says so; a ratification makes it good."""
    change = landed(world, incident("drift"), violation("answers", "a1"))
    edits = (incident("drift", resolution=SEEN), violation("answers", "a1", acknowledged=SEEN))
    pushed = world.push("dave", *edits)
    report = at(world, change, 24 * 60)
    assert {notice.subject.note for notice in report.due} == {
        "its file says that it was resolved, and the change that says so does not count",
        "its file says that it was acknowledged, and the change that says so does not count",
    }
    world.propose("erin", "Ratify", ratification("r", pushed.commit)).approve("carol").merge("squash")
    assert told(at(world, change, 24 * 60)) == []


@pytest.mark.parametrize(
    ("applies_to", "found"),
    [
        ({"kinds": ["Incident"]}, {"Incident/a", "Incident/b"}),
        ({"kinds": ["SlaViolation"]}, {"SlaViolation/answers/a1"}),
        ({"severities": ["critical"]}, {"Incident/b", "SlaViolation/answers/a1"}),
    ],
)
def test_a_rule_speaks_of_what_it_says(tmp_path: Path, applies_to: dict[str, Any], found: set[str]) -> None:
    """Severities are of incidents: a violation has none."""
    world = World(tmp_path)
    rule = escalation("members", (1, ["alice"]), **applies_to)
    world.propose("carol", "Begin", model("fraud"), sla("answers"), rule).approve("bob").approve("erin").merge("squash")
    change = landed(world, incident("a"), incident("b", severity="critical"), violation("answers", "a1"))
    assert {subject for subject, _ in told(at(world, change, 1))} == found


@pytest.mark.threat("D14")
def test_without_an_attested_time_nothing_is_known_to_be_due(tmp_path: Path) -> None:
    """A commit's date is typed by whoever commits: it makes nothing due, and silence is not an answer either."""
    found = (model("fraud"), escalation("members", *STEPS), incident("drift"))
    world = World(tmp_path, *found)
    world.propose("alice", "Later", model("churn")).approve("bob").merge("squash")
    report = report_of(world, as_of="2030-01-01T00:00:00Z")
    assert report.due == ()
    assert [subject.resource for subject in report.untimed] == ["Incident/drift"]
    assert report.exit_code is ExitCode.UNDECIDABLE


@pytest.mark.threat("D14")
def test_a_history_without_any_time_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UndecidableError, match="nobody attests any time"):
        report_of(World(tmp_path))


def test_a_rule_that_nobody_approved_tells_nobody(world: World) -> None:
    """Who is told of an incident is law: what stood before goes on, and the report says why."""
    change = landed(world, incident("drift"))
    pushed = world.push("mallory", escalation("members", (500_000, ["mallory"])), escalation("more", (1, ["mallory"])))
    report = at(world, change, 15)
    assert [(n.rule, [one.entry for one in n.recipients]) for n in report.due] == [("members", ["alice"])]
    assert [note.split(":")[1] for note in report.notes] == [" what stood before counts", " it counts for nothing"]
    assert all(pushed.commit[:12] in note for note in report.notes)


def recipients(notice: Notice) -> list[tuple[str, str, list[Person]]]:
    return [(one.kind, one.entry, list(one.people)) for one in notice.recipients]


def test_people_roles_addresses_and_channels_are_told_apart(tmp_path: Path) -> None:
    """A role means those who hold it and are active; a name that nobody has is a channel."""
    world = World(tmp_path)
    steps = (1, ["alice", "approver", "mallory", "board@acme.example", "#ops", "alise"])
    away = user("mallory", active=False, roles=["approver"])
    found = (model("fraud"), away, escalation("members", steps))
    world.propose("carol", "Begin", *found).approve("bob").approve("erin").merge("squash")
    change = landed(world, incident("drift"))
    (notice,) = at(world, change, 1).due
    bob, carol = (Person(n, f"{n.title()} {s}", f"{n}@acme.example") for n, s in (("bob", "Brown"), ("carol", "Clark")))
    robo = Person("robo", "Release Robot", "robo@acme.example")
    assert recipients(notice) == [
        ("user", "alice", [Person("alice", "Alice Adams", "alice@acme.example")]),
        ("role", "approver", [bob, carol, robo]),
        ("user", "mallory", []),
        ("address", "board@acme.example", []),
        ("channel", "#ops", []),
        ("channel", "alise", []),
    ]


def test_an_address_that_nobody_approved_is_not_told(world: World) -> None:
    """Who takes a role or puts in another address by a push reads nobody's mail."""
    change = landed(world, incident("drift"))
    world.push("mallory", user("alice", emails=["mallory@evil.example"]), user("mallory", roles=["approver"]))
    told = {one.entry: one.people for notice in at(world, change, 60).due for one in notice.recipients}
    assert [person.email for person in told["alice"]] == ["alice@acme.example"]
    assert "mallory" not in [person.name for person in told["approver"]]


def test_nobody_holds_a_role_that_is_not_there(world: World) -> None:
    """A role that was taken away is a word like any other."""
    change = landed(world, incident("drift"))
    world.propose("carol", "More", role("watch"), escalation("more", (1, ["watch"]))).approve("erin").merge("squash")
    (notice,) = [notice for notice in at(world, change, 1).due if notice.rule == "more"]
    assert recipients(notice) == [("role", "watch", [])]
