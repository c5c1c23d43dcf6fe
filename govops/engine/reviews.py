"""When what is in use was approved last, and when that has to be done again, by the rules in force at the tip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from govops.decision import Law
from govops.finding import ReviewDue, Status
from govops.history.deeds import Deed, Deeds
from govops.history.snapshot import Snapshot
from govops.kinds.model import Model
from govops.kinds.model_version import ModelVersion
from govops.kinds.reviews import Reviews
from govops.kinds.scalars import duration_seconds, later
from govops.kinds.use_case import UseCase

_ACTS = ("model.approve", "usecase.approve")


def reviews(law: Law, snapshot: Snapshot, deeds: Deeds, as_of: str | None) -> tuple[ReviewDue, ...]:
    """All that has a period: first what is not known to have been reviewed, then by the instant when it is due.

    ``as_of`` is None where no time is attested at all; then nothing is known to be due or not.
    """
    found = [_due(row, deed, as_of) for row, deed in _rows(law.lawful_settings.reviews, snapshot, deeds)]
    return tuple(sorted(found, key=lambda row: (row.due or "", row.resource)))


def _rows(periods: Reviews, snapshot: Snapshot, deeds: Deeds) -> Iterator[tuple[ReviewDue, Deed | None]]:
    """Everything in use that has a period, and the approval that it rests on."""
    for path, model in snapshot.of_kind("Model"):
        every = periods.models.at(model.spec.risk_tier) if isinstance(model, Model) else None
        if isinstance(model, Model) and every is not None and _is_used(model, snapshot):
            versions = sorted(snapshot.versions(model.metadata.name))
            names = (str(model.key), *(f"ModelVersion/{name}" for name in versions))
            spec = model.spec
            yield ReviewDue(str(model.key), path, spec.owner, spec.risk_tier, every), _latest(names, deeds)
    for path, use_case in snapshot.of_kind("UseCase"):
        every = periods.use_cases.at(use_case.spec.impact) if isinstance(use_case, UseCase) else None
        if isinstance(use_case, UseCase) and every is not None and use_case.is_in_force:
            key, owner, impact = str(use_case.key), use_case.spec.owner, use_case.spec.impact
            yield ReviewDue(key, path, owner, impact, every), _latest((key,), deeds)


def _is_used(model: Model, snapshot: Snapshot) -> bool:
    versions = (snapshot.find("ModelVersion", name) for name in snapshot.versions(model.metadata.name))
    return any(isinstance(version, ModelVersion) and version.spec.status == "approved" for version in versions)


def _latest(names: Iterable[str], deeds: Deeds) -> Deed | None:
    """The latest approved approval of any of these. Time is a running maximum, so it follows the chain."""
    acts = (deed for name in names for deed in deeds.of(name) if deed.action in _ACTS and deed.is_approved)
    return max(acts, key=lambda deed: deed.time or "", default=None)


def _due(row: ReviewDue, deed: Deed | None, as_of: str | None) -> ReviewDue:
    """The row with its last review and what follows from it."""
    if deed is None:
        return replace(row, status=Status.WARN)
    row = replace(row, last=deed.time, commit=deed.commit, by=deed.approvers)
    if deed.time is None or as_of is None:
        return replace(row, status=Status.UNVERIFIABLE)
    due = later(deed.time, duration_seconds(row.every))
    late = datetime.fromisoformat(as_of) - datetime.fromisoformat(due)
    if late <= timedelta():
        return replace(row, due=due)
    return replace(row, due=due, overdue_days=-(-late // timedelta(days=1)), status=Status.WARN)
