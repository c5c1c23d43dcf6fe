"""Text that strangers wrote, made safe to look at: what cannot be seen is spelled out, what is long is cut."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 1000  # characters of one value that any report for people shows

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})  # control, format (bidi, zero width), surrogates, line breaks
_WHITE = re.compile(r"[ \t\r\n]+")
_ADDRESS = re.compile(r"[^\s<>\"'`|(),;:@\\]+@[\w-]+(?:\.[\w-]+)+")
_NOBODY = "hidden@example.invalid"
_RUNNER_COMMAND = re.compile(r"##(?=\[|vso\[|teamcity\[)", re.IGNORECASE)


def visible(text: str) -> str:
    r"""Control, format and surrogate characters as ``\u{200b}``; everything else as it is."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{{{ord(char):x}}}" if unicodedata.category(char) in _UNSEEN else char for char in text)


def clipped(text: str, limit: int = LONGEST) -> str:
    """At most ``limit`` characters, then how many are missing."""
    if len(text) <= limit:
        return text
    return f"{text[:limit]}… ({len(text) - limit} more characters)"


def one_line(text: str, limit: int = LONGEST) -> str:
    """Prose for one line: runs of white space become one space, the rest as in :func:`visible`."""
    return visible(_WHITE.sub(" ", clipped(text, limit)))


def log_line(text: str, limit: int = LONGEST) -> str:
    """:func:`one_line` for a terminal or a build log: prose."""
    return _unarmed(one_line(text, limit))


def log_exact(text: str, limit: int = LONGEST) -> str:
    """:func:`visible` for a terminal or a build log: paths and source lines, whose spaces matter."""
    return _unarmed(visible(clipped(text, limit)))


def without_addresses(text: str) -> str:
    """The text with every e-mail address as one that is nobody's; it parses as before in any format."""
    return _ADDRESS.sub(_NOBODY, text)


def _unarmed(text: str) -> str:
    """Build runners obey ``##[…]`` and ``##vso[…]`` anywhere in a line, so these are broken up.

    ``::command::`` is obeyed only where a line starts: callers put a word of their own there.
    """
    return _RUNNER_COMMAND.sub(r"#\\u{23}", text)
