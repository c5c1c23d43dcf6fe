"""``did you mean``: the nearest of the words that are allowed."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from govops.yamlio.characters import escape

_LONGEST = 60  # of what was written; more would cost time and match nothing
_MANY = 300  # characters of allowed words in one hint


def did_you_mean(written: object, allowed: Sequence[str]) -> str:
    """``did you mean `x`?``; empty if nothing is near."""
    if not isinstance(written, str):
        return ""
    near = _nearest(written[:_LONGEST], allowed)
    return f"did you mean `{escape(near)}`?" if near else ""


def suggest(written: object, allowed: Sequence[str], *, what: str) -> str:
    """``did you mean``, or else the allowed words after ``what``."""
    return did_you_mean(written, allowed) or f"{what}: {listed(allowed)}"


def listed(words: Sequence[str]) -> str:
    """The words with commas, cut after some hundred characters."""
    text = ", ".join(words)
    return text if len(text) <= _MANY else f"{text[:_MANY].rpartition(', ')[0]}, …"


def _nearest(written: str, allowed: Sequence[str]) -> str:
    """Case apart first, so that ``ALICE`` finds ``alice``."""
    lower = {word.lower(): word for word in reversed(allowed)}
    near = get_close_matches(written.lower(), lower, n=1, cutoff=0.6)
    return lower[near[0]] if near else ""
