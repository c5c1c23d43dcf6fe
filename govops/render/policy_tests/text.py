"""A trial for a terminal or a build log. No line starts with text from outside."""

from __future__ import annotations

from collections.abc import Iterator

from govops.outlook import Trial, Tried
from govops.render.ansi import style
from govops.render.lines import finding_lines
from govops.render.policy_tests.wording import STATUSES, WORDS, place, reasons, summary, untried
from govops.render.untrusted import log_line
from govops.render.verdict import status
from govops.render.wording import ended


def stream(trial: Trial, *, colour: bool = False) -> Iterator[str]:
    """What is broken, one line a case (what failed with its reasons), and the sums."""
    return ended(_lines(trial, colour=colour))


def _lines(trial: Trial, *, colour: bool) -> Iterator[str]:
    for finding in trial.problems:
        yield from finding_lines(finding, colour=colour)
    for case in trial.cases:
        yield from _case(case, colour=colour)
    yield style(summary(trial), status(trial.exit_code), colour=colour)
    if words := untried(trial):
        yield f"note: {words}"


def _case(case: Tried, *, colour: bool) -> Iterator[str]:
    word = style(WORDS[case.outcome], STATUSES[case.outcome], colour=colour)
    yield f"{place(case)}: {word} {log_line(case.name)}"
    if case.outcome != "pass":
        yield from (f"    {line}" for line in reasons(case, colour=colour))
