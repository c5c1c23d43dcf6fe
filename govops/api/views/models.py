"""Models and their versions."""

from __future__ import annotations

from govops.api.calls import Call
from govops.app.facades import ModelRegistry
from govops.app.governance import Document, Page, Submitted


def register_model(models: ModelRegistry, call: Call) -> Submitted:
    """Register a model, a version of one, or both."""
    return models.register(call.actor, call.body, key=call.key)


def list_models(models: ModelRegistry, call: Call) -> Page:
    """List the models."""
    return models.list(call.query)


def get_model(models: ModelRegistry, call: Call) -> Document:
    """Show a model."""
    return models.model(call["model"], as_of=call.query.as_of)


def list_versions(models: ModelRegistry, call: Call) -> Page:
    """List the versions of a model."""
    return models.versions(call["model"], call.query)


def get_version(models: ModelRegistry, call: Call) -> Document:
    """Show a version and its derived status."""
    return models.version(call["model"], call["version"], as_of=call.query.as_of)


def list_version_history(models: ModelRegistry, call: Call) -> Page:
    """Tell what happened to a version, oldest first."""
    return models.history(call["model"], call["version"], call.query)


def approve_version(models: ModelRegistry, call: Call) -> Submitted:
    """Approve a version.

    The open proposal that concerns the version gets the approval; where none is open, its approval is proposed, and
    somebody else has to approve that.
    """
    return models.approve(call.actor, call["model"], call["version"], call.body, **call.step)


def reject_version(models: ModelRegistry, call: Call) -> Submitted:
    """Reject a version.

    The open proposal that concerns the version is rejected; where none is open, its rejection is proposed.
    """
    return models.reject(call.actor, call["model"], call["version"], call.body, **call.step)


def deploy_version(models: ModelRegistry, call: Call) -> Submitted:
    """Deploy a version to an environment."""
    return models.deploy(call.actor, call["model"], call["version"], call.body, **call.step)


def roll_back_version(models: ModelRegistry, call: Call) -> Submitted:
    """Take a version out again, so that the one before it comes back."""
    return models.rollback(call.actor, call["model"], call["version"], call.body, **call.step)


def deprecate_version(models: ModelRegistry, call: Call) -> Submitted:
    """Give a version up."""
    return models.deprecate(call.actor, call["model"], call["version"], call.body, **call.step)


def measure_version(models: ModelRegistry, call: Call) -> Submitted:
    """Write down what was measured of a version."""
    return models.metrics(call.actor, call["model"], call["version"], call.body, **call.step)
