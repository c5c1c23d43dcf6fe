"""The demo's report: each planted violation once, at the right commit and file, and nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from govops.app.audit import audit
from govops.app.demo import DemoRepository, build, expected_findings
from govops.app.demo.showing import measure
from govops.app.example import example_company
from govops.errors import ExitCode
from govops.finding import Report, Status
from govops.render import render
from govops.workspace import Opened


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRepository:
    return build(tmp_path_factory.mktemp("demo") / "repository", example_company())


@pytest.fixture(scope="module")
def report(demo: DemoRepository) -> Report:
    service = demo.directory.parent / "service.json"
    measure(demo.directory, service)
    return audit(Opened(demo.directory), service=service)


def test_every_planted_violation_is_found_once_and_nothing_else(demo: DemoRepository, report: Report) -> None:
    found = [(f.rule, f.commit, f.path) for f in report.findings if f.status is not Status.WARN]
    assert found == expected_findings(demo)
    assert len(found) == 14


def test_only_what_the_story_means_to_show_is_warned_about(report: Report) -> None:
    """Not the proposal that merged the protected branch into itself before it landed."""
    warned = Counter(finding.rule for finding in report.findings if finding.status is Status.WARN)
    assert warned == {"waiver-expired": 1, "waiver-ends-soon": 1, "emergency-change": 1, "review-overdue": 2}


def test_what_was_excused_and_what_was_accepted_stay_in_sight(report: Report) -> None:
    waived = {finding.waived for finding in report.findings if finding.status is Status.WAIVED}
    assert waived == {
        "policies/waivers/storm-surge-backtest.yaml",
        "policies/ratifications/handlers-see-why.yaml",
    }
    assert report.counts.waived == 2


def test_promises_stand_as_the_story_means_them_to(report: Report) -> None:
    """One broken, one at risk, two of which nothing was measured, one whose target changed within its window."""
    assert report.service is not None
    found = {one.name: one for one in report.service.agreements}
    assert {name: str(one.standing) for name, one in found.items()} == {
        "claims-triage-response": "compliant",
        "document-reader-pages": "unknown",
        "fraud-screen-answers": "at_risk",
        "letters-intake-availability": "violated",
        "motor-pricing-response": "unknown",
    }
    changed = [(part.span.start, judged.target) for _, part, judged in found["claims-triage-response"].judged()]
    assert [target for start, target in changed if start >= "2026-04-30"] == [600, 99.5, 450, 99.5]


def test_duties_and_frameworks_are_shown(report: Report) -> None:
    (met,) = report.duties.conflicts
    assert (met.person, met.rule) == ("daniel-osei", "lifetime#1")
    assert [change.labels for change in report.changes if change.labels] == [("emergency",)]


def test_the_counts_add_up_and_the_exit_code_is_the_worst(report: Report) -> None:
    counts = report.counts
    assert counts.problem == ""
    assert counts.chain >= 60
    assert (counts.violating, counts.undecidable) == (11, 1)
    assert report.exit_code() is ExitCode.UNDECIDABLE


@pytest.mark.threat("A07", "G13")
def test_the_report_is_the_golden_one(report: Report, golden: Callable[[str, str], None]) -> None:
    here = replace(report, provenance=replace(report.provenance, git_version="2.39.5"))
    golden("demo.report.md", render(here, "markdown"))
    golden("demo.report.txt", render(here, "text"))


def test_a_saved_report_is_rendered_again_as_the_same_bytes(report: Report) -> None:
    from govops.render import json_v1

    saved = json_v1.parse(render(report, "json"))
    assert saved == report
    assert render(saved, "markdown") == render(report, "markdown")
