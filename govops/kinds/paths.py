"""Where each built-in kind stands in a repository: the one table, and both ways through it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

PATTERNS = {
    "Model": "registry/models/{name}/model.yaml",
    "ModelVersion": "registry/models/{name}/versions/{version}.yaml",
    "Deployment": "registry/deployments/{environment}/{name}.yaml",
    "UseCase": "registry/use-cases/{name}.yaml",
    "User": "registry/users/{name}.yaml",
    "Role": "registry/roles/{name}.yaml",
    "ServiceLevelAgreement": "registry/slas/{name}.yaml",
    "SlaViolation": "registry/slas/{sla}/violations/{name}.yaml",
    "Incident": "registry/incidents/{name}.yaml",
    "Settings": "policies/govops.yaml",
    "ApprovalPolicy": "policies/approvals/{name}.yaml",
    "SegregationOfDuties": "policies/segregation/{name}.yaml",
    "Rule": "policies/rules/{name}.yaml",
    "Waiver": "policies/waivers/{name}.yaml",
    "Ratification": "policies/ratifications/{name}.yaml",
    "Delegation": "policies/delegations/{name}.yaml",
    "PolicyTest": "policies/tests/{name}.yaml",
    "Framework": "policies/frameworks/{name}.yaml",
    "EscalationRule": "policies/escalations/{name}.yaml",
    "KindDefinition": "policies/kinds/{name}.yaml",
}

SUFFIX = ".yaml"
ROOTS = ("registry/", "policies/")
COMPANIONS = frozenset({"README.md", ".gitkeep"})


def claim(path: str) -> tuple[str, tuple[str, ...]] | None:
    """The kind that claims a path and the path's variable parts in order; ``None`` if none does.

    Only the shape is looked at: whether the parts are legal names is for whoever reads the file, since a
    resource's own path (:func:`fill`) can never equal a path with an illegal part.
    """
    if not path.endswith(SUFFIX):
        return None
    *folders, file = path.split("/")
    node, names = _TREE, []
    for folder in folders:
        child = node.folders.get(folder)
        if child is None:
            child = node.any_folder
            if child is None or not folder:
                return None
            names.append(folder)
        node = child
    kind = node.files.get(file)
    if kind is None and node.any_file and file != SUFFIX:
        kind = node.any_file
        names.append(file[: -len(SUFFIX)])
    return None if kind is None else (kind, tuple(names))


def fill(kind: str, name: str) -> str | None:
    """The path of the built-in kind's resource of that (compound) name; ``None`` if it cannot have one.

    ``name`` holds the variable parts in the order of the path, joined by ``/``: ``fraud/1.0.0`` for a
    ModelVersion, ``production/fraud`` for a Deployment, ``checkout/2026-03`` for an SlaViolation.
    """
    pattern = PATTERNS.get(kind)
    if pattern is None:
        return None
    parts = iter(name.split("/"))
    segments = [_filled(segment, parts) for segment in pattern.split("/")]
    if next(parts, None) is not None and "{" in pattern:
        return None
    return None if "" in segments else "/".join(segments)


def may_stand(path: str) -> bool:
    """Whether a path under ``registry/`` or ``policies/`` is a built-in kind's, a README or a .gitkeep."""
    if not path.startswith(ROOTS):
        return False
    return path.rsplit("/", 1)[1] in COMPANIONS or claim(path) is not None


@dataclass(slots=True)
class _Node:
    """One folder of all patterns together; ``any_`` stands for a variable part."""

    folders: dict[str, _Node] = field(default_factory=dict)
    any_folder: _Node | None = None
    files: dict[str, str] = field(default_factory=dict)
    any_file: str = ""


def _filled(segment: str, parts: Iterator[str]) -> str:
    if "{" not in segment:
        return segment
    part = next(parts, "")
    suffix = segment.rsplit("}", 1)[1]
    return f"{part}{suffix}" if part else ""


def _tree() -> _Node:
    root = _Node()
    for kind, pattern in PATTERNS.items():
        *folders, file = pattern.split("/")
        node = root
        for folder in folders:
            if folder.startswith("{"):
                node.any_folder = node.any_folder or _Node()
                node = node.any_folder
            else:
                node = node.folders.setdefault(folder, _Node())
        if file.startswith("{"):
            node.any_file = kind
        else:
            node.files[file] = kind
    return root


_TREE = _tree()
