"""Model: an AI model that the company is answerable for."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govops.kinds.lists import Items
from govops.kinds.resource import Part, Reference, Resource, to_user
from govops.kinds.scalars import PersonName, SecureUrl, Text, Title
from govops.kinds.vocabulary import Level


class Link(Part):
    """A document elsewhere."""

    title: Title = Field(description="What the document is.")
    url: SecureUrl = Field(description="Its https address.")


class ModelSpec(Part):
    """What a model is, for whom, and how much is at stake."""

    title: Title = Field(description="The name that people use.")
    purpose: Text = Field(description="What the model does.")
    owner: PersonName = Field(description="The User who answers for it.")
    risk_tier: Level = Field(description="How much harm a wrong answer can do; policies match on it.")
    intended_use: Text = Field(description="What it may be used for.")
    out_of_scope_use: Items[Text] = Field(default=(), description="What it must not be used for.")
    license: Title | None = Field(default=None, description="The licence, best as an SPDX expression.")
    review: Text | None = Field(
        default=None, description="What the latest review found. Another text approves the model again."
    )
    links: Items[Link] = Field(default=(), description="Model cards, papers and other documents.")


class Model(Resource):
    """An AI model. What was built of it are its ModelVersions."""

    kind: Literal["Model"] = Field(description="What the document describes.")
    spec: ModelSpec = Field(description="The model.")

    @property
    def title(self) -> str:
        """The name that people use."""
        return self.spec.title

    @property
    def wording(self) -> str:
        """Title and purpose."""
        return f"{self.spec.title}\n{self.spec.purpose}"

    def references(self) -> tuple[Reference, ...]:
        """The owner."""
        return (to_user(self.spec.owner, "spec", "owner"),)
