"""The rule ``history-expunged``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.rule import HistoryFacts, listed, warning


def check(facts: HistoryFacts) -> Iterator[Finding]:
    """No history had to be rewritten.

    ## Why it matters
    A court order or a leaked secret can force content out of a repository, and every later commit gets another id. Two
    people who may change policies then sign a tombstone that says what replaces what, and records of the old commits
    count for the new ones. Whether what was taken out is what they say, nobody can check any more, so every report
    repeats it.

    ## Example
    `git filter-repo` removed a customer's name from a model's purpose. `carol` and `erin` signed for it with
    `govops evidence expunge`.

    ## How to fix it
    Nothing is wrong. Ask those who signed why it had to be, and keep what may be kept of the old history.
    """
    for one in facts.rewritten:
        message = (
            f"{one.commits} commit{'s' if one.commits != 1 else ''} had to be rewritten, "
            f"say {' and '.join(one.people)}: {one.reason}"
        )
        hint = f"content was replaced in {listed(one.paths)}" if one.paths else "no reviewed content was replaced"
        yield warning(Finding("history-expunged", message, hint=hint, subject=one.records[0], evidence=one.records))
