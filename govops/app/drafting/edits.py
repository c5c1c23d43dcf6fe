"""From files as they stand to files as they are to be; what would be refused later is refused here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from govops import yamlio
from govops.app.drafting.tip import Stood, Tip
from govops.app.governance import ConflictError, Draft
from govops.app.resource_files import resource_file
from govops.errors import UsageError
from govops.history import Oid
from govops.kinds import Resource, path_of_key
from govops.kinds.quoting import quoted
from govops.lifecycle.transitions import Transitions, legal_next
from govops.yamlio.editing import edited

Place = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edit:
    """Which fields of a file are set, and which are left out from now on."""

    fields: Mapping[Place, Any]
    without: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A file as it is to be, and the blob id that has to stand there until then."""

    path: str
    text: str
    resource: Resource
    expected: Oid | None = field(default=None)


def refuse_step(stood: Stood[Any], to: str, transitions: Transitions) -> None:
    """ConflictError for a step that the lifecycle does not know."""
    status = stood.resource.spec.status
    if (status, to) not in transitions:
        following = ", ".join(legal_next(transitions, status))
        raise ConflictError(
            f"{stood.resource.key} is {status} and cannot become {to}",
            hint=f"from {status} it may go to {following}" if following else f"{status} is final",
        )


def new(tip: Tip, kind: type[Resource], name: str, spec: Mapping[str, Any], labels: Mapping[str, str]) -> Written:
    """A file that is not there yet; ConflictError if it is."""
    path, text = resource_file(kind.__name__, name, spec, labels=labels)
    if tip.blob(path) is not None:
        raise ConflictError(f"there is a {kind.__name__} {quoted(name)} already", hint=f"it stands at {path}")
    return Written(path, text, _read(path, text))


def edit(stood: Stood[Any], change: Edit) -> Written:
    """A file with some fields set anew, everything else as it was. UsageError where they cannot stand there."""
    text = edited(stood.text, change.fields, path=stood.path, without=change.without)
    if text == stood.text:
        raise ConflictError(f"{stood.resource.key} says so already", hint="nothing would change")
    return Written(stood.path, text, _read(stood.path, text), stood.blob)


def draft(tip: Tip, title: str, written: Iterable[Written], *, reason: str | None = None) -> Draft:
    """The files as one change. UsageError if one of them names something that is not there."""
    files = {one.path: one for one in written}
    for one in files.values():
        _refuse_dangling(tip, one, files)
    return Draft(
        title=title,
        files={path: one.text.encode() for path, one in files.items()},
        expected={path: one.expected for path, one in files.items()},
        reason=reason or "",
    )


def measures(stood: Stood[Any], told: Mapping[str, Any]) -> Edit:
    """``spec.metrics`` with these set, whatever of them stood there; ``custom`` ones each by itself."""
    there = stood.resource.spec.model_dump(exclude_unset=True).get("metrics")
    if not there:
        return Edit({("spec", "metrics"): told})
    fields: dict[Place, Any] = {}
    for name, value in told.items():
        inner = isinstance(value, Mapping) and isinstance(there.get(name), Mapping) and there[name]
        fields |= (
            {("spec", "metrics", name, key): one for key, one in value.items()}
            if inner
            else {("spec", "metrics", name): value}
        )
    return Edit(fields)


def _read(path: str, text: str) -> Resource:
    loaded = yamlio.load(text.encode(), path=path)
    if not isinstance(loaded.resource, Resource):
        found = loaded.findings[0]
        raise UsageError(f"{path}: {found.message}", hint=found.hint)
    return loaded.resource


def _refuse_dangling(tip: Tip, written: Written, files: Mapping[str, Written]) -> None:
    for reference in written.resource.references():
        path = path_of_key(reference.key)
        if path is not None and path not in files and tip.blob(path) is None:
            place = ".".join(str(part) for part in reference.field)
            message = f"{written.path}: {place}: there is no {reference.kind} {quoted(reference.name)}"
            raise UsageError(message, hint=f"it would stand at {path}")
