"""Rule: a check of the user's own, as a CEL expression over one resource."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govops.kinds.lists import Unique, UniqueNonEmpty
from govops.kinds.resource import Part, Resource
from govops.kinds.scalars import Expression, Instant, KindName, Text, Title
from govops.kinds.vocabulary import RuleSeverity


class RuleMatch(Part):
    """Which resources."""

    kinds: UniqueNonEmpty[KindName] = Field(description="The kinds that are checked.")


class RuleSpec(Part):
    """What must hold, and what is said when it does not."""

    description: Text = Field(description="What the rule is for.")
    match: RuleMatch = Field(description="Which resources are checked.")
    expression: Expression = Field(description="A CEL expression that must be true.")
    message: Title = Field(description="What is said when it is not: lower case, no full stop.")
    severity: RuleSeverity = Field(description="How much it matters.")
    controls: Unique[Title] = Field(default=(), description="The controls that it serves, such as `ISO 42001 A.6.2.4`.")
    effective_from: Instant | None = Field(default=None, description="Changes before it are not judged by this rule.")


class Rule(Resource):
    """A check of your own."""

    kind: Literal["Rule"] = Field(description="What the document describes.")
    spec: RuleSpec = Field(description="The rule.")
