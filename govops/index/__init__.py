"""Databases beside the repository: a copy of it that can be thrown away, and what git does not hold."""

from __future__ import annotations

from govops.errors import UsageError

try:
    import sqlalchemy as _  # noqa: F401  everything below needs it, and says so here once
except ImportError as error:
    raise UsageError("databases need SQLAlchemy", hint="pip install 'govops[db]'") from error
