"""Markdown cut to what a forge takes as one comment; whatever is left out is counted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from govops.render.wording import many

LIMIT = 60_000  # GitHub takes 65,536 characters, GitLab a million
LEAST = 1_000  # of a limit; the last line needs its room

_NOTICE = 200  # bytes, with room to spare
_FENCE = re.compile(r" {0,3}(?P<marks>`{3,}|~{3,})(?P<rest>.*)")


def fitted(sections: Sequence[str], limit: int = LIMIT, *, foot: str = "") -> str:
    """Sections of Markdown, the most important first, as one text of at most ``limit`` bytes of UTF-8.

    Bytes, because no forge counts more characters than these. Sections stay whole while they fit; the first that does
    not is cut between lines, never within a fenced block. A line says how much is missing; ``foot`` is kept and stands
    last. ValueError where the limit leaves less than 1,000 bytes for the sections.
    """
    texts = [section.strip("\n") for section in sections]
    ending = [foot.strip("\n")] if foot else []
    whole = _joined([*texts, *ending])
    if limit - _size(_joined(ending)) < LEAST:
        raise ValueError(f"a comment of {limit} bytes has no room for what it leaves out")
    if _size(whole) <= limit:
        return whole
    kept: list[str] = []
    for text in texts:
        room = limit - _NOTICE - _size(_joined([*kept, *ending]))
        if _size(text) > room:
            start = _start(text, room)
            return _joined([*kept, *([start] if start else []), _notice(start, texts[len(kept) :]), *ending])
        kept.append(text)
    return _joined([*kept, *ending])


def _joined(texts: Sequence[str]) -> str:
    return "\n\n".join(texts) + "\n" if texts else ""


def _start(text: str, room: int) -> str:
    """As many lines from the start as fit, up to the last that no fenced block holds."""
    lines, size, end = text.split("\n"), 0, 0
    for number, (line, is_outside) in enumerate(zip(lines, _outside(lines), strict=True), 1):
        size += _size(line) + len("\n")
        if size > room:
            break
        if is_outside:
            end = number
    return "\n".join(lines[:end]).rstrip("\n")


def _outside(lines: Sequence[str]) -> Iterator[bool]:
    """For each line, whether what follows it stands outside of fenced blocks."""
    opened = ""
    for line in lines:
        fence = _FENCE.fullmatch(line)
        if fence and not opened and not ("`" in fence["marks"] and "`" in fence["rest"]):
            opened = fence["marks"]
        elif fence and opened and fence["marks"].startswith(opened) and not fence["rest"].strip():
            opened = ""
        yield not opened


def _notice(start: str, cut: Sequence[str]) -> str:
    lines = sum(text.count("\n") + 1 for text in cut) - (start.count("\n") + 1 if start else 0)
    sections = many(len(cut) - 1, "more section") if start else many(len(cut), "section")
    what = f"the rest of this section and {sections}" if start and len(cut) > 1 else "the rest of this section"
    return f"**Left out here**: {what if start else sections}, {many(lines, 'line')}. The job's report has all of it."


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
