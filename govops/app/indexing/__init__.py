"""The SQL index of a repository: made from one audit, kept up with it, and compared with it."""

from __future__ import annotations

from govops.app.indexing.building import answered, build, index_of, made, verified
from govops.app.indexing.refreshing import Current, cache_of, current, refresh, unmoved

__all__ = ["Current", "answered", "build", "cache_of", "current", "index_of", "made", "refresh", "unmoved", "verified"]
