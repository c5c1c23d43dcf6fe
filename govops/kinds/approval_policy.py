"""ApprovalPolicy: which changes need whose approval."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, field_validator, model_validator

from govops.kinds.approvals import DEEPEST, MOST_WAYS, Approvals, Author, Holder, ListOrNone, depth, leaves, ways
from govops.kinds.field_paths import has_field
from govops.kinds.lists import Unique, UniqueNonEmpty
from govops.kinds.paths import PATTERNS
from govops.kinds.permissions import NOUNS
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part, Reference, Resource, to_role, to_user
from govops.kinds.scalars import (
    ActionGlob,
    Duration,
    Expression,
    FieldPath,
    Instant,
    KindName,
    Label,
    LabelKey,
    PathGlob,
    Text,
    duration_seconds,
)
from govops.kinds.vocabulary import Contribution, Environment, EvidenceType, Level

NEVER_WAITS = "incident.report"
_ALWAYS_EXCLUDED = ("opener", "author", "co-author")
_NEVER_URGENT = ("policy.", "control.", "user.", "role.", "permission.")


class Match(Part):
    """Which changes; what is left out matches everything."""

    actions: UniqueNonEmpty[ActionGlob] = Field(description="Actions or patterns: `model.approve`, `model.*`, `*`.")
    kinds: Unique[KindName] = Field(default=(), description="Only these kinds.")
    environments: Unique[Environment] = Field(default=(), description="Only deployments to these environments.")
    risk_tiers: Unique[Level] = Field(default=(), description="Only models of these risk tiers.")
    impacts: Unique[Level] = Field(default=(), description="Only use cases of these impacts.")
    paths: Unique[PathGlob] = Field(default=(), description="Only these paths; `*` stays in a folder, `**` does not.")
    labels: dict[LabelKey, Label] = Field(
        default_factory=dict,
        description="Only what has these labels, before the change or after it.",
        json_schema_extra={"additionalProperties": False},
    )
    fields: Unique[FieldPath] = Field(
        default=(), description="Only where one of these fields of `spec` changes, as `risk_tier` or `artifact.digest`."
    )
    condition: Expression | None = Field(default=None, description="A CEL expression that must hold.")

    @model_validator(mode="after")
    def _has_such_fields(self) -> Self:
        """A field that nothing has would never change, and every edit would be a minor one."""
        nouns = {action.partition(".")[0] for action in self.actions}
        kinds = self.kinds or (tuple(PATTERNS) if nouns <= NOUNS else ())
        for field in self.fields if PATTERNS.keys() >= set(kinds) and kinds else ():
            if not any(has_field(kind, field) for kind in kinds):
                where = " or ".join(kinds) if self.kinds else "any kind"
                raise ValueError(f"{quoted(field)} is no field of the `spec` of {where}, or stands in a list")
        return self


class Emergency(Part):
    """That changes may land first and be approved afterwards, if they are made by people who hold this."""

    within: Duration = Field(description="How long after the landing the approvals may be given, as `24h`.")
    author: Holder = Field(description="What everybody who made the change must hold.")
    reason: Text = Field(description="What an emergency is, and why it cannot wait.")

    @property
    def seconds(self) -> int:
        """``within`` in seconds."""
        return duration_seconds(self.within)


class ApprovalPolicySpec(Part):
    """Which changes need whose approval, and on what evidence."""

    description: Text = Field(description="What the policy is for.")
    match: Match = Field(description="Which changes it governs.")
    author: Author | None = Field(default=None, description="Who may propose such a change.")
    approvals: Annotated[Literal["none"] | tuple[Approvals, ...], ListOrNone()] = Field(
        description="Whose approvals it takes; `none` only for `incident.report`, with a reason."
    )
    reason: Text | None = Field(default=None, description="Why no approval is needed, for `approvals: none`.")
    exclude: UniqueNonEmpty[Contribution] = Field(
        default=("opener", "author", "committer", "co-author", "pusher"),
        description="Who may not approve; always the opener, the authors and the co-authors.",
    )
    max_age: Duration | None = Field(default=None, description="How old an approval may be at the merge, as `30d`.")
    decide_within: Duration | None = Field(
        default=None, description="How long after the opening the approvals should be given, as `3d`; late is counted."
    )
    evidence: Unique[EvidenceType] = Field(default=(), description="Only this evidence; empty: what Settings accepts.")
    coverage: Literal["replay", "identity"] = Field(
        default="replay", description="`identity`: exactly the reviewed content lands, without a merge."
    )
    held_since_base: bool = Field(default=False, description="True: approvers held the role at the reviewed base too.")
    effective_from: Instant | None = Field(default=None, description="Changes before it are not judged by this policy.")
    until: Instant | None = Field(default=None, description="Nor are changes from this instant on.")
    emergency: Emergency | None = Field(
        default=None,
        description="Lets changes land before they are approved; never policies, people and control files.",
    )

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

    @field_validator("approvals")
    @classmethod
    def _can_be_told(
        cls, approvals: Literal["none"] | tuple[Approvals, ...]
    ) -> Literal["none"] | tuple[Approvals, ...]:
        items = () if approvals == "none" else approvals
        if depth(items) > DEEPEST:
            raise ValueError(f"`any_of` stands more than {DEEPEST} deep")
        if ways(items) > MOST_WAYS:
            raise ValueError(f"there are more than {MOST_WAYS} ways to give these approvals")
        return approvals

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.effective_from is not None and self.until <= self.effective_from:
            raise ValueError(f"`until` ({self.until}) is not after `effective_from` ({self.effective_from})")
        return self

    @model_validator(mode="after")
    def _some_things_can_wait(self) -> Self:
        if self.emergency is None:
            return self
        if self.approvals == "none":
            raise ValueError("`emergency` is for changes that take approvals, and these take `none`")
        for action in self.match.actions:
            if action.startswith(_NEVER_URGENT):
                raise ValueError(f"{quoted(action)} can never be an `emergency`: rules wait for their approval")
        return self

    @model_validator(mode="after")
    def _only_decisions_are_late(self) -> Self:
        if self.decide_within is not None and self.approvals == "none":
            raise ValueError("`decide_within` is for changes that take approvals, and these take `none`")
        return self

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
        """The roles that are asked for, and the Users who may propose."""
        author, emergency = self.spec.author, self.spec.emergency
        found = [to_role(author.role, "spec", "author", "role")] if author and author.role else []
        users = enumerate(author.users if author else ())
        found += [to_user(name, "spec", "author", "users", place) for place, name in users]
        asked = leaves(self.spec.required, "spec", "approvals")
        found += [to_role(item.role, *at, "role") for at, item in asked if item.role]
        if emergency and emergency.author.role:
            found.append(to_role(emergency.author.role, "spec", "emergency", "author", "role"))
        return tuple(found)
