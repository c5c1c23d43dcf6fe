"""The tables of the index, for SQLite and PostgreSQL alike."""

from __future__ import annotations

import hashlib
from functools import cache

from sqlalchemy.schema import CreateTable

import govops
from govops.index.schema import history, registry, standing
from govops.index.schema.columns import METADATA
from govops.index.schema.registry import LASTING
from govops.index.schema.standing import WHOLE

__all__ = ["LASTING", "METADATA", "WHOLE", "built_with", "history", "registry", "standing"]


@cache
def built_with() -> str:
    """What an index has to be made with so that it can be read and continued."""
    text = "\n".join(str(CreateTable(table)) for table in METADATA.sorted_tables)
    return f"{govops.__version__} {hashlib.sha256(text.encode()).hexdigest()[:16]}"
