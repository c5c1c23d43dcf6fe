"""The rule ``approver-not-human``."""

from __future__ import annotations

from collections.abc import Iterator

from govops.finding import Finding
from govops.kinds.quoting import quoted
from govops.rule import JudgedChange, listed


def check(facts: JudgedChange) -> Iterator[Finding]:
    """Only humans approve.

    ## Why it matters
    An approval says that a person has looked and answers for it. A bot that approves whatever passes its tests is a
    check, which is useful, and no second pair of eyes. Whoever controls the bot's token would control approval.

    ## Example
    `registry/users/release-bot.yaml` has `type: bot` and a role with `model:approve`; it approves every pull request
    of its own pipeline.

    ## How to fix it
    Ask a person. Let the bot report a status instead of a review. If the User is a person after all, have `type:
    human` approved in their file first.
    """
    for cause in facts.causes("approver-not-human"):
        message = (
            f"{quoted(cause.who)} cannot approve {listed(cause.paths)}: it is {_article(cause.detail)}, not a human"
        )
        yield facts.finding(cause, message, hint=f"still needed: {cause.needed}, from a person")


def _article(kind: str) -> str:
    return f"{'an' if kind[:1] in tuple('aeiou') else 'a'} {kind}" if kind else "unreadable"
