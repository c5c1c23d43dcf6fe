"""What libyaml reads although it looks like something else, or although other readers take it for something else.

The cases are those of the yaml-test-suite that libyaml accepts against the specification.
"""

from __future__ import annotations

import re
from typing import Any

from govops.yamlio.problem import Problem

_INDENT = re.compile(rb"(?: |- )*")
_CLOSERS = b"]}, "


class Layout:
    """The lines of one file, looked at only where an event spans several."""

    def __init__(self, data: bytes) -> None:
        self.has_question_marks = b"?" in data
        self._data = data
        self._split: list[bytes] = []
        self._asked, self._text = -1, ""  # the line of the last question, since one line may hold every key

    def of_text(self, event: Any) -> Problem | None:
        """For a quoted or block scalar over several lines."""
        if event.style in "|>":
            return self._unended(event)
        return self._outdented(event, event)

    def of_flow(self, start: Any, end: Any) -> Problem | None:
        """For the outermost list or mapping in brackets; its last line may hold nothing but closing ones."""
        return self._outdented(start, end)

    def is_after_question_mark(self, event: Any) -> bool:
        """True of ``{?a: 1}``, where libyaml reads the key ``a`` and others ``?a``."""
        mark = event.start_mark
        if mark.line != self._asked:
            self._asked, self._text = mark.line, self._lines[mark.line].decode("utf-8")
        return mark.column > 0 and self._text[mark.column - 1] == "?"

    def _unended(self, event: Any) -> Problem | None:
        end, last = event.end_mark, len(self._lines) - 1
        if end.line < last or not self._lines[last] or end.column < len(self._lines[last].decode("utf-8")):
            return None
        message = "the file ends inside this text, and readers disagree on whether it ends with a line break"
        hint = "end the file with a line break"
        return Problem("unreadable-file", message, hint, event.start_mark.line + 1, event.start_mark.column + 1)

    def _outdented(self, start: Any, end: Any) -> Problem | None:
        """The first continuation line that stands no deeper than the line on which it all began."""
        first, last = start.start_mark.line, end.end_mark.line
        least = _width(self._lines[first])
        for number in range(first + 1, last + 1):
            line = self._lines[number]
            is_closing = number == last and not line[: end.end_mark.column].strip(_CLOSERS) and start is not end
            if line.strip() and not is_closing and len(line) - len(line.lstrip(b" ")) <= least:
                message = f"this line belongs to the value that began on line {first + 1}, and does not look like it"
                hint = "indent it deeper than the line on which the value began"
                return Problem("unreadable-file", message, hint, number + 1, 1)
        return None

    @property
    def _lines(self) -> list[bytes]:
        if not self._split:
            self._split = self._data.split(b"\n")
        return self._split


def _width(line: bytes) -> int:
    """How deep a line's first key stands; the dashes of list items count as indentation."""
    match = _INDENT.match(line)
    return match.end() if match else 0
