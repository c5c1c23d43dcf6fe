"""Which incidents there are, and how they stand by attested times."""

from __future__ import annotations

from dataclasses import dataclass

from govops.app.audit import audit
from govops.incident import IncidentCase
from govops.workspace import Opened


@dataclass(frozen=True, slots=True)
class Filter:
    """Which ones to list; None for all."""

    open_only: bool = False
    severity: str | None = None
    category: str | None = None
    resource: str | None = None

    def wants(self, case: IncidentCase) -> bool:
        """Whether the incident is all that is asked for."""
        return (
            (case.is_open or not self.open_only)
            and self.severity in (None, case.severity)
            and self.category in (None, case.category)
            and (self.resource is None or self.resource in (case.resource, *case.related))
        )


def incidents(asked: Opened, wanted: Filter) -> tuple[str | None, tuple[IncidentCase, ...]]:
    """The instant of the audit, and the incidents that are wanted, by name."""
    report = audit(asked)
    return report.provenance.as_of, tuple(case for case in report.incidents if wanted.wants(case))
