"""Which fields of a resource an action gives another content."""

from __future__ import annotations

from pydantic import BaseModel

from govops.kinds.deployment import Deployment
from govops.lifecycle.actions import Action


def changed_fields(action: Action) -> tuple[str, ...] | None:
    """The parts of ``spec`` that differ, by their YAML names, in the order of the kind; None: all, a side is absent.

    What cannot be told of a kind of the user's own is all of it, too.
    """
    old, new = (getattr(side, "spec", None) for side in (action.old, action.new))
    if not isinstance(old, BaseModel) or not isinstance(new, BaseModel) or type(old) is not type(new):
        return None
    fields = type(new).model_fields
    return tuple(field.alias or name for name, field in fields.items() if getattr(old, name) != getattr(new, name))


def version_named(action: Action) -> str:
    """The version that a Deployment names after the action, or named if it went; empty for other kinds."""
    side = action.new or action.old
    return side.spec.version if isinstance(side, Deployment) else ""
