"""The paths that CODEOWNERS speaks of, one group at a time, and the actions that their changes may mean."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from govops.decision import Law
from govops.kinds.custom import CustomKind
from govops.kinds.paths import PATTERNS
from govops.lifecycle import ACTIONS

_REGISTRY = ("Model", "ModelVersion", "Deployment", "UseCase", "ServiceLevelAgreement", "SlaViolation", "Incident")
_ENVIRONMENTS = ("staging", "production")
_BUILT_IN = (
    ("User", "registry/users/", "registry/users/*.yaml", "user:manage"),
    ("Role", "registry/roles/", "registry/roles/*.yaml", "role:manage"),
    ("Policy", "policies/", "", "policy:change"),
)
_CONTROL = (
    ".gitattributes",
    "/.mailmap",
    "/.gitmodules",
    "/.gitlab-ci.yml",
    "/CODEOWNERS",
    "/docs/CODEOWNERS",
    "/.github/CODEOWNERS",
    "/.github/workflows/",
    "/.github/actions/",
    "/.gitlab/CODEOWNERS",
    "/.gitlab/ci/",
)
_COMPANIONS = ("README.md", ".gitkeep")


@dataclass(frozen=True, slots=True)
class Area:
    """Files that are asked about together.

    ``pattern`` is how CODEOWNERS says it. ``glob`` is the same for policies that name paths, of a fixed depth; empty
    where a policy's paths cannot be told apart within it. ``permission`` is what the built-in rule asks for.
    """

    kind: str
    pattern: str
    glob: str
    actions: frozenset[str]
    environment: str = ""
    permission: str = ""


def areas(law: Law) -> Iterator[Area]:
    """In the order of the file: the last line that matches a path wins, so what is special comes last."""
    for kind in _REGISTRY:
        yield from _of_kind(kind)
    for custom in law.custom_kinds():
        yield _custom(custom)
    yield from _companions("registry/")
    for kind, folder, glob, permission in _BUILT_IN:
        yield Area(kind, f"/{folder}", glob, ACTIONS[kind], permission=permission)
        yield from _companions(folder, permission)
    for pattern in _CONTROL:
        yield Area("ControlFile", pattern, "", ACTIONS["ControlFile"], permission="policy:change")


def _of_kind(kind: str) -> Iterator[Area]:
    glob = "/".join(_starred(segment) for segment in PATTERNS[kind].split("/"))
    if kind != "Deployment":
        yield Area(kind, f"/{glob}", glob, ACTIONS[kind])
        return
    folder, _, file = glob.rpartition("/*/")
    for environment in _ENVIRONMENTS:
        others = {f"model.deploy_{other}" for other in _ENVIRONMENTS if other != environment}
        here = f"{folder}/{environment}/{file}"
        yield Area(kind, f"/{here}", here, ACTIONS[kind] - others, environment)


def _custom(custom: CustomKind) -> Area:
    spec = custom.spec
    names = {spec.action("create"), spec.action("update"), spec.action("delete")}
    glob = f"{custom.folder}*.yaml"
    return Area(custom.name, f"/{glob}", glob, frozenset(names | {step.action for step in spec.transitions}))


def _companions(folder: str, permission: str = "") -> Iterator[Area]:
    for name in _COMPANIONS:
        yield Area("Document", f"/{folder}**/{name}", "", ACTIONS["Document"], permission=permission)


def _starred(segment: str) -> str:
    return f"*{segment.rpartition('}')[2]}" if "{" in segment else segment
