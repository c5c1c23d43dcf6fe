"""EscalationRule: who is told of an open violation or incident, and after how long."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import Field, field_validator

from govops.kinds.lists import NonEmpty, Unique, UniqueNonEmpty
from govops.kinds.resource import Part, Resource
from govops.kinds.scalars import Title
from govops.kinds.vocabulary import IncidentSeverity


class AppliesTo(Part):
    """What is escalated."""

    kinds: UniqueNonEmpty[Literal["SlaViolation", "Incident"]] = Field(description="Violations, incidents or both.")
    severities: Unique[IncidentSeverity] = Field(default=(), description="Only incidents of these severities.")


class EscalationStep(Part):
    """One step."""

    after_minutes: int = Field(ge=0, le=525_600, description="Minutes after the report.")
    notify: UniqueNonEmpty[Title] = Field(description="Who is told: a User, a Role, an address or a channel.")


class EscalationRuleSpec(Part):
    """What is escalated, and how."""

    applies_to: AppliesTo = Field(description="What is escalated.")
    steps: NonEmpty[EscalationStep] = Field(description="The steps, the earliest first.")

    @field_validator("steps")
    @classmethod
    def _in_order(cls, steps: tuple[EscalationStep, ...]) -> tuple[EscalationStep, ...]:
        times = [step.after_minutes for step in steps]
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("the steps are not in the order of `after_minutes`")
        return steps


class EscalationRule(Resource):
    """Who is told of an open violation or incident."""

    kind: Literal["EscalationRule"] = Field(description="What the document describes.")
    spec: EscalationRuleSpec = Field(description="The rule.")
