"""Incident: something went wrong with a resource, and what became of it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from govops.kinds.attribution import Attribution, Note
from govops.kinds.resource import Part, Reference, Resource, to_resource, to_user
from govops.kinds.scalars import Count, ResourceName, Text, Title
from govops.kinds.vocabulary import IncidentSeverity

Category = Literal["performance", "safety", "security", "reliability", "compliance", "other"]


class IncidentSpec(Part):
    """What happened, to what, and how it ended."""

    category: Category | None = Field(default=None, description="What sort of harm; reports say when it is not given.")
    severity: IncidentSeverity = Field(description="How bad it is.")
    title: Title = Field(description="What happened, in a line.")
    description: Text = Field(description="What happened.")
    resource: ResourceName = Field(description="What it happened to, as `Kind/name`.")
    affected_count: Count = Field(description="How many people or records it touched; 0 if none.")
    reported: Attribution = Field(description="Who reported it, and when.")
    resolution: Note | None = Field(default=None, description="Who ended it, when, and how.")

    @model_validator(mode="after")
    def _reported_before_resolved(self) -> Self:
        if self.resolution and self.resolution.at < self.reported.at:
            raise ValueError(f"resolved at {self.resolution.at}, before it was reported at {self.reported.at}")
        return self


class Incident(Resource):
    """Something that went wrong. It takes effect when it is recorded: reports never wait for approval."""

    kind: Literal["Incident"] = Field(description="What the document describes.")
    spec: IncidentSpec = Field(description="The incident.")

    @property
    def title(self) -> str:
        """What happened, in a line."""
        return self.spec.title

    def references(self) -> tuple[Reference, ...]:
        """What it happened to, who reported it and who ended it."""
        found = [
            to_resource(self.spec.resource, "spec", "resource", binding=False),
            to_user(self.spec.reported.by, "spec", "reported", "by"),
        ]
        if self.spec.resolution:
            found.append(to_user(self.spec.resolution.by, "spec", "resolution", "by"))
        return tuple(found)
