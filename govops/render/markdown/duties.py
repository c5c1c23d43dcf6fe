"""Segregation of duties: what is kept apart, who took both sides, and the changes that show it."""

from __future__ import annotations

from collections.abc import Iterator

from govops.duties import Duties, DutyConflict, DutyRule, DutySide
from govops.finding import Report
from govops.render.markdown.escape import NOTHING, Code, Strong, Value, phrase
from govops.render.markdown.table import Table, moment
from govops.render.wording import many


def kept_apart(report: Report) -> Table:
    """The rules at the tip."""
    columns = ("Rule", "One person may not", "and also", "In the life of", "Enforcement", "Why")
    return Table(columns, lambda: map(_rule, report.duties.rules))


def people_and_rules(report: Report) -> Table:
    """The matrix: a line for everybody who took both sides of anything, a column for every rule."""
    rules = report.duties.rules
    return Table(("Person", *(rule.id for rule in rules)), lambda: _matrix(report.duties))


def conflicts(report: Report) -> Table:
    """The evidence for every cell."""
    columns = ("Person", "Rule", "In", "One side", "The other side", "Together since", "Until")
    return Table(columns, lambda: map(_conflict, report.duties.conflicts))


def _rule(rule: DutyRule) -> tuple[Value, ...]:
    scope = NOTHING if rule.scope == "roles" else rule.scope
    return Code(rule.id), rule.first, rule.second, scope, rule.enforcement, rule.reason


def _matrix(duties: Duties) -> Iterator[tuple[Value, ...]]:
    for person in sorted({row.person for row in duties.conflicts}):
        own = [row for row in duties.conflicts if row.person == person]
        yield (person, *(_cell(rule, [row for row in own if row.rule == rule.id]) for rule in duties.rules))


def _cell(rule: DutyRule, rows: list[DutyConflict]) -> Value:
    if not rows:
        return NOTHING
    if rule.scope != "roles":
        return many(len(rows), "time")
    return Strong("still") if any(row.until is None for row in rows) else "ended"


def _conflict(row: DutyConflict) -> tuple[Value, ...]:
    until: Value = moment(row.until, row.until_time) if row.until else NOTHING if row.life else "still"
    life = Code(row.life.partition(":")[2]) if row.life else NOTHING
    return row.person, Code(row.rule), life, _side(row.first), _side(row.second), _since(row), until


def _since(row: DutyConflict) -> Value:
    return moment(row.since, row.since_time)


def _side(side: DutySide) -> Value:
    until = phrase(" until ", moment(side.until, side.until_time)) if side.until else ""
    return phrase(side.what, ", ", moment(side.commit, side.time), until)
