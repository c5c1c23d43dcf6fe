"""Rule: a check of the user's own, as a CEL expression over one resource or over all that stands."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from govops.kinds.lists import Unique, UniqueNonEmpty
from govops.kinds.resource import Part, Resource
from govops.kinds.scalars import Expression, Instant, KindName, Label, LabelKey, PathGlob, Text, Title
from govops.kinds.vocabulary import RuleSeverity


class RuleMatch(Part):
    """Which resources; what is left out matches everything."""

    kinds: UniqueNonEmpty[KindName] = Field(description="The kinds that are checked.")
    paths: Unique[PathGlob] = Field(default=(), description="Only these paths; `*` stays in a folder, `**` does not.")
    labels: dict[LabelKey, Label] = Field(
        default_factory=dict,
        description="Only resources with all of these labels.",
        json_schema_extra={"additionalProperties": False},
    )


class RuleSpec(Part):
    """What must hold, and what is said when it does not."""

    description: Text = Field(description="What the rule is for.")
    scope: Literal["resource", "snapshot"] = Field(
        default="resource",
        description="`resource`: asked of what a change touches. `snapshot`: must always hold of all that stands.",
    )
    match: RuleMatch | None = Field(
        default=None, description="Which resources; left out, the rule is about the registry as a whole."
    )
    expression: Expression = Field(description="A CEL expression that must be true.")
    message: Title = Field(
        description="What is said when it is not: lower case, no full stop, with `{spec.owner}` where a value goes."
    )
    hint: Title | None = Field(default=None, description="What to do then.")
    severity: RuleSeverity = Field(description="How much it matters; `info` only warns.")
    controls: Unique[Title] = Field(default=(), description="The controls that it serves, such as `ISO 42001 A.6.2.4`.")
    effective_from: Instant | None = Field(default=None, description="Changes before it are not judged by this rule.")
    until: Instant | None = Field(default=None, description="Changes from then on are not judged by this rule.")

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.match is None and self.scope == "resource":
            raise ValueError("a rule without `match` is about the registry as a whole, which takes `scope: snapshot`")
        if self.effective_from and self.until and self.until <= self.effective_from:
            raise ValueError("`until` is not after `effective_from`, so the rule is never in force")
        return self


class Rule(Resource):
    """A check of your own."""

    kind: Literal["Rule"] = Field(description="What the document describes.")
    spec: RuleSpec = Field(description="The rule.")
