"""The names of minor edits: an update that no approval policy calls material is called so."""

from __future__ import annotations

_UPDATE, _MINOR = ".update", ".update_minor"


def can_be_minor(action: str) -> bool:
    """Whether actions of this name are plain edits, and no steps from one state to another."""
    return action.endswith(_UPDATE)


def is_minor(action: str) -> bool:
    """Whether this is what a minor edit is called."""
    return action.endswith(_MINOR)


def minor(action: str) -> str:
    """What an edit is called when it is a minor one: ``model.update_minor``; other actions stay as they are."""
    return action.removesuffix(_UPDATE) + _MINOR if can_be_minor(action) else action


def whole(action: str) -> str:
    """What it would be called otherwise: ``model.update``; other actions stay as they are."""
    return action.removesuffix(_MINOR) + _UPDATE if is_minor(action) else action
