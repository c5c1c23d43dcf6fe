"""What is in use is approved again as often as Settings ask: late is a warning, and untold is not established."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from govops.errors import ExitCode
from govops.finding import Report, Severity, Status
from tests.support.audit import assert_clean, findings, only, verdict
from tests.support.files import TRAILERS, File, model, settings, usecase, version
from tests.support.kept import assert_the_same
from tests.support.world import World

ASKED: dict[str, Any] = {"reviews": {"models": {"high": "90d"}, "use_cases": {"critical": "4w"}}}
FRAUD = model("fraud", risk_tier="high")
MODEL, CLAIMS = "Model/fraud", "UseCase/claims"
OVERDUE = "review-overdue"


def claims(status: str, **spec: Any) -> File:
    return usecase("claims", **{"impact": "critical", "status": status} | spec)


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A model of high risk and a critical use case, both approved in January."""
    world = World(tmp_path / "world", settings=ASKED)
    approved(world, FRAUD, version("fraud", "1.0"), claims("draft"))
    approved(world, version("fraud", "1.0", status="approved"), claims("submitted"))
    approved(world, claims("approved"))
    return world


def approved(world: World, *edits: Any, by: str = "bob", person: str = "alice") -> None:
    world.propose(person, "Step", *edits).approve(by).merge("squash")


def later(world: World, days: int) -> Report:
    """The audit after so many days, when something else happens."""
    world.clock.pass_by(days=days)
    approved(world, model("other"))
    return verdict(world)


def state(report: Report) -> dict[str, Status]:
    return {review.resource: review.status for review in report.reviews}


def test_in_time_nothing_is_said(world: World) -> None:
    """The report has the row all the same: who answers for it, the last approval, and when the next one is due."""
    report = later(world, 10)
    assert_clean(report)
    row = next(review for review in report.reviews if review.resource == MODEL)
    assert (row.path, row.owner, row.level, row.every) == (FRAUD[0], "alice", "high", "90d")
    assert (row.by, row.status, row.overdue_days) == (("bob",), Status.PASS, 0)
    assert row.last is not None
    assert row.due is not None
    assert (row.last[:10], row.due[:10]) == ("2026-01-05", "2026-04-05")
    assert row.commit in {change.id for change in report.changes}


def test_late_is_a_warning_at_the_instant_of_the_report(world: World) -> None:
    """The use case after four weeks, the model after ninety days; an earlier instant has neither."""
    assert [found.subject for found in only(later(world, 30), OVERDUE)] == [CLAIMS]
    report = later(world, 70)
    found = only(report, OVERDUE)
    assert [finding.subject for finding in found] == [CLAIMS, MODEL]
    assert {finding.status for finding in found} == {Status.WARN}
    assert (report.exit_code(), report.exit_code(Severity.INFO)) == (ExitCode.OK, ExitCode.VIOLATION)
    assert [review.overdue_days for review in report.reviews] == [73, 11]
    assert_clean(verdict(world, as_of="2026-01-20T00:00:00Z"))


AGAIN: dict[str, tuple[tuple[File, ...], str]] = {
    "a review of the model": ((model("fraud", risk_tier="high", review="As it was"),), MODEL),
    "a new version": ((version("fraud", "2.0"), version("fraud", "2.0", status="approved")), MODEL),
    "a review of the use case": ((claims("approved", review="As it was"),), CLAIMS),
    "other models in the use case": ((claims("approved", models=[{"model": "fraud", "versions": "*"}]),), CLAIMS),
}


@pytest.mark.parametrize(("edits", "resource"), AGAIN.values(), ids=AGAIN)
def test_an_approval_begins_the_period_anew(world: World, edits: tuple[File, ...], resource: str) -> None:
    later(world, 100)
    for edit in edits:
        approved(world, edit)
    report = later(world, 1)
    assert state(report)[resource] is Status.PASS
    assert [finding.subject for finding in only(report, OVERDUE)] == [({MODEL, CLAIMS} - {resource}).pop()]


NOT_AGAIN: dict[str, File] = {
    "another title": model("fraud", risk_tier="high", title="Fraud"),
    "another title of the use case": claims("approved", title="Claims"),
}


@pytest.mark.parametrize("edit", NOT_AGAIN.values(), ids=NOT_AGAIN)
def test_not_every_edit_is_a_review(world: World, edit: File) -> None:
    later(world, 100)
    approved(world, edit)
    assert set(state(later(world, 1)).values()) == {Status.WARN}


def test_a_review_that_nobody_approved_is_none(world: World) -> None:
    """Written by a direct push: a violation, and the resource is as late as before."""
    world.clock.pass_by(days=100)
    world.push("alice", model("fraud", risk_tier="high", review="As it was"))
    assert state(later(world, 1))[MODEL] is Status.WARN


def test_what_stood_at_the_adoption_has_no_review_yet(tmp_path: Path) -> None:
    """Govops claims nothing of what was before."""
    world = World(tmp_path, FRAUD, version("fraud", "1.0", status="approved"), settings=ASKED)
    (finding,) = only(later(world, 0), OVERDUE)
    assert "has no approved approval that govops knows of" in finding.message


def test_what_is_not_in_use_has_no_period(tmp_path: Path) -> None:
    """Neither does a level that Settings do not name."""
    low = (model("calm"), version("calm", "1.0", status="approved"), usecase("small", status="approved"))
    world = World(tmp_path, FRAUD, version("fraud", "1.0"), claims("draft"), *low, settings=ASKED)
    assert later(world, 100).reviews == ()


def test_without_settings_there_is_no_review(tmp_path: Path) -> None:
    world = World(tmp_path, FRAUD, version("fraud", "1.0", status="approved"))
    assert later(world, 1000).reviews == ()


LOOSER = settings(reviews={"models": {"high": "900d"}, "use_cases": {"critical": "900d"}})


def test_periods_that_were_loosened_without_approval_stay_as_they_were(world: World) -> None:
    """With approval, what stands at the tip counts."""
    later(world, 100)
    world.push("mallory", LOOSER)
    assert set(state(later(world, 1)).values()) == {Status.WARN}
    approved(world, settings(**ASKED), person="carol", by="erin")
    approved(world, LOOSER, person="carol", by="erin")
    assert set(state(later(world, 1)).values()) == {Status.PASS}


def test_without_an_attested_time_it_cannot_be_established(tmp_path: Path) -> None:
    """A commit date is no time."""
    files = (FRAUD, version("fraud", "1.0"))
    world = World(tmp_path, *files, settings=ASKED | {"evidence": TRAILERS})
    said = "Approve\n\nReviewed-by: Bob Brown <bob@acme.example>\n"
    step, bot = version("fraud", "1.0", status="approved"), "Forge <noreply@forge.example>"
    landed = world.push("alice", step, message=said, committer=bot, record=False)
    report = verdict(world, as_of="2026-03-01T00:00:00Z")
    (finding,) = only(report, "review-not-established")
    assert landed.commit[:12] in finding.message
    assert report.exit_code() is ExitCode.UNDECIDABLE


@pytest.mark.usefixtures("_secret")
def test_a_kept_history_says_the_same(world: World, tmp_path: Path) -> None:
    """Whatever the report's instant is."""
    cache = tmp_path / "cache"
    assert_the_same(world, cache)
    later(world, 100)
    assert_the_same(world, cache)
    assert_the_same(world, cache, as_of="2026-01-20T00:00:00Z")


@pytest.fixture
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOVOPS_CACHE_KEY", "no secret at all, but long enough for one")


def test_only_the_rows_in_use_are_reported(world: World) -> None:
    """A use case that is given up is due no more."""
    approved(world, claims("deprecated", retirement={"reason": "No money"}))
    report = later(world, 100)
    assert [review.resource for review in report.reviews] == [MODEL]
    assert findings(report) == [(OVERDUE, "", FRAUD[0])]
