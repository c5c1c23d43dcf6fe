"""Which characters may stand in a file, and how untrusted text is shown to people."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from govops.yamlio.problem import Problem

# The ranges are written out, not asked of Python's Unicode tables: the same file must be judged alike by every
# Python version. Left out on purpose: U+FE0E and U+FE0F (text and emoji style, everyday in prose).
_REFUSED = (
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 but tab, LF and CR; DEL; C1 with U+0085 (next line)
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"  # soft hyphen, joiners, fillers: invisible
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f"  # zero width, line separators, bidi controls
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff0-\ufffb"  # fillers, variation selectors, byte order mark, annotations
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff"  # surrogates, private use, not characters
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"  # invisible shorthand and musical controls
    "\U0001fffe\U0001ffff\U0002fffe\U0002ffff\U0003fffe-\U0010ffff"  # unassigned planes, tags, private use
)
_REFUSED_IN_FILE = re.compile(f"[{_REFUSED}\t\r]")
_REFUSED_IN_VALUE = re.compile(f"[{_REFUSED}\r]")
_PLAIN_ASCII = bytes([0x0A, *range(0x20, 0x7F)])
_UNSHOWN = re.compile(f"[{_REFUSED}\t\r\n]")

_HINTS = {
    "\t": 'indent with spaces; inside double quotes a tab is written "\\t"',
    "\r": "save the file with LF line ends, and put `*.yaml text eol=lf` into .gitattributes",
    "\ufeff": "save the file as UTF-8 without a byte order mark",
}
_NAMES = {"\t": "tab", "\n": "line feed", "\r": "carriage return", "\x00": "null", "\x85": "next line"}


def is_plain_ascii(data: bytes) -> bool:
    """Whether there is nothing but printable ASCII and line feeds: most files, found out in a microsecond."""
    return not data.translate(None, _PLAIN_ASCII)


def refused_in_file(text: str) -> Iterator[Problem]:
    """One problem for each refused character of the file, at its first place, with the number of times."""
    first: dict[str, int] = {}
    times: dict[str, int] = {}
    for match in _REFUSED_IN_FILE.finditer(text):
        first.setdefault(match[0], match.start())
        times[match[0]] = times.get(match[0], 0) + 1
    line, start, counted = 1, 0, 0  # the line that was counted up to, and where it begins
    for character, offset in first.items():
        again = f", {times[character]} times in this file" if times[character] > 1 else ""
        line += text.count("\n", counted, offset)
        start = text.rfind("\n", counted, offset) + 1 or start
        counted, column = offset, offset - start + 1
        hint = _HINTS.get(character, "remove it: readers and reviewers do not see it")
        yield Problem("unreadable-file", f"{describe(character)} is not allowed{again}", hint, line, column)


def refused_in_value(value: str) -> str:
    """The first character of a value that may not be there even as an escape; empty if there is none."""
    if value.isascii() and value.isprintable():
        return ""
    match = _REFUSED_IN_VALUE.search(value)
    return match[0] if match else ""


def not_utf8(data: bytes, error: UnicodeDecodeError) -> Problem:
    """Where the bytes stop being UTF-8."""
    before = data[: error.start].decode()
    line, column = line_and_column(before, len(before))
    wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    what = "looks like UTF-16" if wide else f"not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}"
    return Problem("unreadable-file", what, "save the file as UTF-8", line, column)


def describe(character: str) -> str:
    """``U+202E (right-to-left override)``."""
    name = _NAMES.get(character) or unicodedata.name(character, "control or unassigned character").lower()
    return f"U+{ord(character):04X} ({name})"


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """Both from 1, columns in characters; only LF ends a line."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def escape(text: str) -> str:
    r"""Text safe for a terminal and a log: what is refused in files, and every line break, becomes ``\x1b``."""
    return _UNSHOWN.sub(_escaped, text)


def quoted(value: str, *, limit: int = 60) -> str:
    """``"value"``, escaped, and cut to at most ``limit`` characters of the value."""
    shown = escape(value[: limit + 1])
    return f'"{shown}"' if len(shown) <= limit else f'"{shown[: limit - 1]}…"'


def _escaped(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape", "surrogatepass").decode("ascii")
