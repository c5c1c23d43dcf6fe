"""How many lines the sections of a report would have where a walk has come to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from govops.engine.keeping import Trail
from govops.engine.ledger import Ledger
from govops.engine.registry import Registry
from govops.engine.reviews import reviews
from govops.engine.summary import INVENTORIED
from govops.history.deeds import Deeds
from govops.kinds.vocabulary import ReportSection


@dataclass(frozen=True, slots=True)
class Contents:
    """What the sections are made of; ``time`` is the attested one."""

    registry: Registry
    ledger: Ledger
    deeds: Deeds
    time: str | None

    @property
    def earlier(self) -> Trail:
        """What another walk had told."""
        return self.ledger.earlier or Trail()

    def standing(self, *kinds: str) -> int:
        """Resources of these kinds."""
        return sum(len(self.registry.snapshot.names(kind)) for kind in kinds)

    def rules(self, *kinds: str) -> int:
        """Resources of these kinds among the rules, wherever those are."""
        return sum(len(self.registry.law.snapshot.names(kind)) for kind in kinds)


SECTIONS: dict[ReportSection, Callable[[Contents], int]] = {
    "ledger": lambda c: len(c.earlier.changes) + len(c.ledger.changes),
    "inventory": lambda c: c.standing(*INVENTORIED),
    "deployments": lambda c: len(c.earlier.deployments) + len(c.registry.deployments),
    "roles": lambda c: len(c.registry.held()),
    "duties": lambda c: len(c.registry.law.segregations()),
    "reviews": lambda c: len(reviews(c.registry.law, c.registry.snapshot, c.deeds, c.time)),
    "policies": lambda c: len(c.earlier.policies) + len(c.ledger.policies),
    "waivers": lambda c: c.rules("Waiver", "Ratification"),
    "incidents": lambda c: c.standing("Incident"),
}
