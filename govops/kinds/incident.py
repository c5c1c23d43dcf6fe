"""Incident: something went wrong with a resource, and what became of it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from govops.kinds.attribution import Attribution, Note
from govops.kinds.incident_words import Category
from govops.kinds.lists import Items, Unique
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Reference, Resource, to_resource, to_user
from govops.kinds.scalars import ClockName, Count, ResourceName, Text, Title
from govops.kinds.vocabulary import IncidentSeverity, NotificationStage

__all__ = ["Category", "Incident", "IncidentSpec", "Notification"]


class Notification(Attribution):
    """An authority was told. What counts is when the change that says so landed; `at` is shown beside it."""

    clock: ClockName = Field(description="For which clock of a Framework: `eu-ai-act/serious-incident`.")
    stage: NotificationStage = Field(description="The first report, which may be incomplete, or the final one.")
    authority: Title = Field(description="Who was told.")
    reference: Title | None = Field(default=None, description="Under which number they file it.")


class IncidentSpec(Part):
    """What happened, to what, and how it ended."""

    category: Category | None = Field(
        default=None, description="What sort of harm. Left out, it is derived from the words, and shown as derived."
    )
    severity: IncidentSeverity = Field(description="How bad it is.")
    title: Title = Field(description="What happened, in a line.")
    description: Text = Field(description="What happened.")
    resource: ResourceName = Field(description="What it happened to, as `Kind/name`.")
    related: Unique[ResourceName] = Field(
        default=(), description="What else it touches: models, versions, use cases, agreements, as `Kind/name`."
    )
    affected_count: Count = Field(description="How many people or records it touched; 0 if none.")
    reported: Attribution = Field(description="Who reported it, and when.")
    responded: Attribution | None = Field(default=None, description="Who first took it up, and when.")
    resolution: Note | None = Field(default=None, description="Who ended it, when, and how.")
    notifications: Items[Notification] = Field(default=(), description="Which authorities were told of it.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.resolution and self.resolution.at < self.reported.at:
            raise ValueError(f"resolved at {self.resolution.at}, before it was reported at {self.reported.at}")
        if self.responded and self.responded.at < self.reported.at:
            raise ValueError(f"answered at {self.responded.at}, before it was reported at {self.reported.at}")
        if self.resource in self.related:
            raise ValueError(f"{quoted(self.resource)} is the resource itself; leave it out of `related`")
        told = [(one.clock, one.stage) for one in self.notifications]
        for clock, stage in told:
            if told.count((clock, stage)) > 1:
                raise ValueError(f"the {stage} report for {quoted(clock)} stands there twice")
        return self

    @property
    def named(self) -> tuple[str, ...]:
        """All that it is about, as ``Kind/name``."""
        return (self.resource, *self.related)


class Incident(Resource):
    """Something that went wrong. It takes effect when it is recorded: reports never wait for approval."""

    kind: Literal["Incident"] = Field(description="What the document describes.")
    spec: IncidentSpec = Field(description="The incident.")

    @property
    def title(self) -> str:
        """What happened, in a line."""
        return self.spec.title

    def references(self) -> tuple[Reference, ...]:
        """What it happened to and touches, and the people who reported it, took it up, ended it and told of it."""
        spec = self.spec
        about = [to_resource(spec.resource, "spec", "resource", binding=False)]
        about += [to_resource(name, "spec", "related", at, binding=False) for at, name in enumerate(spec.related)]
        people = [to_user(spec.reported.by, "spec", "reported", "by")]
        people += [to_user(spec.responded.by, "spec", "responded", "by")] if spec.responded else []
        people += [to_user(spec.resolution.by, "spec", "resolution", "by")] if spec.resolution else []
        people += [to_user(one.by, "spec", "notifications", at, "by") for at, one in enumerate(spec.notifications)]
        return (*about, *people)
