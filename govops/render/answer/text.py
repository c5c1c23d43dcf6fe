"""Answers for a terminal or a build log. No line starts with text from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from govops.answer import Answer, Approver, Entry, Listed, Origin, Related, Row, Shown, Told
from govops.finding import Status
from govops.render.ansi import dim, style
from govops.render.answer import clock, document
from govops.render.untrusted import log_exact, log_line
from govops.render.wording import RESULTS, ended, many, served_as

_LABEL = 11  # columns of the widest label and a space
_WIDEST = {"name": 60, "title": 48, "owner": 32}
_COLUMNS = ("NAME", "STATUS", "TITLE", "OWNER", "SINCE", "AUDIT")


def stream(answer: Shown | Listed | Told, *, colour: bool = False) -> Iterator[str]:
    """What was asked, then as of when, and what casts doubt on all of it."""
    yield from ended(_doubts(answer, colour=colour))
    yield from ended(_body(answer, colour=colour))


def _body(answer: Shown | Listed | Told, *, colour: bool) -> Iterator[str]:
    match answer:
        case Shown():
            return _shown(answer, colour=colour)
        case Listed():
            return _listed(answer, colour=colour)
    return _told(answer, colour=colour)


def _doubts(answer: Answer, *, colour: bool) -> Iterator[str]:
    if answer.doubts:
        warning = "this history is not to be trusted as a whole, so nothing below is certain:"
        yield style(f"NOT ESTABLISHED: {warning}", Status.UNVERIFIABLE, colour=colour)
        yield from (f"  - {log_line(doubt)}" for doubt in answer.doubts)


def _foot(answer: Answer) -> Iterator[str]:
    yield from _labelled("as of", list(clock.sentences(answer.clock)))
    yield from (f"{'note':{_LABEL}}{log_line(note)}" for note in answer.notes)


# ---- show


def _shown(shown: Shown, *, colour: bool) -> Iterator[str]:
    yield f"resource   {log_line(shown.resource)}{f' ({log_line(shown.title, 120)})' if shown.title else ''}"
    if shown.status:
        yield f"status     {log_line(shown.status)}"
    yield from _foot(shown)
    yield f"file       {log_exact(shown.path)}, blob {log_line(shown.blob)}"
    if shown.state is not None:
        yield from _labelled("since", list(_origin(shown.state, colour=colour)))
    if shown.content is not None and (shown.state is None or shown.content.change != shown.state.change):
        yield from _labelled("content by", list(_origin(shown.content, colour=colour)))
    for origin in shown.others:
        yield from _labelled("other", list(_other(origin, colour=colour)))
    for item in shown.related:
        yield from _related(item, colour=colour)
    if shown.document is None:
        yield style("the file cannot be read as a resource of its kind", Status.FAIL, colour=colour)
        return
    yield "document"
    yield from (f"  {line}" for line in document.lines(shown.document))


def _related(item: Related, *, colour: bool) -> Iterator[str]:
    allowed = {None: "", True: ", allowed", False: f", {style('NOT ALLOWED', Status.FAIL, colour=colour)}"}
    subject = f"{log_line(item.resource)} " if item.resource else ""
    detail = f": {log_line(item.detail)}" if item.detail else ""
    yield f"{log_line(item.relation)}: {subject}({log_line(item.status)}{allowed[item.allows]}){detail}"
    if item.origin is not None:
        yield from (f"{'':{_LABEL}}{line}" for line in _origin(item.origin, colour=colour))
    for origin in item.others:
        yield from _labelled("  other", list(_other(origin, colour=colour)))


def _labelled(label: str, lines: Sequence[str]) -> Iterator[str]:
    for place, line in enumerate(lines):
        yield f"{'' if place else label:{_LABEL}}{line}"


# ---- a change


def _origin(origin: Origin, *, colour: bool) -> Iterator[str]:
    if origin.status is None:
        yield f"change {log_line(origin.change)}: {_verdict(origin, colour=colour)}"
        return
    did = f" ({log_line(', '.join(origin.actions))})" if origin.actions else ""
    yield f"change {log_line(origin.change)}, {_when(origin)}{did}: {_verdict(origin, colour=colour)}"
    yield f'"{log_line(origin.subject, 120)}", made by {_people(origin)}'
    yield from _approved(origin)


def _other(origin: Origin, *, colour: bool) -> Iterator[str]:
    yield from _origin(origin, colour=colour)
    yield "what it brought may still stand in the file"


def _when(origin: Origin) -> str:
    if origin.attested is None:
        return f"no attested time{f', not before {origin.time}' if origin.time else ''}"
    late = f", counts as {origin.time}" if origin.time != origin.attested else ""
    return f"attested {origin.attested}{late}"


def _verdict(origin: Origin, *, colour: bool) -> str:
    if origin.status is None:
        return "it stood there when it came under govops, which claims nothing of how it got there"
    word = style(_word(origin.status), origin.status, colour=colour)
    told = ", ".join((word, *map(log_line, origin.labels)))
    return f"{told} ({log_line(', '.join(origin.rules))})" if origin.rules else told


def _word(status: Status | None) -> str:
    """Capitals for whatever was not plainly allowed."""
    if status is None:
        return "no claim"
    return RESULTS[status] if status is Status.PASS else RESULTS[status].upper()


def _people(origin: Origin) -> str:
    return log_line(", ".join(origin.contributors) or "unknown")


def _approved(origin: Origin) -> Iterator[str]:
    if not origin.approvals:
        yield "no approval was needed" if origin.status is Status.PASS else "no approval counted"
    for given in origin.approvals:
        yield f"approved by {_approver(given)}"


def _approver(given: Approver) -> str:
    roles = served_as(given.roles, given.delegate_of)
    evidence = f"{given.evidence} {given.record[:12]}{' (weak)' if given.weak else ''}"
    return log_line(f"{given.person}{roles} ({evidence}, {given.at or 'time unknown'})")


# ---- list


def _listed(listed: Listed, *, colour: bool) -> Iterator[str]:
    rows = [_COLUMNS, *(_cells(row) for row in listed.rows)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(_COLUMNS) - 1)]
    for place, cells in enumerate(rows):
        start = "  ".join(f"{cell:{width}}" for cell, width in zip(cells, widths, strict=False))
        verdict = listed.rows[place - 1].verdict if place else None
        last = style(cells[-1], verdict, colour=colour) if verdict else dim(cells[-1], colour=colour)
        yield f"{start}  {last}"
    yield many(len(listed.rows), listed.kind, f"resources of kind {listed.kind}")
    yield from _foot(listed)


def _cells(row: Row) -> tuple[str, ...]:
    since = row.state.attested or (f"not before {row.state.time}" if row.state.time else "-")
    return (
        _first(log_line(row.name, _WIDEST["name"])),
        log_line(row.status) or "-",
        log_line(row.title, _WIDEST["title"]) or "-",
        log_line(row.owner, _WIDEST["owner"]) or "-",
        since if row.state.status is not None else "adoption",
        _word(row.verdict) + (f"; other {_word(row.others)}" if row.others else ""),
    )


def _first(name: str) -> str:
    """A name where a line starts: between quotes, if a build runner might take it for a command."""
    return name if name[:1].isalnum() else f'"{name}"'


# ---- history


def _told(told: Told, *, colour: bool) -> Iterator[str]:
    gone = "" if told.stands else ", which no longer stands"
    yield f"history of {log_line(told.resource)}{gone}: {many(len(told.entries), 'change')}, oldest first"
    yield from _foot(told)
    for entry in told.entries:
        yield ""
        yield from _entry(entry, alone=entry.resources == (told.resource,), colour=colour)


def _entry(entry: Entry, *, alone: bool, colour: bool) -> Iterator[str]:
    first, *rest = _origin(entry.origin, colour=colour)
    yield first
    yield from (f"    {line}" for line in rest)
    if not alone:
        yield f"    touched {log_line(', '.join(entry.resources))}"
