"""The three questions about the past, answered from one audit and one moment of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from govops.answer import Answer, Clock, Entry, Listed, Row, Shown, Told, worst
from govops.app.audit import refuse_without_rules
from govops.app.past.moments import clock, doubts, notes, require_known
from govops.app.past.names import Family, family, nearest, split
from govops.app.past.relations import related
from govops.app.past.sight import Sight, first_later
from govops.engine import look
from govops.errors import UsageError
from govops.kinds.custom import document_of
from govops.rules import RULES
from govops.workspace import Opened, open_audit


def show(asked: Opened, text: str) -> Shown:
    """One resource (``KIND/NAME``) as it stood, what runs and who approved it.

    Raises UsageError for a name that is not there then, with the nearest one or with what became of it.
    """
    kind_text, name = split(text)
    with _looking_back(asked) as (sight, now):
        kind = family(kind_text, sight.moment.custom)
        path = _path(sight, kind, name)
        resource = sight.resource(path)
        content, state = sight.content(path), sight.state(path, resource)
        return Shown(
            **_heading(sight, now),
            resource=f"{kind.kind}/{name}",
            title=resource.title if resource is not None else "",
            status=sight.status(path, resource),
            path=path,
            blob=sight.snapshot.files[path].entry.oid,
            state=state,
            content=content,
            others=sight.not_plain(path, content, state),
            related=tuple(related(sight, resource)),
            document=document_of(resource),
        )


def list_kind(asked: Opened, text: str) -> Listed:
    """Every resource of a kind as it stood, unreadable files included."""
    with _looking_back(asked) as (sight, now):
        kind = family(text, sight.moment.custom)
        rows = (_row(sight, name, path) for name, path in kind.named(sight.snapshot.files).items())
        return Listed(**_heading(sight, now), kind=kind.kind, rows=tuple(rows))


def history_of(asked: Opened, text: str) -> Told:
    """Every change of a resource up to the moment, and of a model's versions and deployments; removed ones too."""
    kind_text, name = split(text)
    with _looking_back(asked) as (sight, now):
        kind = family(kind_text, sight.moment.custom)
        known = kind.named(sight.moment.touched)
        if name not in known:
            raise _nowhere(sight, kind, name, known)
        paths = {known[name]: f"{kind.kind}/{name}"}
        if kind.kind == "Model":
            paths |= _parts_of_model(sight, name)
        entries = tuple(_entries(sight, paths))
        stands = known[name] in sight.snapshot.files
        return Told(**_heading(sight, now), resource=f"{kind.kind}/{name}", stands=stands, entries=entries)


@contextmanager
def _looking_back(asked: Opened) -> Iterator[tuple[Sight, Clock]]:
    with open_audit(asked) as facts:
        report, moment = look(RULES, facts)
        refuse_without_rules(report)
        require_known(asked, facts, report, moment)
        yield Sight(facts, report, moment), clock(asked, moment)


def _heading(sight: Sight, now: Clock) -> dict[str, Any]:
    """What every answer begins with."""
    origin = sight.report.provenance
    heading = Answer(now, origin.repository, origin.ref, notes(origin), doubts(sight.report))
    return {name: getattr(heading, name) for name in Answer.__dataclass_fields__}


def _path(sight: Sight, kind: Family, name: str) -> str:
    standing = kind.named(sight.snapshot.files)
    if name not in standing:
        raise _nowhere(sight, kind, name, standing)
    return standing[name]


def _nowhere(sight: Sight, kind: Family, name: str, names: dict[str, str]) -> UsageError:
    """Why the resource is not there at that moment: removed by then, not there yet, or never heard of."""
    key = f"{kind.kind}/{name[:80]}"
    was = kind.named(sight.moment.touched).get(name)
    if was is not None:
        hint = f"`govops history {key}` tells how it came and went"
        return UsageError(f"{key} no longer stood then: change {sight.content(was).change[:12]} removed it", hint=hint)
    paths = {action.path for change in sight.report.changes for action in change.actions}
    later = first_later(sight.report, kind.named(paths).get(name, ""), sight.moment.told)
    if later is not None:
        hint = f"look at {later.id[:12]} or later, with --as-of"
        return UsageError(f"{key} did not stand yet: it came with change {later.id[:12]}", hint=hint)
    return UsageError(f"there is no {kind.kind} named '{name[:80]}'", hint=nearest(kind.kind, name, names))


def _row(sight: Sight, name: str, path: str) -> Row:
    resource = sight.resource(path)
    state, content = sight.state(path, resource), sight.content(path)
    spec = getattr(resource, "spec", None)
    return Row(
        name=name,
        status=sight.status(path, resource),
        title=resource.title if resource is not None else "",
        owner=getattr(spec, "owner", ""),
        path=path,
        verdict=worst(state, content),
        state=state,
        others=worst(*sight.not_plain(path, state, content), *sight.below(resource)),
    )


def _parts_of_model(sight: Sight, model: str) -> dict[str, str]:
    """Path -> key of every version and deployment that a model has or had."""
    found = {}
    for kind in (Family("ModelVersion"), Family("Deployment")):
        for name, path in kind.named(sight.moment.touched).items():
            owner = name.split("/")[0 if kind.kind == "ModelVersion" else 1]
            if owner == model:
                found[path] = f"{kind.kind}/{name}"
    return found


def _entries(sight: Sight, paths: dict[str, str]) -> Iterator[Entry]:
    """One entry a change, however many of the paths it touched, in the order of the chain."""
    touching: dict[str, list[str]] = {}
    for path in sorted(paths):
        for commit in sight.moment.touched.get(path, ()):
            touching.setdefault(commit, []).append(path)
    for commit in sorted(touching, key=lambda commit: sight.order.get(commit, -1)):
        here = list(dict.fromkeys(touching[commit]))
        yield Entry(sight.origin_of_all(commit, here), tuple(paths[path] for path in here))
