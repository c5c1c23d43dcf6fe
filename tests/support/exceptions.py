"""A waiver of every model, somebody who needs it, and what a report says of that."""

from __future__ import annotations

from typing import Any

from govops.errors import ExitCode
from govops.finding import Finding, Report, Status
from tests.support.audit import change_of, verdict
from tests.support.change import Landed
from tests.support.files import File, model, waiver
from tests.support.world import World

PATH, _ = model("fraud")
WAIVER = waiver("models")
EXACT = waiver("models", scope={"resource": "Model/fraud"})
ENDS = "2026-03-31T00:00:00Z"


def waive(world: World, text: File = WAIVER, by: str = "erin", approver: str = "carol") -> Landed:
    """The waiver lands as it should."""
    return world.propose(by, f"Waive, by {by}", text).approve(approver).merge("squash")


def register(world: World, by: str = "alice", **how: Any) -> Landed:
    """Somebody registers a model, and nobody approves it."""
    return world.propose(by, f"Register fraud, by {by}", model("fraud"), **how).merge("squash")


def at(report: Report, landed: Landed) -> list[Finding]:
    """What was found against the change, warnings of other kinds aside."""
    return [found for found in report.findings if found.commit == landed.commit]


def excused(landed: Landed, by: str = WAIVER[0]) -> Finding:
    """The change broke a rule, and the waiver lets it off."""
    report = verdict(landed.world)
    (found,) = at(report, landed)
    assert (found.status, found.waived) == (Status.WAIVED, by), found
    assert change_of(report, landed).status is Status.WAIVED
    assert (report.counts.waived, report.counts.violating, report.counts.problem) == (1, 0, "")
    assert report.exit_code() is ExitCode.OK
    return found


def fails(landed: Landed, why: str = "", rule: str = "not-approved") -> None:
    """The change is a violation all the same, and the report says why the waiver does not count."""
    report = verdict(landed.world)
    found = next(found for found in at(report, landed) if found.rule == rule)
    assert (found.status, found.waived) == (Status.FAIL, ""), found
    assert why in found.hint
    assert change_of(report, landed).status is Status.FAIL
    assert report.counts.waived == 0
    assert report.exit_code() is ExitCode.VIOLATION
