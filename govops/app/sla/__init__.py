"""Service level agreements: check them, record what was broken, take note of it; and speak of them to other tools."""

from __future__ import annotations

from govops.app.sla.acknowledging import Noted, acknowledge
from govops.app.sla.checking import Wanted, check, select
from govops.app.sla.proposing import ProposedViolations, propose

__all__ = ["Noted", "ProposedViolations", "Wanted", "acknowledge", "check", "propose", "select"]
