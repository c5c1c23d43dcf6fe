"""The only code that runs git. A :class:`CleanRoom` reads and trusts nothing; a :class:`Store` writes."""

from __future__ import annotations

from govops.git.blobs import BlobProblem
from govops.git.cleanroom import CleanRoom
from govops.git.store import LockedError, NewCommit, Store
from govops.git.writer import Stamp

__all__ = ["BlobProblem", "CleanRoom", "LockedError", "NewCommit", "Stamp", "Store"]
