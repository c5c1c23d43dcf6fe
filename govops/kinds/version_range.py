"""Which versions a range allows, as in ``>=1.0,<2``.

A version is read as semantic versioning does: numbers between dots (missing ones are 0, a leading ``v`` is
ignored), then perhaps a suffix, which makes it a pre-release and earlier than the same numbers without one
(``2.0-rc1``, ``2.0rc1``), then perhaps ``+build``, which no order looks at.

A range is ``*`` (every version), one version (that text and no other), or comparisons with ``>=``, ``>``,
``<=``, ``<``, ``==`` and ``!=`` between commas, which must all hold. A pre-release is in a range only if one of
its comparisons names a pre-release of the same numbers: whoever approved ``<2`` did not approve ``2.0-rc1``. A
version that does not begin with a number (``latest``) is in no range but ``*`` and its own text.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, Field

from govops.kinds.quoting import quoted

_VERSION = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)[.-]?([0-9A-Za-z.-]*)(?:\+[0-9A-Za-z.+-]*)?", re.ASCII)
_TEXT = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+-]{0,62}", re.ASCII)
_COMPARISON = re.compile(r"(>=|<=|==|!=|>|<) *(\S+)", re.ASCII)
_LIMIT = 256
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
}


class Order(NamedTuple):
    """A version's place among all: compares as a tuple. ``final`` is 0 for a pre-release."""

    numbers: tuple[int, ...]
    final: int
    suffix: tuple[tuple[int, int, str], ...]


def version_order(version: str) -> Order | None:
    """The place of a version among others; ``None`` for one that does not begin with a number."""
    found = _VERSION.fullmatch(version)
    if found is None:
        return None
    numbers = [int(number) for number in found[1].split(".")]
    while numbers and numbers[-1] == 0:
        numbers.pop()
    parts = re.findall(r"[0-9]+|[A-Za-z]+", found[2])
    suffix = tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
    return Order(tuple(numbers), 0 if suffix else 1, suffix)


def version_in_range(version: str, text: str) -> bool:
    """Whether the range allows the version; ValueError if the text is no range."""
    comparisons = parse_range(text)
    if text in ("*", version):
        return True
    place = version_order(version)
    if not comparisons or place is None:
        return False
    if not place.final and not any(place.numbers == other.numbers and not other.final for _, other in comparisons):
        return False
    return all(_OPERATORS[sign](place, other) for sign, other in comparisons)


@lru_cache(maxsize=1024)
def parse_range(text: str) -> tuple[tuple[str, Order], ...]:
    """The comparisons of a range, none for ``*`` and for a single version; ValueError if it is no range."""
    if text == "*" or _TEXT.fullmatch(text):
        return ()
    if len(text) > _LIMIT:
        raise ValueError(f"{quoted(text)} is longer than {_LIMIT} characters")
    return tuple(_comparison(part.strip(" "), text) for part in text.split(","))


def _comparison(part: str, text: str) -> tuple[str, Order]:
    found = _COMPARISON.fullmatch(part)
    place = version_order(found[2]) if found else None
    if found is None or place is None:
        raise ValueError(f"{quoted(text)} is not a range of versions such as `>=1.0,<2`, `1.4.2` or `*`")
    return found[1], place


def _checked(text: str) -> str:
    parse_range(text)
    return text


VersionRange = Annotated[str, Field(min_length=1, max_length=_LIMIT), AfterValidator(_checked)]
