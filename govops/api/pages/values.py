"""What stands in a cell or a sentence of a page, and how each of them is written in HTML.

Plain ``str`` is prose from anywhere and shows as written, whatever it contains. Nothing else here takes markup either:
the templates hold all there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, TypeAlias

from markupsafe import Markup

from govops.api.pages.addresses import address
from govops.render.markdown.escape import NOTHING, Block, Code, Phrase, Strong, worded
from govops.render.untrusted import LONGEST, clipped, one_line, visible
from govops.render.wording import short

__all__ = [
    "NOTHING",
    "Badge",
    "Block",
    "Code",
    "Id",
    "Link",
    "Moment",
    "Person",
    "Phrase",
    "Row",
    "Strong",
    "Value",
    "html",
    "joined",
    "phrase",
    "worded",
]

Tone = Literal["good", "waits", "bad", "unknown", "plain"]
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_MARKS: dict[Tone, str] = {"good": "✓", "waits": "◔", "bad": "✕", "unknown": "?", "plain": "○"}


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead to another page of ours, by the name of its route and what its address takes."""

    page: str
    text: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Id:
    """An object id, shown by its first digits; ``page`` is the route that shows the change with this ``id``."""

    oid: str
    page: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant in UTC as YAML has it. ``note`` follows in brackets."""

    instant: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A status: told by its word, its mark and its colour."""

    word: str
    tone: Tone = "plain"


def Person(name: str) -> Link | str:  # noqa: N802 -- reads as the value that it makes
    """Somebody, leading to the page about them; whoever has no name of a User is just named."""
    return Link("person", name, {"name": name}) if _NAME.fullmatch(name) else name or NOTHING


@dataclass(frozen=True, slots=True)
class Row:
    """Values one after the other."""

    parts: tuple[Value, ...]


Value: TypeAlias = "str | int | Code | Strong | Block | Phrase | Row | Link | Id | Moment | Badge"


def phrase(*parts: Value) -> Row:
    """``phrase("by ", Person("bo"))``."""
    return Row(parts)


def joined(values: Iterable[Value], *, by: str = ", ", nothing: str = NOTHING) -> Value:
    """The values with ``by`` between them, or the word for none."""
    parts: list[Value] = []
    for value in values:
        parts += [by, value] if parts else [value]
    return Row(tuple(parts)) if parts else nothing


def html(value: object) -> Markup:
    """HTML that shows ``value`` and nothing else.

    Raises TypeError for a type that has no spelling here, None and undefined names among them: a hole in a page must
    not look like an empty answer.
    """
    match value:
        case str():
            return _prose(value)
        case Phrase() | Row():
            return Markup("").join(html(part) for part in value.parts)
        case int() if not isinstance(value, bool):
            return Markup.escape(str(value))
        case Code():
            return Markup("<code>{}</code>").format(_exact(value.text) or NOTHING)
        case Strong():
            return Markup("<strong>{}</strong>").format(_prose(value.text))
        case Block():
            return Markup("<pre>{}</pre>").format("\n".join(visible(line) for line in str(value.text).split("\n")))
    return _own(value)


def _own(value: object) -> Markup:
    match value:
        case Link():
            told = _prose(value.text) or NOTHING
            return Markup('<a href="{}">{}</a>').format(address(value.page, **value.values), told)
        case Id():
            return _id(value)
        case Moment():
            return _moment(value)
        case Badge():
            mark = _MARKS[value.tone]
            told = _prose(value.word.replace("_", " "))
            shown = Markup('<span class="badge {}"><span aria-hidden="true">{}</span> {}</span>')
            return shown.format(value.tone, mark, told)
    raise TypeError(f"a page cannot show {value!r}")


def _prose(text: str) -> Markup:
    """Prose as one line; ``str`` first, so that not even what calls itself markup is any."""
    return Markup.escape(one_line(str(text)))


def _exact(text: str) -> str:
    return visible(clipped(str(text), LONGEST))


def _id(value: Id) -> Markup:
    if not value.oid:
        return Markup.escape(NOTHING)
    shown = Markup('<code title="{}">{}</code>').format(_exact(value.oid), _exact(short(value.oid)))
    if not value.page:
        return shown
    return Markup('<a href="{}">{}</a>').format(address(value.page, id=value.oid), shown)


def _moment(value: Moment) -> Markup:
    note = Markup(" ({})").format(_prose(value.note)) if value.note else Markup("")
    try:
        at = datetime.fromisoformat(value.instant)
        at = at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return (_prose(value.instant) or Markup.escape("time unknown")) + note
    machine, told = at.strftime("%Y-%m-%dT%H:%M:%SZ"), f"{at.day} {at:%b %Y}, {at:%H:%M}"
    return Markup('<time datetime="{}" title="{} UTC">{}</time>').format(machine, at.strftime("%F %T"), told) + note
