"""Who could approve something -> text or JSON. No line starts with text from outside."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from govops.answer import Asking, Barred, Permission
from govops.errors import ExitCode, UsageError
from govops.finding import Status
from govops.render import json_text
from govops.render.ansi import style
from govops.render.untrusted import log_line
from govops.render.wording import ended, many, short

_NAMED = 20  # people of one line
_STATUS = {"enough": Status.PASS, "too few": Status.FAIL, "unknown": Status.UNVERIFIABLE}
_NOT_AUDITED = "the rules were taken as they stand; whether they landed with approval, --after-audit tells"


def stream_permission(found: Permission, format: str, *, colour: bool = False) -> Iterator[str]:
    """The answer in the format of that name; UsageError when there is none."""
    if format == "json":
        fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
        return json_text.stream(fields | {"exit_code": int(found.exit_code)})
    if format == "text":
        return ended(_lines(found, colour=colour))
    raise UsageError(f"there is no format '{format[:60]}'", hint="one of: text, json")


def _lines(found: Permission, *, colour: bool) -> Iterator[str]:
    when = f", landing at {found.at}" if found.at else ""
    yield f"asked      {log_line(f'{found.action} of {found.resource}')}{when}"
    yield f"rules      {log_line(found.branch)} at {short(found.commit)}"
    yield from _authors(found)
    for asking in found.requirements:
        yield from _asking(asking, colour=colour)
    for words in found.unknown:
        yield f"not known  {log_line(words)}"
    if not found.is_audited:
        yield f"note       {_NOT_AUDITED}"
    yield _verdict(found, colour=colour)


def _authors(found: Permission) -> Iterator[str]:
    if found.authors is None:
        yield "author     any User may make the change"
    elif found.author:
        yield f"author     {log_line(found.author)}{'' if found.authors else ': may not make the change'}"
    else:
        yield f"author     {_names(found.authors) or 'nobody may make the change'}"
    yield from _people(found.barred, "may not")
    yield from _people(found.doubtful, "cannot be told of")


def _asking(asking: Asking, *, colour: bool) -> Iterator[str]:
    word = style(asking.outcome, _STATUS[asking.outcome], colour=colour)
    yield f"needs      {log_line(asking.text)} ({log_line(asking.source)}): {word}"
    yield from (f"    only {log_line(words)}" for words in asking.hinges)
    if asking.text != "no approval":
        yield f"    could give one: {_names(asking.could) or 'nobody'}"
    yield from _people(asking.barred, "could not")
    yield from _people(asking.doubtful, "cannot be told of")
    yield from (f"    {log_line(words)}" for words in asking.terms)


def _people(people: tuple[Barred, ...], words: str) -> Iterator[str]:
    for one in people[:_NAMED]:
        yield f"    {words} {log_line(one.person)}: {log_line('; '.join(one.reasons))}"
    if len(people) > _NAMED:
        yield f"    {words} {many(len(people) - _NAMED, 'other', 'others')}"


def _names(names: tuple[str, ...]) -> str:
    more = len(names) - _NAMED
    return log_line(", ".join(names[:_NAMED])) + (f" and {many(more, 'other', 'others')}" if more > 0 else "")


def _verdict(found: Permission, *, colour: bool) -> str:
    if found.exit_code is ExitCode.OK:
        return style("It can be approved", Status.PASS, colour=colour)
    if found.exit_code is ExitCode.UNDECIDABLE:
        return style(f"It cannot be told: {_open(found)}", Status.UNVERIFIABLE, colour=colour)
    return style(f"It cannot be approved: {_against(found)}", Status.FAIL, colour=colour)


def _open(found: Permission) -> str:
    if found.unknown:
        return "not everything that it rests on is known"
    if not found.certain:
        return "whether any policy allows it depends on what is not known yet"
    return "whether there are enough people depends on what is not known yet"


def _against(found: Permission) -> str:
    if not found.requirements:
        return "no policy allows it"
    if found.authors == ():
        return f"{log_line(found.author) or 'nobody'} may not make the change" if found.author else "nobody may make it"
    short_of = [asking for asking in found.certain if asking.outcome == "too few"]
    return " and ".join(f"{log_line(one.text)}: {many(len(one.could), 'person', 'people')} could" for one in short_of)
