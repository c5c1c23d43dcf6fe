"""What is to be escalated: as lines for a terminal, as Markdown for a ticket, or as JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from govops.errors import UsageError
from govops.escalation import SCHEMA, Delivery, EscalationReport, Notice, Recipient
from govops.finding import Status
from govops.render import json_text
from govops.render.ansi import style
from govops.render.markdown.escape import escape
from govops.render.untrusted import log_exact, log_line
from govops.render.wording import ended, many


def stream_escalations(report: EscalationReport, format: str, *, colour: bool = False) -> Iterator[str]:
    """The report; UsageError for a format that there is not."""
    if format == "json":
        return json_text.stream({"schema": SCHEMA, "exit_code": int(report.exit_code), "report": report})
    if format == "markdown":
        return ended(_markdown(report))
    if format != "text":
        raise UsageError(f"there is no format '{format[:60]}'", hint="one of: text, markdown, json")
    return ended(_lines(report, colour=colour))


def _lines(report: EscalationReport, *, colour: bool) -> Iterator[str]:
    for notice in report.due:
        status = Status.WARN if notice.waiting else Status.PASS
        word = style("due" if notice.waiting else "told", status, colour=colour)
        yield f"{word} since {notice.due_at}: {log_line(_what(notice))}"
        yield f"    {log_line(notice.subject.title)}, open since {notice.subject.reported_at}{_note(notice, log_line)}"
        for one in notice.recipients:
            yield f"    {'told' if one.entry in notice.told else 'tell'} {log_line(_whom(one))}"
    for subject in report.untimed:
        unknown = style("unknown", Status.UNVERIFIABLE, colour=colour)
        yield f"{unknown}: nobody attests when {log_exact(subject.resource)} was reported"
    for delivery in report.deliveries or ():
        yield from _delivered(delivery, colour=colour)
    yield from (f"note: {log_line(note)}" for note in report.notes)
    yield from _sums(report)


def _delivered(delivery: Delivery, *, colour: bool) -> Iterator[str]:
    whom = log_line(", ".join(delivery.entries))
    about = f"{log_exact(delivery.subject)}, step of {delivery.after_minutes} min"
    if delivery.reason:
        yield f"{style('failed', Status.FAIL, colour=colour)} to tell {whom} of {about}: {log_line(delivery.reason)}"
        yield f"    hint: {log_line(delivery.hint)}"
    else:
        yield f"{style('told', Status.PASS, colour=colour)} {whom} of {about}; record {delivery.record[:12]}"


def _sums(report: EscalationReport) -> Iterator[str]:
    waiting = sum(bool(notice.waiting) for notice in report.due)
    due, told = many(waiting, "step"), len(report.due) - waiting
    yield (
        f"{due} due and {told} told, by {many(report.rules, 'rule')} for {many(report.open, 'subject')} that"
        f" {'is' if report.open == 1 else 'are'} open, as of {report.as_of} ({report.as_of_clock})"
    )
    if report.later:
        following = report.later[0]
        yield f"next: {log_line(_what(following))} at {following.due_at}"


def _markdown(report: EscalationReport) -> Iterator[str]:
    yield f"# Escalations of {escape(report.repository)}"
    yield ""
    yield f"As of {report.as_of} ({escape(report.as_of_clock)}), by {escape(report.ref)} at `{report.tip}`."
    yield ""
    if report.due:
        yield "| Due since | About | Step | Tell | Told |"
        yield "|---|---|---|---|---|"
    for notice in report.due:
        waiting = [one for one in notice.recipients if one.entry in notice.waiting]
        told = ", ".join(notice.told)
        about = f"{notice.subject.resource}: {notice.subject.title}{_note(notice, str)}"
        cells = (
            notice.due_at,
            about,
            f"{notice.rule}, {notice.after_minutes} min",
            "; ".join(map(_whom, waiting)),
            told,
        )
        yield f"| {' | '.join(escape(cell) if cell else '–' for cell in cells)} |"
    for subject in report.untimed:
        yield f"- Unknown: nobody attests when {escape(subject.resource)} was reported."
    for delivery in report.deliveries or ():
        if delivery.reason:
            yield f"- Not told: {escape(', '.join(delivery.entries))}: {escape(delivery.reason)}."
    yield from (f"- {escape(note)}." for note in report.notes)
    if not report.due and not report.untimed:
        yield "Nothing is due."


def _what(notice: Notice) -> str:
    severity = f" ({notice.subject.severity})" if notice.subject.severity else ""
    return f"{notice.subject.resource}{severity}, step of {notice.after_minutes} min of {notice.rule}"


def _note(notice: Notice, shown: Callable[[str], str]) -> str:
    return f"; {shown(notice.subject.note)}" if notice.subject.note else ""


def _whom(one: Recipient) -> str:
    people = ", ".join(
        f"{person.display_name} <{person.email}>" if person.email else person.name for person in one.people
    )
    if one.kind == "user":
        return people or f"{one.entry} (inactive)"
    return f"{one.kind} {one.entry}: {people or 'nobody holds it'}" if one.kind == "role" else f"{one.kind} {one.entry}"
