"""What the formats of a trial say in common."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Status
from govops.outlook import Trial, Tried
from govops.render.lines import approval_line, requirement_line
from govops.render.untrusted import log_exact, log_line
from govops.render.wording import many

WORDS = {"pass": "PASS", "differs": "FAIL", "broken": "BROKEN"}
STATUSES = {"pass": Status.PASS, "differs": Status.FAIL, "broken": Status.ERROR}


def place(case: Tried) -> str:
    """``path:line``."""
    return f"{log_exact(case.path)}:{case.line}"


def reasons(case: Tried, *, colour: bool = False) -> Iterator[str]:
    """What differed, and the verdict that came with all that it rests on."""
    yield from map(log_line, case.differences)
    if case.change is None:
        return
    for action in case.change.actions:
        yield f"action {log_line(f'{action.name}: {action.resource}')}"
    for requirement in case.change.requirements:
        yield f"required: {requirement_line(requirement, colour=colour)}"
    for approval in case.change.approvals:
        yield f"given: {approval_line(approval)}"
    for finding in case.findings:
        yield f"reported: {log_line(finding.rule)}: {log_line(finding.message)}"


def summary(trial: Trial) -> str:
    """How many cases, and what came of them; that policies or tests are broken comes first."""
    if trial.problems and not trial.cases:
        return f"no case was tried: {many(len(trial.problems), 'problem')} to solve first"
    if not trial.cases:
        return "no policy test found in policies/tests/" + (", and there has to be one" if trial.is_required else "")
    ends = (("pass", "passed"), ("differs", "failed"), ("broken", "broken"))
    counts = ", ".join(f"{trial.count(end)} {word}" for end, word in ends if end != "broken" or trial.count(end))
    refused = f"; {many(len(trial.problems), 'problem')} in tests that were not tried" if trial.problems else ""
    return f"{many(len(trial.cases), 'case')}: {counts}{refused}"


def untried(trial: Trial) -> str:
    """Policies that no case exercised, by name; empty where there are none."""
    if not trial.untried:
        return ""
    names = ", ".join(path.rpartition("/")[2].removesuffix(".yaml") for path in trial.untried)
    is_one = len(trial.untried) == 1
    return (
        f"{len(trial.untried)} of {many(trial.policies, 'policy or rule', 'policies and rules')} "
        f"{'is' if is_one else 'are'} exercised by no case: {log_line(names)}"
    )
