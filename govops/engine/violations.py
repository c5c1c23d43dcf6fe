"""The violations of service levels that are recorded at the tip, and who has taken note of them lawfully."""

from __future__ import annotations

from collections.abc import Iterator

from govops.engine.cases import Mending
from govops.finding import Status
from govops.history.deeds import Deeds
from govops.history.snapshot import Snapshot
from govops.kinds.sla_violation import SlaViolation
from govops.service import Acknowledged, Span, Violation, exact


def violations(snapshot: Snapshot, deeds: Deeds, mending: Mending) -> Iterator[Violation]:
    """Sorted by path. An acknowledgement counts unless the change that last touched it was neither approved nor
    ratified since.
    """
    for path, found in snapshot.of_kind("SlaViolation"):
        if isinstance(found, SlaViolation):
            spec, note = found.spec, found.spec.acknowledged
            counts = note is not None and _is_lawful(str(found.key), deeds, mending)
            yield Violation(
                found.metadata.name,
                spec.sla,
                spec.objective,
                Span(spec.window.start, spec.window.end),
                exact(spec.target),
                exact(spec.actual),
                path,
                is_recorded=True,
                acknowledged=Acknowledged(note.by, note.at, note.notes) if note is not None and counts else None,
            )


def _is_lawful(resource: str, deeds: Deeds, mending: Mending) -> bool:
    """What stood at the adoption has no deed, and nothing is claimed against it."""
    done = deeds.of(resource)
    return not done or done[-1].is_approved or mending.statuses.get(done[-1].commit) is Status.WAIVED
