"""Problems become findings that show the line; the excerpt is safe to print."""

from __future__ import annotations

from collections.abc import Sequence

from govops.finding import Finding, Severity
from govops.yamlio.characters import escape
from govops.yamlio.problem import Problem

MAX_FINDINGS = 20
MAX_MESSAGE = 500
WIDTH = 120
_BEFORE = 80  # how much of a long line is kept before the caret


def findings(problems: Sequence[Problem], *, data: bytes, path: str, more: int = 0) -> tuple[Finding, ...]:
    """At most ``MAX_FINDINGS`` in the order of the file, then one that says how many there are beside.

    ``more`` is the number of problems that were found and not passed on.
    """
    ordered = sorted(problems, key=lambda problem: (problem.line, problem.column))
    shown = ordered[:MAX_FINDINGS]
    if rest := len(ordered) - len(shown) + more:
        shown.append(_and_more(shown[-1], rest))
    return tuple(_finding(problem, data=data, path=path) for problem in shown)


def excerpt(data: bytes, line: int, column: int) -> str:
    """Line ``line`` of the file (from 1), escaped and cut to about ``WIDTH``, and a caret below ``column``.

    Empty if the file has no such line.
    """
    lines = data.split(b"\n", line)
    if not 0 < line <= len(lines):
        return ""
    text = lines[line - 1].decode("utf-8", "backslashreplace")
    start = max(0, column - 1 - _BEFORE)
    before = ("…" if start else "") + escape(text[start : column - 1])
    shown = before + escape(text[column - 1 : start + WIDTH])
    more = "…" if len(text) > start + WIDTH or len(shown) > WIDTH * 2 else ""
    return f"{shown[: WIDTH * 2]}{more}\n{' ' * len(before)}^"


def end_of(data: bytes) -> tuple[int, int]:
    """The place behind the last character. libyaml can put the end of a file a line below it."""
    return data.count(b"\n") + 1, len(data.rpartition(b"\n")[2].decode("utf-8", "replace")) + 1


def _finding(problem: Problem, *, data: bytes, path: str) -> Finding:
    line, column = min((problem.line, problem.column), end_of(data))
    return Finding(
        rule=problem.rule,
        message=_cut(problem.message),
        severity=Severity.HIGH,
        hint=_cut(problem.hint),
        path=path or None,
        line=line,
        column=column,
        excerpt=excerpt(data, line, column),
        subject=problem.subject or problem.message,
    )


def _and_more(last: Problem, more: int) -> Problem:
    message = f"and {more} more {'problem' if more == 1 else 'problems'}"
    return Problem(last.rule, message, "mend the ones above first", last.line, last.column, "more")


def _cut(text: str) -> str:
    return text if len(text) <= MAX_MESSAGE else f"{text[: MAX_MESSAGE - 1]}…"
