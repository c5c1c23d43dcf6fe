"""Waiver: an approved, dated exception. What is waived is never hidden."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from govops.kinds.lists import UniqueNonEmpty
from govops.kinds.resource import Part, Reference, Resource, to_resource, to_user
from govops.kinds.scalars import Instant, PathGlob, PersonName, ResourceName, RuleId, Text

NOTICE = timedelta(days=30)  # before a waiver ends: enough to mend the cause, or to have it renewed by a review


class WaiverScope(Part):
    """What the exception is for."""

    resource: ResourceName | None = Field(default=None, description="One resource, as `Kind/name`.")
    path: PathGlob | None = Field(default=None, description="A path or a pattern of paths.")

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.resource is None and self.path is None:
            raise ValueError("give `resource` or `path`: a waiver for everything is none")
        return self


class WaiverSpec(Part):
    """Which rules are waived, where, why and until when."""

    rules: UniqueNonEmpty[RuleId] = Field(
        description="The rules that are waived: built-in ones by id, your own by name."
    )
    scope: WaiverScope = Field(description="What they are waived for; given both, both must hold.")
    reason: Text = Field(description="Why.")
    owner: PersonName = Field(description="The User who answers for it, and never approves it.")
    expires: Instant = Field(description="When it ends, by attested time; at most `limits.waiver_days` after it lands.")


class Waiver(Resource):
    """An exception with an end."""

    kind: Literal["Waiver"] = Field(description="What the document describes.")
    spec: WaiverSpec = Field(description="The exception.")

    def references(self) -> tuple[Reference, ...]:
        """The owner and the resource."""
        owner = to_user(self.spec.owner, "spec", "owner")
        if self.spec.scope.resource is None:
            return (owner,)
        return (to_resource(self.spec.scope.resource, "spec", "scope", "resource", binding=False), owner)
