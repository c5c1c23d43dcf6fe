"""What an audit keeps for the next one: as lines of text, on a shelf that belongs to one user alone."""

from __future__ import annotations

from govops.workspace.keep.saved import BranchRead, Located, Restored, restored, saved
from govops.workspace.keep.shelf import Entry, Shelf

__all__ = ["BranchRead", "Entry", "Located", "Restored", "Shelf", "restored", "saved"]
