"""Which fields of a resource an action gives another content."""

from __future__ import annotations

from pydantic import BaseModel

from govops.lifecycle.actions import Action


def changed_fields(action: Action) -> tuple[str, ...]:
    """The parts of ``spec`` that differ, by their YAML names, in the order of the kind; none where a side is absent."""
    old, new = (getattr(side, "spec", None) for side in (action.old, action.new))
    if not isinstance(old, BaseModel) or not isinstance(new, BaseModel) or type(old) is not type(new):
        return ()
    fields = type(new).model_fields
    return tuple(field.alias or name for name, field in fields.items() if getattr(old, name) != getattr(new, name))
