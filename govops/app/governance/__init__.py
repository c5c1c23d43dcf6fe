"""A governed repository as an application sees it: who acts, what is asked, and what became of it."""

from __future__ import annotations

from govops.app.governance.refusals import (
    BusyError,
    ConflictError,
    ForbiddenError,
    LimitedError,
    MissingConditionError,
    NotFoundError,
    ReusedKeyError,
    StaleError,
    UnauthenticatedError,
)
from govops.app.governance.site import Site
from govops.app.governance.values import Actor, Document, Draft, Page, Query, Recorded, Submitted

__all__ = [
    "Actor",
    "BusyError",
    "ConflictError",
    "Document",
    "Draft",
    "ForbiddenError",
    "LimitedError",
    "MissingConditionError",
    "NotFoundError",
    "Page",
    "ReusedKeyError",
    "Query",
    "Recorded",
    "Site",
    "StaleError",
    "Submitted",
    "UnauthenticatedError",
]
