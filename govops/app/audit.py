"""Audit a repository's history: the main job."""

from __future__ import annotations

from govops.engine import run
from govops.errors import UsageError
from govops.finding import Report
from govops.rules import RULES
from govops.workspace import Opened, open_audit


def audit(asked: Opened) -> Report:
    """Judge every change of a branch by the rules in force at each.

    Raises UsageError where no rules ever stood: that a history without policy passes would be the worst lie.
    """
    with open_audit(asked) as facts:
        report = run(RULES, facts)
    refuse_without_rules(report)
    return report


def refuse_without_rules(report: Report) -> None:
    """UsageError for a report on a history in which no rules ever stood."""
    origin = report.provenance
    if origin.adoption is None and origin.retrospective is None:
        raise UsageError(
            f"no policies/govops.yaml anywhere in the history of {origin.ref}: there is no policy to audit by",
            hint="adopt govops with `govops init`, or judge by outside rules with --policies DIR",
        )
