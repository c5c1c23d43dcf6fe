"""How much what a change touches matters: the risk tiers of models and the impacts of use cases."""

from __future__ import annotations

from collections.abc import Iterator

from govops.decision import ChangeFacts
from govops.kinds.deployment import Deployment
from govops.kinds.model import Model
from govops.kinds.model_version import ModelVersion
from govops.kinds.use_case import UseCase
from govops.kinds.vocabulary import Level

LEVELS: tuple[Level, ...] = ("low", "medium", "high", "critical")


def level_of(facts: ChangeFacts) -> str:
    """The highest level of what the change concerns, before it or after it; empty where nothing has one.

    The registry may have moved past the change: what the change itself does to a model stands among its actions.
    """
    return max(_levels(facts), key=LEVELS.index, default="")


def _levels(facts: ChangeFacts) -> Iterator[Level]:
    for action in facts.actions:
        for side in (action.old, action.new):
            if isinstance(side, ModelVersion | Deployment):
                yield from _of(facts.before.find("Model", side.metadata.name))
            else:
                yield from _of(side)


def _of(resource: object) -> Iterator[Level]:
    if isinstance(resource, Model):
        yield resource.spec.risk_tier
    elif isinstance(resource, UseCase):
        yield resource.spec.impact
