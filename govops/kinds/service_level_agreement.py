"""ServiceLevelAgreement: what was promised of a resource, and where it is measured."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from govops.kinds.lists import Items, NonEmpty
from govops.kinds.measurement_source import MeasurementSource
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Reference, Resource, to_resource
from govops.kinds.scalars import Amount, Minutes, Percent, ResourceName, Text, TimeZone
from govops.kinds.span import Span
from govops.kinds.vocabulary import Metric


class Objective(Part):
    """One promise."""

    metric: Metric = Field(description="What is measured.")
    target: Amount = Field(description="At most so many milliseconds or percent; for availability at least.")

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if self.metric.endswith("_percent") and self.target > 100:
            raise ValueError(f"{self.target:g} is more than 100 percent")
        return self


class Window(Part):
    """The time over which a promise is judged."""

    kind: Literal["rolling", "calendar"] = Field(description="The last days, or a month, week or day of the calendar.")
    days: int | None = Field(default=None, ge=1, le=366, description="How many days, for `rolling`.")
    period: Literal["month", "week", "day"] | None = Field(default=None, description="Which period, for `calendar`.")
    timezone: TimeZone | None = Field(default=None, description="Whose calendar, for `calendar`; UTC when left out.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if self.kind == "rolling" and (self.days is None or self.period or self.timezone):
            raise ValueError("a `rolling` window has `days`, and neither `period` nor `timezone`")
        if self.kind == "calendar" and (self.period is None or self.days is not None):
            raise ValueError("a `calendar` window has `period` and no `days`")
        return self


class Maintenance(Span):
    """A stretch of time in which the promises rest. It counts from the change on that adds it, never before."""

    reason: Text = Field(description="What is done in it.")


class ServiceLevelAgreementSpec(Part):
    """What was promised."""

    resource: ResourceName = Field(description="What the promise is about, as `Kind/name`.")
    objectives: NonEmpty[Objective] = Field(description="The promises, one for each metric.")
    window: Window = Field(description="The time over which they are judged.")
    at_risk: Percent = Field(description="Percent of the error budget that may be used before it counts as at risk.")
    incident_response_minutes: Minutes | None = Field(default=None, description="Time to the first answer.")
    incident_resolution_minutes: Minutes | None = Field(default=None, description="Time to the end of an incident.")
    source: MeasurementSource = Field(description="Where the measurements come from.")
    maintenance: Items[Maintenance] = Field(default=(), description="When the promises rest.")

    @model_validator(mode="after")
    def _one_promise_each(self) -> Self:
        metrics = [objective.metric for objective in self.objectives]
        for metric in metrics:
            if metrics.count(metric) > 1:
                raise ValueError(f"{quoted(metric)} has two objectives")
        return self


class ServiceLevelAgreement(Resource):
    """Promises about the service of a model, deployment or use case."""

    kind: Literal["ServiceLevelAgreement"] = Field(description="What the document describes.")
    spec: ServiceLevelAgreementSpec = Field(description="The agreement.")

    def references(self) -> tuple[Reference, ...]:
        """What the promise is about."""
        return (to_resource(self.spec.resource, "spec", "resource", binding=True),)
