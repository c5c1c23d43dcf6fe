"""Watch an audit, and note every state of every governed file on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from govops.app.indexing.files import parts_of
from govops.engine import derived_status
from govops.engine.registry import Registry
from govops.history import Commit, Entry, Oid, Step
from govops.index.writing import Stand
from govops.kinds import Resource, key_at
from govops.kinds.custom import CustomResource, document_of

_ENVIRONMENTS = ("production", "staging")


class Watch:
    """What the files were after each change: ``stands``, in the order of the branch."""

    def __init__(self, positions: Mapping[Oid, int]) -> None:
        self.stands: list[Stand] = []
        self._positions = positions
        self._known: dict[str, tuple[Entry | None, str]] = {}

    def saw(self, change: Oid, paths: Iterable[str], registry: Registry) -> None:
        """Note what a change left at these paths, and what else has another status because of it."""
        touched = dict.fromkeys(paths)
        for path in dict.fromkeys([*touched, *_dependent(touched, registry)]):
            self._note(change, path, registry, is_touched=path in touched)

    def _note(self, change: Oid, path: str, registry: Registry, *, is_touched: bool) -> None:
        file = registry.snapshot.files.get(path)
        resource = registry.document(path) if file is not None else None
        status = _status(path, resource, registry) if file is not None else ""
        now = (file.entry if file is not None else None, status)
        if self._known.get(path) == now or (file is None and not is_touched):
            return
        self._known[path] = now
        kind, name = _key(path, resource, registry)
        row = {
            "path": path,
            "valid_from": self._positions[change],
            "commit_id": change,
            "blob_id": file.entry.oid if file is not None else None,
            "mode": file.entry.mode if file is not None else "",
            "kind": kind,
            "name": name,
            "title": resource.title if resource is not None else "",
            "status": status if kind else "",
            "document": document_of(resource),
        }
        self.stands.append(Stand(row, parts_of(row, resource) if isinstance(resource, Resource) else ()))


def watched(steps: Iterable[Step], seen: list[Commit]) -> Iterator[Step]:
    """The steps as they come; their commits are noted."""
    for step in steps:
        seen.append(step.commit)
        yield step


def _dependent(paths: Iterable[str], registry: Registry) -> Iterator[str]:
    """Paths of models and versions whose status follows from other files than their own."""
    for model in dict.fromkeys(filter(None, map(_model_of, paths))):
        names = [("Model", model), *(("ModelVersion", name) for name in sorted(registry.snapshot.versions(model)))]
        yield from filter(None, (registry.snapshot.path_of(*name) for name in names))


def _model_of(path: str) -> str:
    """The model whose versions a file says something about; empty if none."""
    kind, name = key_at(path) or ("", "")
    if kind == "Deployment":
        return name.rpartition("/")[2]
    return name.partition("/")[0] if kind in ("Model", "ModelVersion") else ""


def _status(path: str, resource: Resource | CustomResource | None, registry: Registry) -> str:
    def stays(model: str) -> dict[str, Any]:
        return {environment: registry.stays_at(environment, model) for environment in _ENVIRONMENTS}

    custom = registry.law.custom_kinds() if isinstance(resource, CustomResource) else ()
    return derived_status(path, resource, registry.snapshot, stays, custom)


def _key(path: str, resource: Resource | CustomResource | None, registry: Registry) -> tuple[str, str]:
    """Kind and name, also of what cannot be read; empty for files that no kind claims."""
    if resource is not None:
        return resource.key
    custom = ((kind.name, name) for kind in registry.law.custom_kinds() if (name := kind.match(path)) is not None)
    return key_at(path) or next(custom, ("", ""))
