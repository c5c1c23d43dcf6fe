"""What became of an incident, and when: by records and receipts, whatever was typed into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.finding import Status
from govops.incident import IncidentCase, IncidentStatus, Kept
from tests.support.audit import verdict
from tests.support.change import Landed
from tests.support.files import File, delete, incident, model, sla, usecase, yaml_text
from tests.support.trees import Edits
from tests.support.world import World

TYPED = {"by": "dave", "at": "2020-01-01T00:00:00Z"}
ANSWERED = {"by": "dave", "at": "2020-01-01T00:01:00Z"}
DONE = {"by": "bob", "at": "2020-01-01T00:02:00Z", "notes": "Restarted"}
TOLD = {"clock": "law/serious", "stage": "initial", "authority": "The authority", "by": "dave", "at": TYPED["at"]}
LAW: File = (
    "policies/frameworks/law.yaml",
    yaml_text(
        {
            "apiVersion": "govops/v1",
            "kind": "Framework",
            "metadata": {"name": "law"},
            "spec": {
                "title": "A law",
                "version": "1",
                "clauses": [{"id": "Art. 1", "summary": "Report serious incidents", "rules": ["clock-overdue"]}],
                "clocks": [
                    {
                        "id": "serious",
                        "title": "Report it",
                        "clause": "Art. 1",
                        "incidents": {"severities": ["critical"]},
                        "initial": "2d",
                    }
                ],
            },
        }
    ),
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A model, and what was promised of it."""
    return World(tmp_path / "world", model("fraud"), sla("fast", **promise(120)), LAW)


def promise(minutes: int) -> dict[str, int]:
    """So many minutes to answer, and ten times as many to resolve."""
    return {"incident_response_minutes": minutes, "incident_resolution_minutes": 10 * minutes}


def land(world: World, *edits: Edits, approved: bool = True) -> Landed:
    """Dave's change."""
    change = world.propose("dave", "Change", *edits)
    return (change.approve("bob") if approved else change).merge("squash")


def outage(**spec: Any) -> File:
    """The incident, with dates that nobody should believe."""
    return incident("outage", severity="critical", reported=TYPED, **spec)


def told(world: World, **options: Any) -> IncidentCase:
    """What the report tells of the only incident."""
    (found,) = verdict(world, **options).incidents
    return found


@pytest.mark.threat("D14")
def test_times_are_those_of_the_changes_and_not_those_that_were_typed(world: World) -> None:
    reported = land(world, outage())
    answered = land(world, outage(responded=ANSWERED))
    done = land(world, outage(responded=ANSWERED, resolution=DONE))
    found = told(world)
    assert (found.reported_at, found.responded_at, found.resolved_at) == (reported.at, answered.at, done.at)
    assert (found.claimed_at, found.resolved_in, found.status) == (TYPED["at"], done.commit, IncidentStatus.RESOLVED)
    assert [(run.what, run.minutes, run.kept) for run in found.targets] == [
        ("response", 120, Kept.LATE),
        ("resolution", 1200, Kept.MET),
    ]


def test_the_earliest_report_starts_every_time(world: World) -> None:
    world.report_incident("dave", "outage", at="2026-01-05T09:30:00Z")
    land(world, outage())
    assert told(world).reported_at == "2026-01-05T09:30:00Z"


def test_a_promise_that_nobody_approved_counts_once_somebody_approves_it_anew(world: World) -> None:
    """The last change of the agreement decides, whatever came before it."""
    land(world, sla("fast", **promise(60)), approved=False)
    land(world, sla("fast", **promise(90)))
    land(world, outage())
    assert [(run.agreement, run.minutes) for run in told(world).targets] == [("fast", 90), ("fast", 900)]


@pytest.mark.threat("D14", rule="clock-overdue")
def test_where_nobody_attests_a_time_nobody_is_accused(tmp_path: Path) -> None:
    settings = {"evidence": {"mode": "signature", "accept": ["signature"]}}
    world = World(tmp_path / "signing", model("fraud"), sla("fast", **promise(1)), LAW, outage(), settings=settings)
    report = verdict(world)
    (found,) = report.incidents
    assert (found.reported_at, found.resolved_at) == (None, None)
    assert {run.kept for run in found.targets} | {run.kept for run in found.clocks} == {Kept.UNKNOWN}
    (finding,) = (one for one in report.findings if one.rule == "clock-overdue")
    assert finding.status is Status.UNVERIFIABLE


def test_an_answer_that_nobody_approved_is_none(world: World) -> None:
    land(world, outage())
    land(world, outage(responded=ANSWERED), approved=False)
    assert told(world).responded_at is None


def test_what_was_promised_when_it_was_reported_counts(world: World) -> None:
    """Neither a looser promise afterwards, nor one that nobody approved."""
    land(world, sla("other", **promise(1)), approved=False)
    land(world, outage())
    land(world, sla("fast", **promise(100_00)))
    assert [(run.agreement, run.minutes) for run in told(world).targets] == [("fast", 120), ("fast", 1200)]


def test_a_clock_that_ran_out_is_a_violation_until_the_authority_was_told(world: World) -> None:
    land(world, outage())
    late = {"as_of": "2026-02-01T00:00:00Z"}
    report = verdict(world, **late)
    assert [one.rule for one in report.findings if one.status is Status.FAIL] == ["clock-overdue"]
    (clause,) = report.frameworks[0].clauses
    assert clause.state == "failing"
    world.clock.pass_by(days=5)
    land(world, outage(notifications=[TOLD]))
    report = verdict(world, **late)
    assert "clock-overdue" not in {one.rule for one in report.findings}
    (run,) = told(world, **late).clocks
    assert (run.kept, run.claimed, run.authority) == (Kept.LATE, TYPED["at"], "The authority")


def test_a_resolution_reopened_is_none(world: World) -> None:
    land(world, outage())
    land(world, outage(resolution=DONE))
    land(world, outage())
    found = told(world)
    assert (found.status, found.resolved_at) == (IncidentStatus.OPEN, None)


def test_a_file_that_was_removed_by_an_approved_change_is_withdrawn(world: World) -> None:
    world.report_incident("dave", "outage")
    land(world, outage())
    land(world, delete(outage()[0]))
    found = told(world)
    assert (found.status, found.path, found.clocks, found.targets) == (IncidentStatus.WITHDRAWN, None, (), ())


def test_what_comes_again_under_a_name_is_another_incident(world: World) -> None:
    world.report_incident("dave", "outage", severity="info")
    land(world, outage())
    land(world, delete(outage()[0]))
    again = land(world, incident("outage", severity="error", reported=TYPED))
    found = told(world)
    assert (found.severity, found.records, found.reported_at) == ("error", (), again.at)


def test_a_use_case_that_is_not_in_force_is_not_marked(world: World) -> None:
    land(world, usecase("claims", models=[{"model": "fraud", "versions": ">=1.0"}], status="draft"))
    land(world, outage())
    report = verdict(world)
    assert not [item for item in report.inventory if dict(item.facts).get("open incidents")]


@pytest.mark.parametrize(
    ("version", "marked"), [("ModelVersion/fraud/1.0.0", True), ("ModelVersion/fraud/0.9.0", False)]
)
def test_a_use_case_on_another_use_case_is_marked_by_versions_in_range(
    tmp_path: Path, version: str, *, marked: bool
) -> None:
    links = [{"model": "fraud", "versions": ">=1.0"}]
    claims = usecase("claims", models=links, status="approved")
    letters = usecase("letters", dependencies=["claims"], status="approved")
    world = World(tmp_path / "world", model("fraud"), claims, letters, outage(resource=version))
    report = verdict(world)
    found = {item.name: dict(item.facts).get("open incidents") for item in report.inventory if item.kind == "UseCase"}
    expected = f"outage on {version}" if marked else None
    assert found == {"claims": expected, "letters": expected}
    assert sum(one.rule == "use-case-affected" for one in report.findings) == (2 if marked else 0)


def test_a_report_dated_at_the_end_of_the_calendar_stops_no_audit(tmp_path: Path) -> None:
    """Whoever may report may write any date; until then nothing is late."""
    world = World(tmp_path, model("fraud"), sla("fraud", incident_response_minutes=30))
    world.report_incident("dave", "outage", at="9999-12-31T23:59:59Z")
    world.propose("alice", "Register", model("churn")).approve("bob").merge("squash")
    (case,) = verdict(world).incidents
    assert [run.kept for run in case.targets] == [Kept.RUNNING]
