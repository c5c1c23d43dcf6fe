"""What may be written in YAML: every built-in kind, where it stands, and how a path tells the kind."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, cast

from govops.kinds.paths import PATTERNS, claim, may_stand
from govops.kinds.resource import API_VERSION, Metadata, Reference, Resource, ResourceKey, path_of_key, split_key

__all__ = [
    "API_VERSION",
    "KINDS",
    "Kind",
    "Metadata",
    "Reference",
    "Resource",
    "ResourceKey",
    "json_schema",
    "key_at",
    "kind_at",
    "kind_named",
    "may_stand",
    "path_of",
    "path_of_key",
    "split_key",
]


@dataclass(frozen=True, slots=True)
class Kind:
    """A built-in kind.

    ``module`` defines its model, which is imported when first asked for: all twenty take longer to load
    than one file takes to validate.
    """

    name: str
    module: str

    @property
    def pattern(self) -> str:
        """Its path, with the variable parts in braces."""
        return PATTERNS[self.name]

    @property
    def model(self) -> type[Resource]:
        """The Pydantic model of its documents."""
        return _model(self)


KINDS: tuple[Kind, ...] = (
    Kind("Model", "model"),
    Kind("ModelVersion", "model_version"),
    Kind("Deployment", "deployment"),
    Kind("UseCase", "use_case"),
    Kind("User", "user"),
    Kind("Role", "role"),
    Kind("ServiceLevelAgreement", "service_level_agreement"),
    Kind("SlaViolation", "sla_violation"),
    Kind("Incident", "incident"),
    Kind("Settings", "settings"),
    Kind("ApprovalPolicy", "approval_policy"),
    Kind("SegregationOfDuties", "segregation_of_duties"),
    Kind("Rule", "rule"),
    Kind("Waiver", "waiver"),
    Kind("Ratification", "ratification"),
    Kind("Delegation", "delegation"),
    Kind("PolicyTest", "policy_test"),
    Kind("Framework", "framework"),
    Kind("EscalationRule", "escalation_rule"),
    Kind("KindDefinition", "kind_definition"),
)
_BY_NAME = {kind.name: kind for kind in KINDS}
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def kind_named(name: str) -> Kind | None:
    """The built-in kind of that name; ``None`` if there is none."""
    return _BY_NAME.get(name)


def kind_at(path: str) -> Kind | None:
    """The built-in kind that claims a path, from the path's shape alone; ``None`` if none does."""
    claimed = claim(path)
    return None if claimed is None else _BY_NAME[claimed[0]]


def key_at(path: str) -> ResourceKey | None:
    """The key of the resource that stands at a path, without reading it; ``None`` where none can.

    Settings have one path and a name of their own, so theirs is not told either.
    """
    claimed = claim(path)
    if claimed is None or not claimed[1]:
        return None
    return ResourceKey(claimed[0], "/".join(claimed[1]))


def path_of(resource: Resource) -> str:
    """The one path where the resource must stand."""
    path = path_of_key(resource.key)
    assert path is not None  # noqa: S101  a valid resource of a built-in kind has all parts of its path
    return path


def json_schema(kind: Kind) -> dict[str, Any]:
    """JSON Schema (2020-12) of the kind's YAML, for editors and for other languages.

    It says what a schema can say; rules between fields are checked by govops alone.
    """
    schema = kind.model.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": _DIALECT, "$id": f"govops/v1/{kind.name}.schema.json", **schema}


@cache
def _model(kind: Kind) -> type[Resource]:
    return cast("type[Resource]", getattr(import_module(f"govops.kinds.{kind.module}"), kind.name))
