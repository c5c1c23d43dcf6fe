"""Framework: the clauses of a standard or law, and the rules that serve each."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from govops.kinds.lists import NonEmpty, Unique
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Reference, Resource
from govops.kinds.scalars import Day, Label, Name, RuleId, Text, Title


class Clause(Part):
    """One requirement of the framework."""

    id: Title = Field(description="Its number in the framework, such as `A.6.2.4`.")
    summary: Text = Field(description="What it asks, in your own words.")
    rules: Unique[RuleId] = Field(default=(), description="The rules that serve it, built-in or your own.")


class FrameworkSpec(Part):
    """One edition of a standard or law."""

    title: Title = Field(description="Its name.")
    version: Label = Field(min_length=1, description="Its edition, as a text.")
    published: Day | None = Field(default=None, description="The day of its publication.")
    superseded_by: Name | None = Field(default=None, description="The Framework that replaces it.")
    clauses: NonEmpty[Clause] = Field(description="Its requirements.")

    @field_validator("clauses")
    @classmethod
    def _each_once(cls, clauses: tuple[Clause, ...]) -> tuple[Clause, ...]:
        seen: set[str] = set()
        for clause in clauses:
            if clause.id in seen:
                raise ValueError(f"clause {quoted(clause.id)} stands there twice")
            seen.add(clause.id)
        return clauses


class Framework(Resource):
    """One edition of a standard or law, clause by clause."""

    kind: Literal["Framework"] = Field(description="What the document describes.")
    spec: FrameworkSpec = Field(description="The framework.")

    @property
    def title(self) -> str:
        """Its name and edition."""
        return f"{self.spec.title} {self.spec.version}"

    def references(self) -> tuple[Reference, ...]:
        """The framework that replaces it."""
        if self.spec.superseded_by is None:
            return ()
        return (Reference(("spec", "superseded_by"), "Framework", self.spec.superseded_by, binding=False),)
