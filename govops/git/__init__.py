"""The only code that runs git. Reading goes through a :class:`CleanRoom`, which trusts nothing that it reads."""

from __future__ import annotations

from govops.git.blobs import BlobProblem
from govops.git.cleanroom import CleanRoom

__all__ = ["BlobProblem", "CleanRoom"]
