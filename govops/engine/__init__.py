"""run(rules, facts) -> Report: the walk along the chain that judges every change."""

from govops.engine.checks import Checks, check_snapshot
from govops.engine.derived import UNREADABLE, derived_status
from govops.engine.expunged import is_fixed
from govops.engine.facts import AuditFacts, Documents, Parsed, Until
from govops.engine.keeping import Kept
from govops.engine.moment import UNTOLD, Moment, Told, Watcher
from govops.engine.own_rules import OwnRules, asks_of, speaks_of_changes
from govops.engine.prospect import Assume, Foreseen, Prospect, foresee
from govops.engine.run import Stood, Watched, arrive, look, run, run_on, stand, watch
from govops.engine.summary import INVENTORIED, inventory_item, stays_of

__all__ = [
    "Assume",
    "AuditFacts",
    "Checks",
    "Documents",
    "Foreseen",
    "INVENTORIED",
    "Kept",
    "Moment",
    "OwnRules",
    "Prospect",
    "Stood",
    "Told",
    "UNREADABLE",
    "UNTOLD",
    "Parsed",
    "Until",
    "Watched",
    "Watcher",
    "arrive",
    "derived_status",
    "asks_of",
    "check_snapshot",
    "foresee",
    "is_fixed",
    "inventory_item",
    "look",
    "run",
    "run_on",
    "speaks_of_changes",
    "stand",
    "stays_of",
    "watch",
]
