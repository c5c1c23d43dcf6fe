"""Plain scalars: YAML 1.2 core types, and everything that another reader would take for something else.

Refused is what YAML 1.1 and 1.2 read differently (``NO``, ``010``, ``12:30``), what only looks like a number
(``1_000``, ``5.``), and numbers that lose digits. Dates and instants stay text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

Scalar = str | int | float | bool | None

MAX_INTEGER = 2**53

_LONGEST_INTEGER = 17  # a sign and the 16 digits of 2**53
_NUMBER = re.compile(r"([-+]?(?:0|[1-9][0-9]*))(\.[0-9]+)?")
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[-+][0-9]{2}:[0-9]{2})?)?"
)
_TIMESTAMP = re.compile(
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:[Zz]|[-+][0-9]{1,2}(?::?[0-9]{2})?))?"
)
# No two neighbouring parts of these patterns match the same character, so they take linear time.
_OTHER_NUMBER = re.compile(
    r"[-+]?(?:0[bB][01_]+|0[oO][0-7_]+|0[xX][0-9a-fA-F_]+"  # other bases
    r"|\.(?:inf|nan)"
    r"|[0-9][0-9_,]*(?::[0-9][0-9_]*)+(?:\.[0-9_]*)?"  # base 60
    r"|(?:[0-9][0-9_,]*(?:\.[0-9_]*)?|\.[0-9_]+)(?:e[-+]?[0-9_]+)?)",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Why a plain scalar is refused; ``instead`` is what to write if the typed value was meant."""

    reason: str
    instead: str = ""


def resolve(text: str) -> Scalar | Ambiguous:
    """The value of a plain scalar, text if nothing else; takes time linear in its length."""
    if text[:1] not in NUMERIC_FIRST:
        return WORDS.get(text, text)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return _not_a_number(text)
    if match[2] is not None:
        value = float(text)
        return value if abs(value) < MAX_INTEGER else _TOO_LARGE  # 2^53 itself may have been rounded
    if len(text) > _LONGEST_INTEGER or abs(int(text)) > MAX_INTEGER:
        return _TOO_LARGE
    return int(text)


def is_date(text: str) -> bool:
    """Whether text looks like a date or an instant, which some readers of YAML make a key of that type from."""
    return _DATE.fullmatch(text) is not None


def _not_a_number(text: str) -> str | Ambiguous:
    if is_date(text):
        return text
    if _TIMESTAMP.fullmatch(text):
        return Ambiguous("is a time to some readers of YAML and text to others", "2026-03-01T00:00:00Z")
    return _ODD_NUMBER if _OTHER_NUMBER.fullmatch(text) else text


def _spellings(word: str) -> Iterator[str]:
    """The word in every mixture of small and capital letters."""
    return map("".join, product(*((letter.lower(), letter.upper()) for letter in word)))


_TOO_LARGE = Ambiguous("is beyond 2^53, where readers of YAML lose digits")
_ODD_NUMBER = Ambiguous("is not read as the same number, or as a number at all, by all readers of YAML")
_YES = Ambiguous("is true to some readers of YAML and text to others", "true")
_NO = Ambiguous("is false to some readers of YAML and text to others", "false")
_NULL = Ambiguous("is null to some readers of YAML and text to others", "null")
_SPECIAL = Ambiguous("has a special meaning to some readers of YAML")
WORDS: dict[str, Scalar | Ambiguous] = {
    **{spelling: _YES for word in ("yes", "on", "y", "true") for spelling in _spellings(word)},
    **{spelling: _NO for word in ("no", "off", "n", "false") for spelling in _spellings(word)},
    **dict.fromkeys(_spellings("null"), _NULL),
    **dict.fromkeys(("=", "<<"), _SPECIAL),
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "false": False,
}
NUMERIC_FIRST = frozenset("0123456789+-.")
