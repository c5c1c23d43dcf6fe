"""Framework: the clauses of a standard or law, when they applied, and what serves each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, model_validator

from govops.kinds.incident_words import Category
from govops.kinds.lists import Items, NonEmpty, Unique
from govops.kinds.permissions import PermissionName
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Reference, Resource
from govops.kinds.scalars import Day, Duration, Label, LabelKey, Name, RuleId, Text, Title, duration_seconds
from govops.kinds.vocabulary import IncidentSeverity, ReportSection


class Clause(Part):
    """One requirement of the framework."""

    id: Title = Field(description="Its number in the framework, such as `A.6.2.4`.")
    summary: Text = Field(description="What it asks, in your own words.")
    in_force_from: Day | None = Field(default=None, description="As of the framework, where this clause differs.")
    in_force_until: Day | None = Field(default=None, description="As of the framework, where this clause differs.")
    rules: Unique[RuleId] = Field(
        default=(), description="The rules that serve it: built-in ones by id, your own by name."
    )
    permissions: Unique[PermissionName] = Field(
        default=(), description="The permissions that have to be in somebody's hands for it."
    )
    sections: Unique[ReportSection] = Field(default=(), description="The sections of the report that answer it.")
    not_applicable: Text | None = Field(
        default=None, description="Why it does not concern you. Then it names no rules, permissions or sections."
    )
    would_show: Text | None = Field(default=None, description="What else it takes to show it, where these do not.")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.not_applicable is not None and (self.rules or self.permissions or self.sections):
            raise ValueError(f"clause {quoted(self.id)} is not applicable, yet something serves it; leave one out")
        _ordered(self.in_force_from, self.in_force_until)
        return self


class Concerned(Part):
    """Which incidents a clock runs for: those that are all of what is given."""

    categories: Unique[Category] = Field(default=(), description="Of one of these categories, given or derived.")
    severities: Unique[IncidentSeverity] = Field(default=(), description="Of one of these severities.")
    labels: dict[LabelKey, Label] = Field(default_factory=dict, description="With these labels, each of them.")

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not (self.categories or self.severities or self.labels):
            raise ValueError("give `categories`, `severities` or `labels`: not every incident is meant")
        return self


class Clock(Part):
    """A time within which an authority has to hear of an incident."""

    id: Name = Field(description="Its name, unique in the framework.")
    title: Title = Field(description="What has to be told, in your own words.")
    clause: Title = Field(description="The clause that asks for it, by its id.")
    incidents: Concerned = Field(description="Which incidents it runs for.")
    start: Literal["reported"] = Field(
        default="reported",
        description="From when on: the attested time of the report, the first that proves awareness.",
    )
    initial: Duration | None = Field(default=None, description="Until the first report, which may be incomplete.")
    final: Duration | None = Field(default=None, description="Until the complete report.")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.initial is None and self.final is None:
            raise ValueError("give `initial`, `final` or both: nothing is due otherwise")
        if self.initial and self.final and duration_seconds(self.final) < duration_seconds(self.initial):
            raise ValueError("`final` is due before `initial`")
        return self


class FrameworkSpec(Part):
    """One edition of a standard or law."""

    title: Title = Field(description="Its name.")
    version: Label = Field(min_length=1, description="Its edition, as a text.")
    scope: Text | None = Field(default=None, description="Whom and what it concerns, in your own words.")
    published: Day | None = Field(default=None, description="The day of its publication.")
    in_force_from: Day | None = Field(
        default=None, description="The first day on which you measure by it (UTC). Left out: as long as it stands here."
    )
    in_force_until: Day | None = Field(
        default=None, description="The first day on which you no longer do (UTC). What was decided before stays judged."
    )
    superseded_by: Name | None = Field(default=None, description="The Framework that replaces it.")
    clauses: NonEmpty[Clause] = Field(description="Its requirements.")
    clocks: Items[Clock] = Field(default=(), description="Within what time authorities have to hear of incidents.")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        seen: set[str] = set()
        for clause in self.clauses:
            if clause.id in seen:
                raise ValueError(f"clause {quoted(clause.id)} stands there twice")
            seen.add(clause.id)
        for clock in self.clocks:
            if clock.clause not in seen:
                raise ValueError(f"clock {quoted(clock.id)} names clause {quoted(clock.clause)}, which is not there")
            if [other.id for other in self.clocks].count(clock.id) > 1:
                raise ValueError(f"clock {quoted(clock.id)} stands there twice")
        _ordered(self.in_force_from, self.in_force_until)
        return self

    def days(self, clause: Clause) -> tuple[str | None, str | None]:
        """The first day on which a clause counts, and the first on which it no longer does; None for no such day."""
        return clause.in_force_from or self.in_force_from, clause.in_force_until or self.in_force_until

    def window(self, clause: Clause) -> tuple[str | None, str | None]:
        """The same as instants."""
        begin, end = (f"{day}T00:00:00Z" if day else None for day in self.days(clause))
        return begin, end


class Framework(Resource):
    """One edition of a standard or law, clause by clause."""

    kind: Literal["Framework"] = Field(description="What the document describes.")
    spec: FrameworkSpec = Field(description="The framework.")

    @property
    def title(self) -> str:
        """Its name and edition."""
        return f"{self.spec.title} {self.spec.version}"

    def references(self) -> tuple[Reference, ...]:
        """The framework that replaces it, and every rule; the built-in ones stand in no file."""
        return tuple(self._references())

    def _references(self) -> Iterator[Reference]:
        if self.spec.superseded_by is not None:
            yield Reference(("spec", "superseded_by"), "Framework", self.spec.superseded_by, binding=False)
        for at, clause in enumerate(self.spec.clauses):
            for place, rule in enumerate(clause.rules):
                yield Reference(("spec", "clauses", at, "rules", place), "Rule", rule, binding=False)


def _ordered(begin: str | None, end: str | None) -> None:
    if begin and end and end <= begin:
        raise ValueError("`in_force_until` is not after `in_force_from`, so it never counts")
