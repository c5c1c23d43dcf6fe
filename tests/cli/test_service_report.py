"""What was measured of services is shown in the report if it belongs to the same commits, and decides nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.render import json_text
from govops.service import ServiceReport
from tests.render import sample_service
from tests.support.cli import govops
from tests.support.files import model, ratification, sla, violation
from tests.support.world import World

ID = "9a8b7c6d5e4f3021"
NOTE = {"by": "bob", "at": "2026-02-03T09:00:00Z", "notes": "Seen"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """One violation is recorded and acknowledged. Nobody changes it."""
    world = World(tmp_path_factory.mktemp("story") / "world", model("fraud"), sla("fraud-screen"))
    world.propose("alice", "Record", violation("fraud-screen", ID)).approve("bob").merge("squash")
    noted = violation("fraud-screen", ID, acknowledged=NOTE)
    world.propose("alice", "Note", noted).approve("bob").merge("squash")
    return world


def measured(world: World, **other: Any) -> ServiceReport:
    """As a check at the world's tip would tell it."""
    return replace(sample_service.service(), repository=world.repository, tip=world.main, **other)


def written(place: Path, report: ServiceReport) -> Path:
    place.write_text("".join(json_text.stream(report)), encoding="ascii")
    return place


def markdown(*arguments: str | Path) -> str:
    done = govops("audit", *arguments, "--output", "markdown")
    assert done.code == ExitCode.OK, done.err
    return done.out


def rows(text: str, heading: str) -> list[str]:
    """The rows of the first table below a heading."""
    section = text.split(f"# {heading}\n", 1)[1].split("\n#", 1)[0]
    return [line for line in section.splitlines() if line.startswith("|")][2:]


def test_the_report_shows_each_promise_with_its_budget_and_trend(world: World, tmp_path: Path) -> None:
    """Broken promises are no violations of the change process: the exit code stays."""
    file = written(tmp_path / "service.json", measured(world))
    text = markdown(world.path, "--service", file)
    (first, *_) = rows(text, "Service levels")
    assert "**violated**" in first
    assert "▁▁▁▁▂▁▃▂▄█ (10 days: 410 to 1100, last 1100, 4 missed)" in first
    assert "service report sha256:" in text


def test_recorded_violations_are_those_of_the_repository_and_new_ones_are_told_beside_them(
    world: World, tmp_path: Path
) -> None:
    """What the file says of a recorded one is not asked."""
    (alone,) = rows(markdown(world.path), "Violations of service levels")
    assert "bob at 2026-02-03T09:00:00Z: Seen" in alone
    file = written(tmp_path / "service.json", measured(world))
    recorded, new = rows(markdown(world.path, "--service", file), "Violations of service levels")
    assert recorded == alone
    assert "| **new** | not yet |" in new


def test_an_acknowledgement_that_nobody_approved_is_none(tmp_path: Path) -> None:
    """Until somebody ratifies it."""
    world = World(tmp_path, model("fraud"), sla("fraud-screen"))
    world.propose("alice", "Record", violation("fraud-screen", ID)).approve("bob").merge("squash")
    world.push("alice", violation("fraud-screen", ID, acknowledged=NOTE))
    done = govops("audit", world.path, "--output", "markdown")
    assert done.code == ExitCode.VIOLATION
    (row,) = rows(done.out, "Violations of service levels")
    assert row.endswith("| not yet |")
    ratified = ratification("noted", world.main, reason="It was seen")
    world.propose("carol", "Accept it", ratified).approve("erin").merge("squash")
    (row,) = rows(markdown(world.path), "Violations of service levels")
    assert "bob at 2026-02-03T09:00:00Z: Seen" in row


def test_a_report_with_services_is_read_back_verified_and_continued(world: World, tmp_path: Path) -> None:
    """The measurements are taken at their word; the rest is audited again."""
    file, saved = written(tmp_path / "service.json", measured(world)), tmp_path / "report.json"
    assert govops("audit", world.path, "--service", file, "--output", f"json:{saved}").code == ExitCode.OK
    assert govops("verify-report", saved, world.path).code == ExitCode.OK
    again = govops("report", saved, "--output", "json")
    assert again.out == saved.read_text(encoding="ascii")
    bare = tmp_path / "bare.json"
    assert govops("audit", world.path, "--output", f"json:{bare}").code == ExitCode.OK
    later = govops("report", bare, "--service", file, "--output", "json")
    assert later.out == again.out
    assert govops("report", saved, "--service", file).code == ExitCode.USAGE


FOREIGN: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "another repository": (lambda told: told.update(repository="local:acme/other"), "is about"),
    "another tip": (lambda told: told.update(tip="1" * 40), "was made at 111111111111"),
    "an unknown field": (lambda told: told.update(extra=1), "unknown field 'extra'"),
    "another schema": (lambda told: told.update(schema="govops/service/v2"), "govops/service/v2"),
    "a number that is none": (lambda told: told["violations"][0].update(target=600.0), "target is 600.0"),
    "a standing of its own": (lambda told: told["agreements"][0].update(standing="compliant"), "standing"),
    "another order": (lambda told: told.update(tip=told.pop("tip")), "not spelled as govops writes it"),
}


@pytest.mark.threat("G10", "G11")
@pytest.mark.parametrize(("edit", "said"), FOREIGN.values(), ids=FOREIGN)
def test_what_belongs_to_something_else_is_refused(
    world: World, tmp_path: Path, edit: Callable[[dict[str, Any]], Any], said: str
) -> None:
    told = json.loads("".join(json_text.stream(measured(world))))
    edit(told)
    file = tmp_path / "service.json"
    file.write_text(json.dumps(told, indent=2) + "\n", encoding="ascii")
    done = govops("audit", world.path, "--service", file)
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert said in done.err


def test_one_that_was_cut_short_is_refused_with_the_way_to_a_whole_one(world: World, tmp_path: Path) -> None:
    file = written(tmp_path / "service.json", measured(world))
    file.write_bytes(file.read_bytes()[:300])
    done = govops("audit", world.path, "--service", file)
    assert (done.code, done.out) == (ExitCode.USAGE, "")
    assert f"{file}: the report is not JSON" in done.err
    assert "hint: measure again: govops sla check" in done.err


def test_it_is_for_the_whole_report_and_not_for_one_framework(world: World, tmp_path: Path) -> None:
    file = written(tmp_path / "service.json", measured(world))
    done = govops("report", "--framework", "nist-ai-rmf", "--service", file, "--repository", world.path)
    assert done.code == ExitCode.USAGE


def test_the_charts_come_from_the_same_file(world: World, tmp_path: Path) -> None:
    file, drawing = written(tmp_path / "service.json", measured(world)), tmp_path / "service.svg"
    done = govops("sla", "chart", file, "--output", f"svg:{drawing}")
    assert (done.code, done.out) == (ExitCode.OK, "")
    assert drawing.read_text(encoding="utf-8").startswith("<svg xmlns=")
    assert govops("sla", "chart", file).out.startswith("fraud-screen: P95 response time at most 600 ms: ▁")


def test_from_measurements_to_the_report(tmp_path: Path) -> None:
    """What the check writes is what the audit takes, unchanged."""
    world = World(tmp_path / "world", model("fraud"))
    source = {"type": "file", "files": ["requests.jsonl"]}
    promise = [{"metric": "error_rate_percent", "target": 10}]
    agreed = sla("fraud", objectives=promise, window={"kind": "rolling", "days": 2}, source=source)
    world.propose("alice", "Promise", agreed).approve("bob").merge("squash")
    hours = [f"2026-01-{day:02}T{hour:02}:30:00Z" for day in (10, 11) for hour in range(24)]
    rows_ = [{"timestamp": at, "latency_ms": 5, "ok": place % 4 != 0} for place, at in enumerate(hours)]
    (world.path / "requests.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows_), encoding="ascii")
    file = tmp_path / "service.json"
    asked = ("--repository", world.path, "--as-of", "2026-01-12T00:00:00Z", "--trend")
    done = govops("sla", "check", *asked, "--output", f"json:{file}")
    assert done.code == ExitCode.VIOLATION, done.err
    (row,) = rows(markdown(world.path, "--service", file), "Service levels")
    assert "25 %" in row
    assert "**violated**" in row
    assert "2 days: 25 to 25, last 25, 2 missed" in row
