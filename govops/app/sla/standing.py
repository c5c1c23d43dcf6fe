"""The agreements that stand on the protected branch, each with who owns its resource."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches
from pathlib import Path

from govops.errors import UsageError
from govops.git import CleanRoom
from govops.history import Oid
from govops.history.snapshot import Snapshot
from govops.kinds import split_key
from govops.kinds.model import Model
from govops.kinds.service_level_agreement import ServiceLevelAgreement
from govops.kinds.use_case import UseCase
from govops.sla.alerts import Stood
from govops.workspace.files import Tree, commit_reader, read_tree
from govops.workspace.opening import open_branches

_FOLDERS = ("registry/slas/", "registry/models/", "registry/use-cases/")


def standing(repository: Path, names: Collection[str] = (), *, ref: str | None = None) -> tuple[Stood, ...]:
    """Those of these names, or all, by name, as the tip of the protected branch (or ``ref``) has them.

    UsageError where there is none, or one cannot be read: what is made of the others would pass for the whole.
    """
    with open_branches(repository, ref=ref) as (room, protected, _):
        tree = _tree(room, protected.tip)
        found = dict(_agreements(tree))
        if not found:
            raise UsageError(
                f"there is no ServiceLevelAgreement on {protected.ref}", hint="write one to registry/slas/"
            )
        for name in names:
            if name not in found:
                close = get_close_matches(name, found, n=1)
                hint = f"did you mean {close[0]}?" if close else "`govops list sla` names them"
                raise UsageError(f"there is no ServiceLevelAgreement named '{name[:63]}'", hint=hint)
        wanted = (found[path] for path in sorted(names or found))
        return tuple(_stood(one, tree.snapshot, room, protected.tip) for one in wanted)


def _tree(room: CleanRoom, commit: Oid) -> Tree:
    entries = {path: entry for path, entry in room.tree(commit).items() if path.startswith(_FOLDERS)}
    return read_tree(entries, commit_reader(room, entries))


def _agreements(tree: Tree) -> Iterator[tuple[str, ServiceLevelAgreement]]:
    for path, parsed in sorted(tree.parsed.items()):
        if not path.startswith(_FOLDERS[0]) or path.count("/") > 2:
            continue
        for finding in parsed.findings:
            message = f"{path} cannot be read: {finding.message}"
            raise UsageError(message, hint="`govops validate` shows where; mend it first")
        if isinstance(parsed.resource, ServiceLevelAgreement):
            yield parsed.resource.metadata.name, parsed.resource


def _stood(agreement: ServiceLevelAgreement, snapshot: Snapshot, room: CleanRoom, tip: Oid) -> Stood:
    path = f"registry/slas/{agreement.metadata.name}.yaml"
    changes = room.touching(tip, path)
    return Stood(agreement, owner_of(agreement.spec.resource, snapshot), changes[-1] if changes else tip)


def owner_of(resource: str, snapshot: Snapshot) -> str:
    """The User who answers for a resource: for versions and deployments, the model's owner; "" if nobody does."""
    kind, name = split_key(resource)
    if kind == "UseCase":
        found = snapshot.find("UseCase", name)
        return found.spec.owner if isinstance(found, UseCase) else ""
    parts = name.split("/")
    model = {"Model": parts[0], "ModelVersion": parts[0], "Deployment": parts[-1]}.get(kind, "")
    found = snapshot.find("Model", model) if model else None
    return found.spec.owner if isinstance(found, Model) else ""
