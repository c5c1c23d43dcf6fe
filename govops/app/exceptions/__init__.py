"""Exceptions to the rules: propose a waiver, and list what is excused."""

from __future__ import annotations

from govops.app.exceptions.adding import Added, Wanted, add
from govops.app.exceptions.listing import waivers

__all__ = ["Added", "Wanted", "add", "waivers"]
