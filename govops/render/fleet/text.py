"""The fleet for a terminal or a build log. No line starts with text from outside."""

from __future__ import annotations

from collections.abc import Iterator

from govops.errors import ExitCode
from govops.finding import Severity
from govops.fleet import Fleet, Member
from govops.render.ansi import style
from govops.render.fleet.wording import RESULTS, headline, judged_by, note
from govops.render.untrusted import log_line
from govops.render.verdict import exit_meaning, status
from govops.render.wording import ended, many


def stream(fleet: Fleet, *, colour: bool = False, fail_on: Severity = Severity.LOW) -> Iterator[str]:
    """A line for each member with what there is to know, the sum, and the verdict as last line."""
    return ended(_lines(fleet, colour=colour, fail_on=fail_on))


def _lines(fleet: Fleet, *, colour: bool, fail_on: Severity) -> Iterator[str]:
    yield log_line(
        f"fleet of {many(len(fleet.members), 'member')}, {judged_by(fleet)}, as of {fleet.as_of or 'a time not known'}"
    )
    yield ""
    width = max(len(member.name) for member in fleet.members)
    for member in fleet.members:
        yield from _member(member, fleet, width=width, colour=colour)
    yield ""
    total = " + ".join(f"{count} {state.value.replace('-', ' ')}" for state, count in fleet.tally())
    yield f"members {len(fleet.members)} = {total}"
    code = fleet.exit_code
    yield f"{style(headline(fleet), status(code), colour=colour)} ({exit_meaning(code, fail_on)})"


def _member(member: Member, fleet: Fleet, *, width: int, colour: bool) -> Iterator[str]:
    result = style(f"{RESULTS[member.state]:<21}", status(ExitCode(member.exit_code)), colour=colour)
    yield f"member {member.name:<{width}}  {result}  {_told(member)}".rstrip()
    if words := note(member, fleet):
        yield f"    {log_line(words)}"
    if member.hint:
        yield f"    hint: {log_line(member.hint)}"


def _told(member: Member) -> str:
    if member.counts is None:
        return log_line(member.path)
    found = f"{many(member.violations, 'violation')}, {member.undecided} not established"
    return f"{many(member.counts.governed, 'governed change')}, {found}; latest {member.latest or 'not known'}"
