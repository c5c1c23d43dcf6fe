"""`govops sla`: promises are judged by what was lawfully in force, and what was broken is proposed once and noted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from govops.app.schemas import all_schemas
from govops.kinds.sla_violation import SlaViolation
from govops.render.json_v1 import parse_as
from govops.render.service import SCHEMA, stream_check
from govops.service import ServiceReport, Standing
from tests.support.cli import Ran, govops
from tests.support.facts import read
from tests.support.files import delete, incident, ratification, settings, sla, violation
from tests.support.git import git
from tests.support.measurements import FILE, NAME, PATH, measure, promise, promised, write
from tests.support.world import World

BROKEN, USAGE, UNKNOWN = 1, 2, 3
NEXT_DAY = "2026-01-07T09:00:00Z"
DAY = "2026-01-06T00:00:00Z"


def ask(world: World, verb: str, *options: object, as_of: str = NEXT_DAY) -> Ran:
    """`govops sla VERB` of a world, as of an instant."""
    return govops("sla", verb, *options, "--as-of", as_of, "--repository", world.path)


def standings(world: World, **how: Any) -> list[tuple[str, str]]:
    """(first instant, standing) of every result of the one agreement."""
    ran = ask(world, "check", "--output", "json", **how)
    (agreement,) = parse(ran.out).agreements
    return [(part.span.start, judged.standing.value) for _, part, judged in agreement.judged()]


def parse(text: str) -> ServiceReport:
    """The report that was written as JSON."""
    return parse_as(ServiceReport, text, SCHEMA)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """99.5 % were promised by the day; on 6 January 1 % of the requests failed, on the 7th none."""
    world = promised(tmp_path)
    measure(world, "2026-01-05T20:00:00Z", 4)
    measure(world, DAY, 24, failing=10)
    measure(world, "2026-01-07T00:00:00Z", 9)
    return world


# ---- what is told


def test_a_check_tells_each_window_what_was_measured_and_what_is_left(world: World) -> None:
    ran = ask(world, "check")
    assert ran.code == BROKEN
    assert ran.out.splitlines()[:5] == [
        f"{PATH}: violated (Model/fraud, day in UTC)",
        "    2026-01-06 to 2026-01-07",
        "      availability at least 99.5 %: violated, 98.61 %, 278 % of the error budget used",
        "    2026-01-07 to 2026-01-08, still running",
        "      availability at least 99.5 %: compliant, 100 %, 0 % of the error budget used, burn rate 0",
    ]
    assert ran.out.splitlines()[-1] == "govops: promises are broken"


def test_the_report_in_json_reads_back_as_it_was(world: World) -> None:
    ran = ask(world, "check", "--trend", "--output", "json")
    report = parse(ran.out)
    (agreement,) = report.agreements
    assert agreement.standing is Standing.VIOLATED
    assert [(str(day.value), day.is_kept) for day in agreement.trends[0].days] == [
        ("3550/36", False),
        ("100", True),
    ] or (agreement.trends[0].days[0].is_kept is False)
    assert json.loads(ran.out)["agreements"][0]["standing"] == "violated"
    jsonschema.validate(json.loads(ran.out), json.loads(all_schemas()["service-v1.schema.json"]))
    assert "".join(stream_check(report, "json")) == ran.out


def test_an_annotation_stands_at_the_file_of_the_agreement(world: World) -> None:
    ran = ask(world, "check", "--output", "github")
    assert ran.out.startswith(f"::error file={PATH},title=govops sla-violated::availability at least 99.5 %25 from ")


def test_the_status_is_a_table_with_the_budget_and_the_days(world: World) -> None:
    ran = ask(world, "status")
    assert ran.code == 0
    head, row = (line.split("  ") for line in ran.out.splitlines()[:2])
    assert [cell.strip() for cell in head if cell] == [
        "agreement",
        "promise",
        "measured",
        "budget left",
        "standing",
        "trend",
    ]
    assert [cell.strip() for cell in row if cell.strip()] == [
        NAME,
        "availability at least 99.5 %",
        "100 %",
        "100 %",
        "compliant",
        "▁█",
    ]


def test_nothing_that_was_asked_for_passes_in_silence(tmp_path: Path) -> None:
    world = promised(tmp_path)
    assert "it came into force only now" in govops("sla", "check", "--repository", world.path).out
    world.propose("alice", "Promise nothing", delete(PATH)).approve("bob").merge("squash")
    ran = ask(world, "check", as_of="2026-03-01T00:00:00Z")
    assert (ran.code, ran.out.splitlines()[0]) == (0, "no agreement was in force as of 2026-03-01T00:00:00Z")


def test_an_agreement_that_nobody_can_read_is_unknown(tmp_path: Path) -> None:
    """Not one of which nothing is broken."""
    path, text = sla(NAME)
    world = World(tmp_path)
    world.propose("alice", "Promise", (path, text.replace(b"window:", b"windoww:"))).approve("bob").merge("squash")
    ran = ask(world, "check")
    assert (ran.code, ran.out.splitlines()[:2]) == (
        UNKNOWN,
        [f"{path}: unknown", "    its file could never be read (`govops audit` says why)"],
    )


@pytest.mark.threat("D14")
@pytest.mark.parametrize(
    ("as_of", "code", "standing"),
    [("2026-01-06T08:00:00Z", 0, "compliant"), (NEXT_DAY, BROKEN, "violated"), ("2026-03-07T09:00:00Z", 0, None)],
    ids=["there is time left", "nobody answered in time", "it lies before the window"],
)
def test_an_incident_of_the_window_is_judged_by_the_time_that_was_promised(
    tmp_path: Path, as_of: str, code: int, standing: str | None
) -> None:
    """By when its change landed: what the file says of the time is a claim."""
    world = promised(tmp_path, window={"kind": "rolling", "days": 7}, incident_response_minutes=720)
    reported = world.propose("dave", "Report", incident("slow")).approve("bob").merge("squash").at
    assert reported == "2026-01-06T03:00:00Z"
    measure(world, "2026-01-06T01:00:00Z", 2)
    measure(world, "2026-03-06T00:00:00Z", 2)
    ran = ask(world, "check", as_of=as_of)
    told = [line.strip() for line in ran.out.splitlines() if "incident slow" in line]
    took = {"compliant": "running, 5 h", "violated": "overdue, 1 d 6 h"}.get(standing or "")
    assert told == ([f"{standing}: response to incident slow in 12 h: {took}"] if standing else [])
    assert ran.code == code
    assert ("sla-violated" in ask(world, "check", "--output", "github", as_of=as_of).out) is (standing == "violated")


# ---- what is in force


@pytest.mark.threat("D14")
def test_a_new_target_counts_from_the_attested_time_of_its_change(world: World) -> None:
    """A forged commit date moves nothing."""
    world.clock.pass_by(hours=12)
    change = world.propose("alice", "Less", sla(NAME, **_less()), at="2020-01-01T00:00:00Z").approve("bob")
    change.merge("squash")
    found = standings(world)
    assert [standing for _, standing in found] == ["violated", "compliant", "compliant"]
    assert change.landed is not None
    assert found[1][0] == change.landed.at


def _less() -> dict[str, Any]:
    return {
        "objectives": [{"metric": "availability_percent", "target": 90}],
        "window": {"kind": "calendar", "period": "day"},
        "source": {"type": "file", "files": [FILE]},
    }


def test_a_target_that_nobody_approved_is_told_and_judged_past(world: World) -> None:
    commit = promise(world, approved=False, **_less())
    ran = ask(world, "check")
    assert (ran.code, standings(world)[0]) == (BROKEN, (DAY, "violated"))
    assert f"note: {commit[:12]} changed the agreement without approval and is judged past" in ran.out


def test_a_target_that_was_ratified_afterwards_counts_from_its_landing(world: World) -> None:
    world.clock.pass_by(hours=12)
    commit = promise(world, approved=False, **_less())
    assert [standing for _, standing in standings(world)][:2] == ["violated", "compliant"]
    world.propose("alice", "Accept", ratification("accept", commit)).approve("carol").merge("squash")
    assert [standing for _, standing in standings(world)] == ["violated", "compliant", "compliant"]


def test_in_a_history_that_is_not_to_be_trusted_nothing_is_certain(world: World) -> None:
    """A record that somebody took away."""
    record = world.push("alice", {"notes.txt": b"x"}).record()
    world.evidence.write({record: None})
    ran = ask(world, "check")
    assert (ran.code, "doubt: record-tampered: " in ran.out) == (UNKNOWN, True)


def test_an_agreement_that_somebody_took_away_without_approval_still_binds(world: World) -> None:
    landed = world.propose("alice", "Away with it", delete(PATH)).merge("squash")
    ran = ask(world, "check")
    assert ran.code == BROKEN
    assert f"note: {landed.commit[:12]} took the agreement away without approval and is judged past" in ran.out


@pytest.mark.threat("D14")
def test_a_target_that_landed_without_a_record_leaves_the_time_after_it_unknown(world: World) -> None:
    promise(world, record=False, **_less())
    ran = ask(world, "check")
    assert (ran.code, "was allowed cannot be established" in ran.out) == (UNKNOWN, True)


@pytest.mark.threat("D14")
def test_without_any_attested_time_an_instant_has_to_be_given(tmp_path: Path) -> None:
    world = World(tmp_path, sla(NAME))
    ran = govops("sla", "check", "--repository", world.path)
    assert (ran.code, ran.err.splitlines()[0]) == (UNKNOWN, "error: no change of this history has an attested time")


def test_a_maintenance_that_was_announced_excuses_and_names_who_approved_it(world: World) -> None:
    """And one that is entered afterwards does not."""
    window = {"start": "2026-01-06T05:00:00Z", "end": "2026-01-06T17:00:00Z", "reason": "new disks"}
    promise(world, maintenance=[window])
    announced = ask(world, "check")
    assert (
        "      maintenance 2026-01-06T05:00:00Z to 2026-01-06T17:00:00Z: new disks (approved by bob)" in announced.out
    )
    world.clock.pass_by(days=1)
    late = {"start": "2026-01-06T17:00:00Z", "end": "2026-01-07T00:00:00Z", "reason": "excuse"}
    promise(world, maintenance=[window, late])
    assert "excuse" not in ask(world, "check").out


@pytest.mark.threat("I16")
def test_an_address_that_nobody_approved_is_never_asked(tmp_path: Path) -> None:
    """Not even where it stands in Settings at the tip."""
    world = promised(tmp_path / "world", source={"type": "file", "connection": "store", "files": ["m.jsonl"]})
    elsewhere = [{"name": "store", "address": f"file://{tmp_path}/elsewhere"}]
    world.propose("alice", "Elsewhere", settings(connections=elsewhere)).merge("squash")
    ran = ask(world, "check")
    assert (ran.code, "nobody says where `store` is" in ran.out) == (UNKNOWN, True)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/m.jsonl").write_text("x\n")
    assert "m.jsonl:1: it is not JSON: x" in ask(world, "check", "--source", f"store=file://{tmp_path}/mine").out


# ---- exit codes


def test_a_gap_is_no_compliance(tmp_path: Path) -> None:
    world = promised(tmp_path)
    measure(world, "2026-01-07T00:00:00Z", 9)
    ran = ask(world, "check")
    assert ran.code == UNKNOWN
    assert "insufficient data: nothing was measured from 2026-01-06T00:00:00Z to 2026-01-07T00:00:00Z" in ran.out


def test_a_file_that_is_not_there_is_no_compliance(tmp_path: Path) -> None:
    world = promised(tmp_path)
    assert ask(world, "check").code == ask(world, "status").code == ask(world, "violations").code == UNKNOWN


def test_bad_rows_are_counted_and_quoted(world: World) -> None:
    write(world, [{"timestamp": "2026-01-07T01:00:00Z", "latency_ms": "\x1b[31m::error::", "ok": True}])
    ran = ask(world, "check")
    line = (world.path / FILE).read_text().count("\n")
    assert f"    1 row of {line} could not be read:\n      {FILE}:{line}: `latency_ms` is no number" in ran.out
    assert "\x1b" not in ran.out


def test_a_risk_is_a_warning(tmp_path: Path) -> None:
    world = promised(tmp_path, window={"kind": "rolling", "days": 1})
    measure(world, "2026-01-05T00:00:00Z", 72, failing=3)
    assert ask(world, "check").code == 0
    assert ask(world, "check", "--fail-on", "info").code == BROKEN
    assert ": at risk (" in ask(world, "check").out


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["unheard-of"], 'there is no ServiceLevelAgreement "unheard-of"'),
        (["--engine", "abacus"], "'abacus' is not one of 'duckdb', 'spark', 'reference'"),
        (["--source", "store"], "error: --source: "),
    ],
)
def test_what_was_typed_wrongly_is_usage(world: World, options: list[str], said: str) -> None:
    ran = ask(world, "check", *options)
    assert (ran.code, said in ran.err) == (USAGE, True)


# ---- violations


def branches(world: World) -> list[str]:
    """The branches beside the protected one and the evidence."""
    names = git(world.git_dir, "for-each-ref", "--format=%(refname:short)", "refs/heads/").decode().split()
    return [name for name in names if name.startswith("sla-")]


def proposed(world: World, branch: str) -> tuple[str, bytes]:
    """The one file that a branch adds or changes."""
    (path,) = git(world.git_dir, "diff", "--name-only", world.main, branch).decode().split()
    return path, git(world.git_dir, "show", f"{branch}:{path}")


def test_a_new_violation_is_proposed_once(world: World) -> None:
    """On a branch of its own, and not again while that stands, nor once it has landed."""
    ran = ask(world, "check", "--propose")
    (branch,) = branches(world)
    assert ran.code == BROKEN
    assert f"1 violation(s) stand on branch {branch}" in ran.err
    path, text = proposed(world, branch)
    found = read((path, text))
    assert isinstance(found, SlaViolation)
    assert path == f"registry/slas/{NAME}/violations/{found.metadata.name}.yaml"
    assert (found.spec.target, found.spec.actual) == (99.5, 98.61)
    again = ask(world, "check", "--propose")
    assert (branches(world), "there is nothing new to propose" in again.err) == ([branch], True)
    assert f"is proposed already, on branch {branch}" in again.err
    world.propose("erin", "Record", (path, text)).approve("bob").merge("squash")
    git(world.git_dir, "branch", "-D", branch)
    landed = ask(world, "check", "--propose")
    assert (branches(world), landed.code, landed.err) == ([], BROKEN, "there is nothing new to propose\n")


def test_a_window_that_rolls_on_is_the_same_breach(tmp_path: Path) -> None:
    world = promised(tmp_path, window={"kind": "rolling", "days": 1})
    measure(world, "2026-01-05T00:00:00Z", 96, failing=10)
    ask(world, "check", "--propose")
    (branch,) = branches(world)
    ask(world, "check", "--propose", as_of="2026-01-08T08:00:00Z")
    assert branches(world) == [branch]
    ask(world, "check", "--propose", as_of="2026-01-08T09:00:00Z")
    assert len(branches(world)) == 2


def test_a_violation_is_acknowledged_by_an_approved_change(world: World) -> None:
    """Measured, proposed, recorded, acknowledged; a note that nobody approved is none."""
    ask(world, "check", "--propose")
    path, text = proposed(world, branches(world)[0])
    world.propose("erin", "Record", (path, text)).approve("bob").merge("squash")
    name = path.rpartition("/")[2].removesuffix(".yaml")
    assert f"{NAME}/{name}: not acknowledged" in ask(world, "violations").out
    ran = govops("sla", "acknowledge", f"{NAME}/{name}", "--notes", "a cold cache", "--repository", world.path)
    assert ran.code == 0, ran.err
    path, noted = proposed(world, f"sla-acknowledge-{name}")
    assert noted.startswith(text)
    assert noted.decode()[len(text) :].startswith("  acknowledged:\n    by: erin\n    at: ")
    world.propose("erin", "Note", (path, noted)).merge("squash")
    assert f"{NAME}/{name}: not acknowledged" in ask(world, "violations").out
    world.propose("erin", "Note", (path, text)).approve("bob").merge("squash")
    world.propose("erin", "Note", (path, noted)).approve("bob").merge("squash")
    told = ask(world, "violations", "--state", "acknowledged").out
    assert told.splitlines()[0] == f"{NAME}/{name}: acknowledged"
    assert told.splitlines()[2].startswith("    by erin at ")


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ([], 3),
        ([NAME], 3),
        (["--state", "new"], 1),
        (["--state", "recorded"], 2),
        (["--state", "open"], 1),
        (["--state", "acknowledged"], 1),
        (["--objective", "error_rate_percent"], 0),
        (["--objective", "availability_percent"], 3),
    ],
)
def test_violations_are_listed_as_asked(world: World, options: list[str], count: int) -> None:
    note = {"by": "erin", "at": "2026-01-06T12:00:00Z", "notes": "seen"}
    spans = [{"start": "2025-11-01T00:00:00Z", "end": "2025-12-01T00:00:00Z"}]
    noted = violation(NAME, "earlier", window=spans[0], acknowledged=note)
    world.propose("alice", "Record", violation(NAME, "last", window=_december()), noted).approve("bob").merge("squash")
    ran = ask(world, "violations", *options, "--output", "json")
    assert len(json.loads(ran.out)["violations"]) == count


def _december() -> dict[str, str]:
    return {"start": "2025-12-01T00:00:00Z", "end": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("violation_", "options", "said"),
    [
        (f"{NAME}/unheard-of", [], "no violation is recorded at registry/slas/fraud-up/violations/unheard-of.yaml"),
        (f"{NAME}/noted", [], "is acknowledged already, by erin"),
        (f"{NAME}/open", ["--by", "nobody"], "there is no User `nobody`"),
        (f"{NAME}/open", ["--notes", " "], "the text is blank"),
    ],
)
def test_what_cannot_be_acknowledged_is_refused(world: World, violation_: str, options: list[str], said: str) -> None:
    note = {"by": "erin", "at": "2026-01-06T12:00:00Z", "notes": "seen"}
    files = violation(NAME, "open"), violation(NAME, "noted", acknowledged=note)
    world.propose("alice", "Record", *files).approve("bob").merge("squash")
    given = [] if "--notes" in options else ["--notes", "seen"]
    ran = govops("sla", "acknowledge", violation_, *given, *options, "--repository", world.path)
    assert (ran.code, said in ran.err, branches(world)) == (USAGE, True, [])
