"""Audit a repository's history: the main job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from govops.app.baselines import read as read_baseline
from govops.app.reports import read_report, read_service, with_service
from govops.engine import run, run_on
from govops.errors import GovopsError, UsageError
from govops.finding import Report
from govops.rules import RULES
from govops.workspace import Opened, open_audit, open_kept


def audit(
    asked: Opened,
    cache: Path | None = None,
    since: Path | None = None,
    baseline: Path | None = None,
    service: Path | None = None,
) -> Report:
    """Judge every change of a branch by the rules in force at each.

    With a ``cache`` only what came since the last audit is judged; the report is the same. ``since`` is an earlier
    report, saved as JSON, that this one has to continue. What a ``baseline`` lists is shown and does not decide.
    ``service`` is what was measured of service levels, saved as JSON; it is shown and does not decide.
    Raises UsageError where no rules ever stood: that a history
    without policy passes would be the worst lie.
    """
    known = read_baseline(baseline) if baseline is not None else None
    measured = read_service(service) if service is not None else None
    if since is not None:
        asked = replace(asked, since=read_report(since).provenance)
    if cache is None:
        with open_audit(asked) as facts:
            report = run(RULES, facts)
    else:
        report = _further(asked, cache)
    refuse_without_rules(report)
    report = report if known is None else known.marked_report(report)
    return report if measured is None else with_service(report, measured)


def _further(asked: Opened, cache: Path) -> Report:
    with open_kept(asked, cache) as opening:
        for facts in opening.attempts():
            try:
                done = run_on(RULES, facts)
            except GovopsError:
                if facts.kept is None:
                    raise
                continue  # whatever it was: a walk from the start says it in its own way
            if done is not None:
                report, kept = done
                if kept is not None:
                    opening.keep(kept)
                return report
    raise GovopsError("no walk came to its end")


def refuse_without_rules(report: Report) -> None:
    """UsageError for a report on a history in which no rules ever stood."""
    origin = report.provenance
    if origin.adoption is None and origin.retrospective is None:
        raise UsageError(
            f"no policies/govops.yaml anywhere in the history of {origin.ref}: there is no policy to audit by",
            hint="adopt govops with `govops init`, or judge by outside rules with --policies DIR",
        )
