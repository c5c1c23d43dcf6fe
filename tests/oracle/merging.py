"""The three-way merge of texts, line by line, as git does it: changes that touch one another are a conflict."""

from __future__ import annotations

from difflib import SequenceMatcher

Hunk = tuple[int, int, list[bytes]]  # lines of the base from, to (not including), and what stands there instead


def merge(base: bytes, ours: bytes, theirs: bytes) -> bytes | None:
    """The text with the changes of both sides, None if they meet."""
    lines = base.splitlines(keepends=True)
    result: list[bytes] = []
    at = 0
    hunks = sorted([*_hunks(lines, ours), *_hunks(lines, theirs)], key=lambda hunk: (hunk[0], hunk[1]))
    for place, (start, end, new) in enumerate(hunks):
        if place and hunks[place - 1] == (start, end, new):
            continue
        if place and start <= hunks[place - 1][1]:
            return None
        result += lines[at:start] + new
        at = end
    return b"".join(result + lines[at:])


def _hunks(base: list[bytes], text: bytes) -> list[Hunk]:
    lines = text.splitlines(keepends=True)
    codes = SequenceMatcher(None, base, lines, autojunk=False).get_opcodes()
    return [(start, end, lines[to:until]) for what, start, end, to, until in codes if what != "equal"]
