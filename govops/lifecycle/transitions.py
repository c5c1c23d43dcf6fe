"""The legal steps between states, as data: (from, to) -> the action that the step means; None is absent."""

from __future__ import annotations

from collections.abc import Mapping

Transitions = Mapping[tuple[str | None, str], str]

MODEL_VERSION: Transitions = {
    (None, "registered"): "model.register",
    ("registered", "approved"): "model.approve",
    ("registered", "rejected"): "model.reject",
    ("registered", "deprecated"): "model.deprecate",
    ("approved", "rejected"): "model.reject",
    ("approved", "deprecated"): "model.deprecate",
    ("rejected", "registered"): "model.register",
    ("deprecated", "approved"): "model.approve",
}

USE_CASE: Transitions = {
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


def legal_next(transitions: Transitions, state: str | None) -> tuple[str, ...]:
    """The states that may follow ``state``, in the table's order."""
    return tuple(to for (start, to) in transitions if start == state)
