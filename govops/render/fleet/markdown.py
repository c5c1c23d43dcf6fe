"""The fleet as a page: a table of the members, and what those need that have no report."""

from __future__ import annotations

from collections.abc import Iterator

from govops.fleet import Fleet, Member, State
from govops.render.fleet.wording import RESULTS, headline, judged_by, note
from govops.render.markdown import environment
from govops.render.markdown.escape import NOTHING, Code, Strong, Value, worded
from govops.render.markdown.table import Table, known
from govops.render.wording import short


def stream(fleet: Fleet) -> Iterator[str]:
    """The page, piece by piece."""
    return environment().get_template("fleet.md.j2").generate(sections(fleet))


def sections(fleet: Fleet) -> dict[str, object]:
    """What the template arranges, by the names that it uses."""
    values = {"headline": headline(fleet), "judged_by": judged_by(fleet), "as_of": known(fleet.as_of, "not known")}
    return {**values, "members": _members(fleet), "notes": _notes(fleet)}


def _members(fleet: Fleet) -> Table:
    columns = ("Member", "Result", "Governed", "Violations", "Not established", "Warnings", "Latest", "Tip", "Report")
    return Table(columns, lambda: map(_row, fleet.members))


def _row(member: Member) -> tuple[Value, ...]:
    result: Value = RESULTS[member.state] if member.state is State.PASS else Strong(RESULTS[member.state])
    report: Value = Code(member.report) if member.report else NOTHING
    if member.counts is None:
        return (Code(member.name), result, *[NOTHING] * 6, report)
    numbers = (member.counts.governed, member.violations, member.undecided, member.warnings)
    tip = Code(short(member.tip))
    return (Code(member.name), result, *numbers, known(member.latest, "not known"), tip, report)


def _notes(fleet: Fleet) -> Table:
    rows = [(member, words) for member in fleet.members if (words := note(member, fleet))]
    return Table(
        ("Member", "Path", "What is the matter", "What to do"),
        lambda: ((Code(m.name), Code(m.path), words, worded(m.hint) if m.hint else NOTHING) for m, words in rows),
    )
