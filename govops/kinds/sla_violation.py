"""SlaViolation: a promise that was not kept, and who has taken note."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from govops.kinds.attribution import Note
from govops.kinds.resource import Part, Reference, Resource, ResourceKey, to_user
from govops.kinds.scalars import Amount, Instant, Name
from govops.kinds.vocabulary import Metric


class Span(Part):
    """A stretch of time; the end is not part of it."""

    start: Instant = Field(description="The first instant.")
    end: Instant = Field(description="The first instant after it.")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"`end` ({self.end}) is not after `start` ({self.start})")
        return self


class SlaViolationSpec(Part):
    """What was promised and what was measured."""

    sla: Name = Field(description="The ServiceLevelAgreement; the folder has the same name.")
    objective: Metric = Field(description="The promise that was not kept.")
    window: Span = Field(description="When.")
    target: Amount = Field(description="What was promised.")
    actual: Amount = Field(description="What was measured.")
    acknowledged: Note | None = Field(default=None, description="Who has taken note, when, and what they say.")


class SlaViolation(Resource):
    """One window in which one objective was missed."""

    kind: Literal["SlaViolation"] = Field(description="What the document describes.")
    spec: SlaViolationSpec = Field(description="The violation.")

    @property
    def key(self) -> ResourceKey:
        """``SlaViolation/<sla>/<id>``."""
        return ResourceKey(self.kind, f"{self.spec.sla}/{self.metadata.name}")

    @property
    def title(self) -> str:
        """What was missed, and where it was promised."""
        return f"{self.spec.objective} of {self.spec.sla}"

    def references(self) -> tuple[Reference, ...]:
        """The agreement, and who acknowledged."""
        sla = Reference(("spec", "sla"), "ServiceLevelAgreement", self.spec.sla, binding=True)
        if self.spec.acknowledged is None:
            return (sla,)
        return (sla, to_user(self.spec.acknowledged.by, "spec", "acknowledged", "by"))
