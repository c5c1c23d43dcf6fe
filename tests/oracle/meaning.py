"""What stands in a tree, and what it means when one file of it changes: the tables of docs/reference/actions.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml
from pydantic import ValidationError

from govops.kinds import Resource, kind_at, path_of
from tests.oracle.past import Entry, Tree

REGULAR = ("100644", "100755")
RULES = ("policies/", "registry/users/", "registry/roles/")
DOCUMENTS = ("README.md", ".gitkeep")
_CONTROL = re.compile(
    r"(.*/)?\.gitattributes|\.mailmap|\.gitmodules|\.gitlab-ci\.yml|(\.github/|docs/|\.gitlab/)?CODEOWNERS"
    r"|\.github/(workflows|actions)/.*|\.gitlab/ci/.*",
    re.DOTALL,
)
_VERSION_STEPS = {
    (None, "registered"): "model.register",
    ("registered", "approved"): "model.approve",
    ("registered", "rejected"): "model.reject",
    ("registered", "deprecated"): "model.deprecate",
    ("approved", "rejected"): "model.reject",
    ("approved", "deprecated"): "model.deprecate",
    ("rejected", "registered"): "model.register",
    ("deprecated", "approved"): "model.approve",
}
_USE_CASE_STEPS = {
    (None, "draft"): "usecase.create",
    ("draft", "submitted"): "usecase.submit",
    ("draft", "archived"): "usecase.archive",
    ("submitted", "draft"): "usecase.return",
    ("submitted", "approved"): "usecase.approve",
    ("approved", "deployed"): "usecase.deploy",
    ("approved", "deprecated"): "usecase.deprecate",
    ("deployed", "deprecated"): "usecase.deprecate",
    ("deprecated", "archived"): "usecase.archive",
}
_NOUNS = {
    "Model": "model",
    "ModelVersion": "model",
    "Deployment": "model",
    "UseCase": "usecase",
    "User": "user",
    "Role": "role",
    "ServiceLevelAgreement": "sla",
    "SlaViolation": "sla",
    "Incident": "incident",
}
_ARRIVES = {"Model": "register", "SlaViolation": "report_violation", "Incident": "report"}


@dataclass(frozen=True, slots=True)
class Action:
    """What one file's change means; ``legal`` is False for a step that the lifecycle does not know.

    ``old`` is what the file last validly was.
    """

    name: str
    path: str
    legal: bool = True
    old: Resource | None = None


def is_control(path: str) -> bool:
    """Whether the file decides how the repository is read, reviewed or built."""
    return _CONTROL.fullmatch(path) is not None


def is_rule(path: str) -> bool:
    """Whether verdicts rest on the file."""
    return path.startswith(RULES) and path.rpartition("/")[2] not in DOCUMENTS


def is_governed(path: str) -> bool:
    """Whether the file is anybody's business here."""
    return path.startswith(("registry/", "policies/")) or is_control(path)


@lru_cache(maxsize=4096)
def read(path: str, text: bytes) -> Resource | None:
    """The resource that a text is at a path, None if it is none."""
    kind = kind_at(path)
    if kind is None:
        return None
    try:
        document = yaml.CSafeLoader(text).get_single_data()
        found = kind.model.model_validate_json(json.dumps(document))
        return found if path_of(found) == path else None
    except (yaml.YAMLError, ValidationError, UnicodeDecodeError, TypeError, AssertionError):
        return None


class Registry:
    """What stands in one tree."""

    def __init__(self, tree: Tree, texts: Mapping[str, bytes]) -> None:
        self.tree = tree
        self.texts = texts

    def at(self, path: str) -> Resource | None:
        """The resource that stands there."""
        return self.of(path, self.tree.get(path))

    def of(self, path: str, entry: Entry | None) -> Resource | None:
        """The resource that would stand there with this content."""
        if entry is None or entry[0] not in REGULAR or entry[1] not in self.texts:
            return None
        return read(path, self.texts[entry[1]])

    def below(self, prefix: str) -> Iterator[tuple[str, Resource]]:
        """Every resource below a folder, in the order of paths."""
        for path in sorted(self.tree):
            if path.startswith(prefix) and (found := self.at(path)) is not None:
                yield path, found


def actions(path: str, old: Resource | None, after: Registry) -> Iterator[Action]:
    """What a file's change from what it last validly was means; deployments apart, which take their history."""
    if is_control(path):
        yield Action("control.change", path)
    elif path.rpartition("/")[2] in DOCUMENTS:
        yield Action("docs.change", path)
    elif (kind := kind_at(path)) is not None:
        new = after.at(path)
        broken = path in after.tree and new is None
        if path.startswith("policies/"):
            yield Action("policy.change", path)
        elif broken:
            if kind.name in ("User", "Role"):
                yield Action(f"{_NOUNS[kind.name]}.update", path)
        elif new is None and old is not None:
            yield from _gone(kind.name, path, old)
        elif new is None and kind.name in ("User", "Role"):
            yield Action(f"{_NOUNS[kind.name]}.update", path)
        elif new is not None:
            yield from _stands(path, old, new)


def _gone(kind: str, path: str, old: Resource) -> Iterator[Action]:
    in_use = kind in ("ModelVersion", "UseCase") and _spec(old).status in _SETTLED
    yield Action(f"{_NOUNS[kind]}.{'undeploy' if kind == 'Deployment' else 'delete'}", path, legal=not in_use)
    if kind == "User" and _spec(old).roles:
        yield Action("role.revoke", path)


def _stands(path: str, old: Resource | None, new: Resource) -> Iterator[Action]:
    kind, noun = new.kind, _NOUNS[new.kind]
    if kind == "User":
        yield from _person(path, old, new)
    elif kind == "ModelVersion":
        yield from _by_state(path, old, new, _VERSION_STEPS)
    elif kind == "UseCase":
        yield from _by_state(path, old, new, _USE_CASE_STEPS)
    elif old is None:
        yield Action(f"{noun}.{_ARRIVES.get(kind, 'create')}", path)
        yield from _later(path, None, new)
    elif kind == "Role":
        changed = set(_spec(old).permissions) != set(_spec(new).permissions)
        yield Action("permission.change" if changed else "role.update", path)
    elif kind in _OWN:
        yield from _later(path, old, new)
        if _other(old, new, _OWN[kind][0]) or old == new:
            yield Action(f"{noun}.update", path)
    else:
        yield Action(f"{noun}.update", path)


_OWN = {"Incident": ("resolution", "incident.resolve"), "SlaViolation": ("acknowledged", "sla.acknowledge")}


def _later(path: str, old: Resource | None, new: Resource) -> Iterator[Action]:
    """What an incident or a violation comes to."""
    field, name = _OWN.get(new.kind, ("", ""))
    if field and getattr(_spec(new), field) != (getattr(_spec(old), field) if old else None):
        yield Action(name, path)


def _other(old: Resource, new: Resource, field: str) -> bool:
    """Whether anything but one field changed."""
    spec = _spec(old).model_copy(update={field: getattr(_spec(new), field)})
    return old.metadata != new.metadata or bool(spec != _spec(new))


def _person(path: str, old: Resource | None, new: Resource) -> Iterator[Action]:
    had, has = set(_spec(old).roles) if old else set(), set(_spec(new).roles)
    if old is None:
        yield Action("user.create", path)
    elif had == has or _other(old, new, "roles"):
        yield Action("user.update", path)
    if has - had:
        yield Action("role.assign", path)
    if had - has:
        yield Action("role.revoke", path)


def _by_state(
    path: str, old: Resource | None, new: Resource, steps: Mapping[tuple[str | None, str], str]
) -> Iterator[Action]:
    noun, was, now = _NOUNS[new.kind], _spec(old).status if old else None, _spec(new).status
    if (was, now) in steps:
        yield Action(steps[was, now], path)
    elif was != now:
        yield Action(next(name for (_, end), name in steps.items() if end == now), path, legal=False)
    if old is not None and {was, now} <= set(_SETTLED) and _parts(old) != _parts(new):
        yield Action(f"{noun}.approve", path)
    elif old is not None and (_other(old, new, "status") or old == new):
        yield Action(f"{noun}.update", path)


_SETTLED = ("approved", "deployed")


def _parts(resource: Resource | None) -> Any:
    """What was approved, of something that was."""
    assert resource is not None
    spec = _spec(resource)
    if resource.kind == "ModelVersion":
        return spec.artifact and spec.artifact.digest, spec.source
    return spec.impact, spec.models, spec.affected_systems, spec.input_schema, spec.output_schema


def _spec(resource: Resource) -> Any:
    return resource.spec
