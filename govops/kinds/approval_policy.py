"""ApprovalPolicy: which changes need whose approval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, Self

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, field_validator, model_validator
from pydantic_core import CoreSchema, core_schema

from govops.kinds.lists import NonEmpty, Unique, UniqueNonEmpty
from govops.kinds.permissions import PermissionName
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Reference, Resource, to_role
from govops.kinds.scalars import (
    ActionGlob,
    Duration,
    Expression,
    Instant,
    KindName,
    PathGlob,
    RoleName,
    Text,
    duration_seconds,
)
from govops.kinds.vocabulary import Contribution, Environment, EvidenceType, Level

NEVER_WAITS = "incident.report"
_ALWAYS_EXCLUDED = ("opener", "author", "co-author")


class Match(Part):
    """Which changes; what is left out matches everything."""

    actions: UniqueNonEmpty[ActionGlob] = Field(description="Actions or patterns: `model.approve`, `model.*`, `*`.")
    kinds: Unique[KindName] = Field(default=(), description="Only these kinds.")
    environments: Unique[Environment] = Field(default=(), description="Only deployments to these environments.")
    risk_tiers: Unique[Level] = Field(default=(), description="Only models of these risk tiers.")
    impacts: Unique[Level] = Field(default=(), description="Only use cases of these impacts.")
    paths: Unique[PathGlob] = Field(default=(), description="Only these paths; `*` stays in a folder, `**` does not.")
    condition: Expression | None = Field(default=None, description="A CEL expression that must hold.")


class Holder(Part):
    """Somebody who holds a role or has a permission."""

    role: RoleName | None = Field(default=None, description="The Role to be held.")
    permission: PermissionName | None = Field(default=None, description="Or the permission to be had, by any role.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.role is None) == (self.permission is None):
            raise ValueError("give exactly one of `role` and `permission`")
        return self


class Approvals(Holder):
    """So many approvals by different people who hold this."""

    count: int = Field(default=1, ge=1, le=20, description="How many different people.")


class _ListOrNone:
    """A list, or the word ``none``; faults name the field itself and not a member of a union."""

    def __get_pydantic_core_schema__(self, _source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        listed = handler.generate_schema(NonEmpty[Approvals])
        written = core_schema.wrap_serializer_function_ser_schema(self._or_none, schema=listed)
        return core_schema.no_info_wrap_validator_function(self._or_none, listed, serialization=written)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"anyOf": [{"const": "none", "type": "string"}, handler(schema)]}

    @staticmethod
    def _or_none(value: Any, inner: Callable[[Any], Any]) -> Any:
        return value if isinstance(value, str) and value == "none" else inner(value)


class ApprovalPolicySpec(Part):
    """Which changes need whose approval, and on what evidence."""

    description: Text = Field(description="What the policy is for.")
    match: Match = Field(description="Which changes it governs.")
    author: Holder | None = Field(default=None, description="What the proposal's author must hold.")
    approvals: Annotated[Literal["none"] | tuple[Approvals, ...], _ListOrNone()] = Field(
        description="Whose approvals it takes; `none` only for `incident.report`, with a reason."
    )
    reason: Text | None = Field(default=None, description="Why no approval is needed, for `approvals: none`.")
    exclude: UniqueNonEmpty[Contribution] = Field(
        default=("opener", "author", "committer", "co-author", "pusher"),
        description="Who may not approve; always the opener, the authors and the co-authors.",
    )
    max_age: Duration | None = Field(default=None, description="How old an approval may be at the merge, as `30d`.")
    evidence: Unique[EvidenceType] = Field(default=(), description="Only this evidence; empty: what Settings accepts.")
    coverage: Literal["replay", "identity"] = Field(
        default="replay", description="`identity`: exactly the reviewed content lands, without a merge."
    )
    held_since_base: bool = Field(default=False, description="True: approvers held the role at the reviewed base too.")
    effective_from: Instant | None = Field(default=None, description="Changes before it are not judged by this policy.")

    @property
    def required(self) -> tuple[Approvals, ...]:
        """The approvals that it takes; empty for ``none``."""
        return () if self.approvals == "none" else self.approvals

    @property
    def max_age_seconds(self) -> int | None:
        """``max_age`` in seconds."""
        return None if self.max_age is None else duration_seconds(self.max_age)

    @field_validator("exclude")
    @classmethod
    def _contributors_never_approve(cls, exclude: tuple[str, ...]) -> tuple[str, ...]:
        missing = [quoted(word) for word in _ALWAYS_EXCLUDED if word not in exclude]
        if missing:
            raise ValueError(f"{', '.join(missing)} can never approve, so must stand here")
        return exclude

    @model_validator(mode="after")
    def _none_is_for_incidents(self) -> Self:
        if self.approvals == "none" and self.match.actions != (NEVER_WAITS,):
            raise ValueError(f"`approvals: none` is for {quoted(NEVER_WAITS)} alone, not for other actions")
        if self.approvals == "none" and self.reason is None:
            raise ValueError("`approvals: none` needs a `reason`")
        return self


class ApprovalPolicy(Resource):
    """A requirement of approvals. All policies that match a change count; none matching is a denial."""

    kind: Literal["ApprovalPolicy"] = Field(description="What the document describes.")
    spec: ApprovalPolicySpec = Field(description="The policy.")

    def references(self) -> tuple[Reference, ...]:
        """The roles that are asked for."""
        found = [
            to_role(item.role, "spec", "approvals", place, "role")
            for place, item in enumerate(self.spec.required)
            if item.role
        ]
        if self.spec.author and self.spec.author.role:
            found.insert(0, to_role(self.spec.author.role, "spec", "author", "role"))
        return tuple(found)
