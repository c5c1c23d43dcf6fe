"""SlaViolation: a promise that was not kept, and who has taken note."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govops.kinds.attribution import Note
from govops.kinds.resource import Part, Reference, Resource, ResourceKey, to_user
from govops.kinds.scalars import Amount, Name
from govops.kinds.span import Span
from govops.kinds.vocabulary import Metric


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
