"""A trial as annotations of a GitHub Actions run, each at the case that differs."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding, Status
from govops.outlook import Trial, Tried
from govops.render.github import annotated
from govops.render.policy_tests.wording import STATUSES, summary, untried
from govops.render.wording import ended


def stream(trial: Trial) -> Iterator[str]:
    """What is broken or differs as annotations, then the sums as ordinary log text."""
    found = [*trial.problems, *(_finding(case) for case in trial.cases if case.outcome != "pass")]
    errors = [finding if finding.status is not Status.WARN else _grave(finding) for finding in found]
    words = (f"govops: {line}" for line in (summary(trial), untried(trial)) if line)
    return ended((*annotated(errors), *words))


def _finding(case: Tried) -> Finding:
    return Finding(
        "policy-test",
        f"{case.name}: {'; '.join(case.differences)}",
        STATUSES[case.outcome],
        path=case.path,
        line=case.line,
        column=case.column,
        subject=case.name,
    )


def _grave(finding: Finding) -> Finding:
    """What is a warning to `validate` keeps a test from being tried."""
    from dataclasses import replace

    return replace(finding, status=Status.FAIL)
