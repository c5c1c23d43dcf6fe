"""Instants as numbers."""

from __future__ import annotations

from datetime import datetime


def unix(instant: str) -> int:
    """Seconds since 1970 of an instant as resources write it."""
    return int(datetime.fromisoformat(instant).timestamp())
