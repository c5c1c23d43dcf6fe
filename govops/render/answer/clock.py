"""Which moment an answer speaks of, in words."""

from __future__ import annotations

from collections.abc import Iterator

from govops.answer import Clock
from govops.render.untrusted import log_line
from govops.render.wording import many

_SHOWN = 5  # unattested changes that are named


def sentences(clock: Clock) -> Iterator[str]:
    """What was asked, the changes before and after that moment, and what could not be established about it."""
    yield _asked(clock)
    yield f"the state after change {log_line(clock.commit)}, {_when(clock)}"
    yield _next(clock)
    if clock.unattested and clock.by == "attested time":
        yield _uncertain(clock)


def _asked(clock: Clock) -> str:
    if clock.by == "attested time":
        return f"{log_line(clock.asked)}, by attested time and not by commit dates"
    return f"revision {log_line(clock.asked, 80)}" if clock.by == "revision" else "the tip of the branch"


def _when(clock: Clock) -> str:
    if clock.attested is None:
        known = f"; the latest attested time by then is {clock.time}" if clock.time else ", nor any change before it"
        return f"which nobody attests{known}"
    if clock.attested == clock.time:
        return f"attested {clock.attested}"
    return f"attested {clock.attested}, which counts as {clock.time} because an earlier change is attested then"


def _next(clock: Clock) -> str:
    if clock.next_commit is None:
        return "it is the last change of the branch"
    told = f"is attested {clock.next_attested}" if clock.next_attested else "has no attested time"
    return f"the next change, {log_line(clock.next_commit)}, {told}"


def _uncertain(clock: Clock) -> str:
    named = ", ".join(log_line(commit[:10]) for commit in clock.unattested[:_SHOWN])
    more = len(clock.unattested) - _SHOWN
    changes = many(len(clock.unattested), "change")
    return (
        f"could not be established: whether {changes} without an attested time had landed by then"
        f" (included here: {named}{f' and {more} more' if more > 0 else ''})"
    )
