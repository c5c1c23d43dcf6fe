"""PolicyTest: an imagined change with its approvals, and the verdict that it must get."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govops.kinds.lists import Items, Unique
from govops.kinds.resource import Part, Resource
from govops.kinds.scalars import ActionName, Instant, PersonName, RepositoryPath, ResourceName, RuleId, Text
from govops.kinds.vocabulary import Environment, EvidenceType, Level


class TestedChange(Part):
    """The change that is imagined."""

    action: ActionName = Field(description="What it does, such as `model.approve`.")
    resource: ResourceName = Field(description="To what, as `Kind/name`.")
    author: PersonName = Field(description="Who proposes it.")
    contributors: Unique[PersonName] = Field(default=(), description="Who else worked on it.")
    merger: PersonName | None = Field(default=None, description="Who lands it.")
    at: Instant | None = Field(default=None, description="When it lands.")
    path: RepositoryPath | None = Field(default=None, description="Its path, where the resource does not say.")
    environment: Environment | None = Field(default=None, description="The environment of a deployment.")
    risk_tier: Level | None = Field(default=None, description="The risk tier of the model.")
    impact: Level | None = Field(default=None, description="The impact of the use case.")


class TestedApproval(Part):
    """An approval or rejection that is imagined."""

    person: PersonName = Field(description="Who gives it.")
    decision: Literal["approve", "reject"] = Field(default="approve", description="What they decide.")
    evidence: EvidenceType = Field(default="receipt", description="What proves it.")
    at: Instant | None = Field(default=None, description="When they give it.")


class Expected(Part):
    """The verdict."""

    status: Literal["pass", "fail", "unverifiable"] = Field(description="How it ends.")
    rules: Unique[RuleId] = Field(default=(), description="Rules that must report something.")


class PolicyTestSpec(Part):
    """If this change had these approvals, the verdict would be that."""

    description: Text | None = Field(default=None, description="What the test shows.")
    change: TestedChange = Field(description="The change.")
    approvals: Items[TestedApproval] = Field(default=(), description="Its approvals, in the order given.")
    expect: Expected = Field(description="The verdict that it must get.")


class PolicyTest(Resource):
    """A test of the policies beside it."""

    kind: Literal["PolicyTest"] = Field(description="What the document describes.")
    spec: PolicyTestSpec = Field(description="The test.")
