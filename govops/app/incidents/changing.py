"""Answer, correct and close an incident: its file with a few fields set anew, as a branch to be proposed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from govops.app.incidents.branches import Draft, Drafted, checked, path_of, refuse_unknown, write
from govops.app.proposing.branches import content, user_here
from govops.errors import UsageError
from govops.history import Oid
from govops.kinds.incident import Incident
from govops.workspace import now
from govops.workspace.opening import open_branches, settings_of
from govops.yamlio.editing import edited

Changed = Drafted


@dataclass(frozen=True, slots=True)
class Update:
    """What is to be said of it from now on; None and empty leave things as they are.

    ``respond`` says that somebody took it up now. ``notify`` is (clock, stage, authority, reference).
    """

    fields: tuple[tuple[str, Any], ...] = ()
    related: tuple[str, ...] = ()
    respond: bool = False
    notify: tuple[str, str, str, str | None] | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class _Standing:
    """The incident as it stands at the tip of the protected branch, and whoever changes it."""

    incident: Incident
    data: bytes
    tip: Oid
    person: str
    at: str = field(default_factory=now)


def update(repository: Path, name: str, wanted: Update) -> Changed:
    """The branch ``incident-NAME-update``. UsageError if nothing would change, or there is no such incident."""
    standing = _look(repository, name, wanted.by)
    fields = {**_fields(standing, wanted)}
    if not fields:
        raise UsageError("nothing would change", hint="say what to: --severity, --affected, --respond, --notify …")
    return _write(repository, standing, fields, ("update", f"Update incident {name}"))


def resolve(repository: Path, name: str, *, notes: str, by: str | None = None) -> Changed:
    """The branch ``incident-NAME-resolve``. UsageError if it is resolved already, or there is no such incident."""
    standing = _look(repository, name, by)
    if standing.incident.spec.resolution is not None:
        raise UsageError(f"incident `{name}` is resolved already", hint=f"see {path_of(name)}")
    done = {"by": standing.person, "at": _not_before(standing), "notes": notes}
    return _write(repository, standing, {"resolution": done}, ("resolve", f"Resolve incident {name}"))


def _look(repository: Path, name: str, by: str | None) -> _Standing:
    with open_branches(repository) as (room, protected, _):
        data = content(room, protected.tip, path_of(name))
        if data is None:
            hint = "land its file first: a report leaves it on the branch `incident-NAME`"
            raise UsageError(f"there is no {path_of(name)} on {protected.ref}", hint=hint)
        incident = checked(name, data.decode("utf-8", "replace"))
        return _Standing(incident, data, protected.tip, user_here(repository, room, protected.tip, by))


def _not_before(standing: _Standing) -> str:
    """Now, or the time of the report where that is ahead of this clock."""
    return max(standing.at, standing.incident.spec.reported.at)


def _fields(standing: _Standing, wanted: Update) -> dict[str, Any]:
    spec, at = standing.incident.spec, _not_before(standing)
    fields = {name: value for name, value in wanted.fields if value is not None and getattr(spec, name) != value}
    more = [name for name in wanted.related if name not in spec.named]
    if more:
        fields["related"] = [*spec.related, *more]
    if wanted.respond and spec.responded is None:
        fields["responded"] = {"by": standing.person, "at": at}
    if wanted.notify is not None:
        clock, stage, authority, reference = wanted.notify
        told = {"clock": clock, "stage": stage, "authority": authority, "by": standing.person, "at": at}
        told |= {"reference": reference} if reference else {}
        before = [one.model_dump(exclude_none=True) for one in spec.notifications]
        if (clock, stage) in [(one.clock, one.stage) for one in spec.notifications]:
            raise UsageError(f"the {stage} report for `{clock}` is entered already", hint="correct it by hand")
        fields["notifications"] = [*before, told]
    return fields


def _write(repository: Path, standing: _Standing, fields: dict[str, Any], what: tuple[str, str]) -> Changed:
    name = standing.incident.metadata.name
    places: dict[tuple[str, ...], Any] = {("spec", field): value for field, value in fields.items()}
    text = edited(standing.data.decode(), places, path=path_of(name))
    incident = checked(name, text)
    with open_branches(repository) as (room, _, _):
        refuse_unknown(room, standing.tip, incident)
    verb, message = what
    draft = Draft(name, text, f"incident-{name}-{verb}", message)
    return write(repository, draft, tip=standing.tip, onto=settings_of(repository).protected_branch)
