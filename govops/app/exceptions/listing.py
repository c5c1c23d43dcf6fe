"""How the exceptions of a history stand."""

from __future__ import annotations

from govops.app.audit import audit
from govops.finding import InventoryItem
from govops.workspace import Opened


def waivers(asked: Opened) -> tuple[str | None, tuple[InventoryItem, ...]]:
    """The instant of the audit, and every waiver and ratification with what it was of use for."""
    report = audit(asked)
    return report.provenance.as_of, report.waivers
