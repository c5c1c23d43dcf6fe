"""Resources that stand nowhere: all that a policy can select by, and words that mean nothing in all other fields."""

from __future__ import annotations

from typing import Any

from govops.kinds import Resource, ResourceKey, kind_named
from govops.kinds.policy_test import whole

_WORD = "imagined"
_DIGEST = f"sha256:{'0' * 64}"
_MODEL = {"title": _WORD, "purpose": _WORD, "owner": _WORD, "intended_use": _WORD}
_VERSION = {
    "description": _WORD,
    "status": "registered",
    "source": {"repository": _WORD, "commit": "0000000"},
    "training_data": {"digest": _DIGEST, "description": _WORD},
    "artifact": {"uri": "imagined:nowhere", "digest": _DIGEST, "size_bytes": 0},
}
_USE_CASE = {"title": _WORD, "description": _WORD, "owner": _WORD, "status": "draft"}


def placeholder(key: ResourceKey, *, risk_tier: str | None = None, impact: str | None = None) -> Resource | None:
    """A resource of that name; None for a Model without a tier, a UseCase without an impact, and for other kinds."""
    spec: dict[str, Any] | None = None
    match key.kind:
        case "Model" if risk_tier:
            spec = _MODEL | {"risk_tier": risk_tier}
        case "ModelVersion":
            spec = _VERSION
        case "Deployment":
            spec = {"environment": key.name.partition("/")[0], "version": "0", "deployment_id": _WORD}
        case "UseCase" if impact:
            spec = _USE_CASE | {"impact": impact}
    kind = kind_named(key.kind)
    return None if spec is None or kind is None else kind.model.model_validate(whole({"spec": spec}, key))
