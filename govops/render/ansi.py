"""The eight terminal codes that govops uses, and which status wears which."""

from __future__ import annotations

from govops.finding import Status

BOLD = "\x1b[1m"
DIM = "\x1b[2m"
RED = "\x1b[31m"
GREEN = "\x1b[32m"
YELLOW = "\x1b[33m"
BLUE = "\x1b[34m"
MAGENTA = "\x1b[35m"
RESET = "\x1b[0m"

_COLOURS = {
    Status.PASS: GREEN,
    Status.WARN: YELLOW,
    Status.FAIL: BOLD + RED,
    Status.UNVERIFIABLE: MAGENTA,
    Status.ERROR: BOLD + RED,
    Status.WAIVED: BLUE,
}


def style(text: str, status: Status, *, colour: bool = True) -> str:
    """``text`` in the colour of ``status``; unchanged without ``colour``."""
    return f"{_COLOURS[status]}{text}{RESET}" if colour else text


def dim(text: str, *, colour: bool = True) -> str:
    """``text`` less loud than its surroundings; unchanged without ``colour``."""
    return f"{DIM}{text}{RESET}" if colour else text
