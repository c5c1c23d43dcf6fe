"""UseCase: what models are used for, on whom, and with which versions."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govops.kinds.free_form import FreeKey, FreeMap, Measure
from govops.kinds.lists import Items, Unique
from govops.kinds.resource import Part, Reference, Resource, to_user
from govops.kinds.retirement import Retirement, to_successor
from govops.kinds.scalars import Name, PersonName, Text, Title
from govops.kinds.version_range import VersionRange
from govops.kinds.vocabulary import Level


class ApprovedModel(Part):
    """A model that the use case may use, in these versions."""

    model: Name = Field(description="The Model.")
    versions: VersionRange = Field(description="The approved versions: `>=1.0,<2`, `1.4.2` or `*`.")


class UseCaseSpec(Part):
    """What it is for, what it touches, and how far it has come."""

    title: Title = Field(description="The name that people use.")
    description: Text = Field(description="What is done with the models' answers.")
    owner: PersonName = Field(description="The User who answers for it.")
    impact: Level = Field(description="How much it matters to those it touches; policies match on it.")
    status: Literal["draft", "submitted", "approved", "deployed", "deprecated", "archived"] = Field(
        description="How far it has come."
    )
    models: Items[ApprovedModel] = Field(default=(), description="The models that it uses.")
    input_schema: FreeMap = Field(default_factory=dict, description="What goes in, best as JSON Schema.")
    output_schema: FreeMap = Field(default_factory=dict, description="What comes out, best as JSON Schema.")
    affected_systems: Unique[Title] = Field(default=(), description="Systems that act on the answers.")
    dependencies: Unique[Name] = Field(default=(), description="Other UseCases that this one needs.")
    metrics: dict[FreeKey, Measure] = Field(default_factory=dict, description="Measures of success.")
    review: Text | None = Field(
        default=None, description="What the latest review found. Another text approves the use case again."
    )
    related: Unique[Name] = Field(default=(), description="Other UseCases that this one resembles, and is meant to.")
    retirement: Retirement | None = Field(default=None, description="Needed once it is deprecated or archived.")


class UseCase(Resource):
    """A use of one or more models, approved as a whole."""

    kind: Literal["UseCase"] = Field(description="What the document describes.")
    spec: UseCaseSpec = Field(description="The use case.")

    @property
    def title(self) -> str:
        """The name that people use."""
        return self.spec.title

    @property
    def is_in_force(self) -> bool:
        """Whether it may be used."""
        return self.spec.status in ("approved", "deployed")

    @property
    def is_retired(self) -> bool:
        """Whether it is given up."""
        return self.spec.status in ("deprecated", "archived")

    @property
    def wording(self) -> str:
        """Title and description; what is given up is nobody's duplicate."""
        return "" if self.is_retired else f"{self.spec.title}\n{self.spec.description}"

    def references(self) -> tuple[Reference, ...]:
        """The owner, the models, the use cases that it depends on or resembles, and what takes its place."""
        models = (
            Reference(("spec", "models", place, "model"), "Model", item.model, binding=True)
            for place, item in enumerate(self.spec.models)
        )
        needs = (
            Reference(("spec", "dependencies", place), "UseCase", name, binding=False)
            for place, name in enumerate(self.spec.dependencies)
        )
        related = (
            Reference(("spec", "related", place), "UseCase", name, binding=False)
            for place, name in enumerate(self.spec.related)
        )
        return (
            to_user(self.spec.owner, "spec", "owner"),
            *models,
            *needs,
            *related,
            *to_successor(self.spec.retirement),
        )
