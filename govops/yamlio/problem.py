"""A problem at a place of a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """``rule`` is one of the reading rules; ``line`` and ``column`` count from 1; ``subject`` names the field."""

    rule: str
    message: str
    hint: str
    line: int
    column: int
    subject: str = ""
