"""run(rules, facts) -> Report: the walk along the chain that judges every change."""

from govops.engine.checks import Checks, check_snapshot
from govops.engine.facts import AuditFacts, Documents, Parsed, Until
from govops.engine.moment import UNTOLD, Moment, Told
from govops.engine.run import look, run
from govops.engine.summary import INVENTORIED, inventory_item, stays_of

__all__ = [
    "AuditFacts",
    "Checks",
    "Documents",
    "INVENTORIED",
    "Moment",
    "Told",
    "UNTOLD",
    "Parsed",
    "Until",
    "check_snapshot",
    "inventory_item",
    "look",
    "run",
    "stays_of",
]
