"""PolicyTest: imagined changes with their approvals, and the verdicts that they must get."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, model_validator

from govops.kinds.free_form import FreeMap, free_map
from govops.kinds.lists import Items, NonEmpty, Unique
from govops.kinds.quoting import quoted
from govops.kinds.resource import API_VERSION, Part, Resource, ResourceKey, split_key
from govops.kinds.scalars import (
    ActionName,
    Instant,
    Label,
    LabelKey,
    PersonName,
    RepositoryPath,
    ResourceName,
    RuleId,
    Text,
    Title,
    VersionName,
)
from govops.kinds.vocabulary import EvidenceType, Level

NONE = "none"
_OF_A_MODEL = ("Model", "ModelVersion", "Deployment")
_STRANGERS = frozenset({"approver-unknown", "unknown-contributor"})


def _content(value: Any) -> Any:
    """A document, or the word ``none``."""
    if value == NONE:
        return value
    if not isinstance(value, dict):
        raise ValueError(f"{quoted(value)} is neither a document nor `{NONE}`")
    return free_map(value)


Content = Annotated[Any, PlainValidator(_content, json_schema_input_type=Literal["none"] | FreeMap)]


class ImaginedAct(Part):
    """What a change does to one resource: by name, or by what stands there before and after it."""

    action: ActionName | None = Field(default=None, description="What it does; left out: what `old` and `new` mean.")
    resource: ResourceName | None = Field(default=None, description="To what, as `Kind/name`.")
    path: RepositoryPath | None = Field(default=None, description="Or to which file, where it is no resource.")
    risk_tier: Level | None = Field(default=None, description="The risk tier of the model; left out: as it stands.")
    impact: Level | None = Field(default=None, description="The impact of the use case; left out: as it stands.")
    labels: dict[LabelKey, Label] = Field(
        default_factory=dict,
        description="Labels of the model, version, deployment or use case.",
        json_schema_extra={"additionalProperties": False},
    )
    old: Content = Field(
        default=None, description="The document before; `none`: there is none; left out: what stands beside the test."
    )
    new: Content = Field(default=None, description="The document after; `none`: it is removed.")

    @property
    def has_documents(self) -> bool:
        """Whether it says what stands there afterwards."""
        return self.new is not None

    @property
    def key(self) -> ResourceKey | None:
        """The resource; None where a path is given."""
        return split_key(self.resource) if self.resource else None

    @model_validator(mode="after")
    def _says_to_what(self) -> Self:
        if (self.resource is None) == (self.path is None):
            raise ValueError("give exactly one of `resource` and `path`")
        if self.action is None and not self.has_documents:
            raise ValueError("give `action`, or `new` (and `old`) to say what the change does")
        if self.old is not None and self.new is None:
            raise ValueError(f"`old` is given without `new`; write `new: {NONE}` where the file is removed")
        if (self.old, self.new) == (NONE, NONE):
            raise ValueError(f"`old` and `new` are both `{NONE}`, so nothing changes")
        return self

    @model_validator(mode="after")
    def _says_nothing_twice(self) -> Self:
        kind = self.key.kind if self.key else ""
        if self.has_documents and kind == "":
            raise ValueError("`old` and `new` are for a `resource`, not for a `path`")
        if self.risk_tier and (kind not in _OF_A_MODEL or (kind == "Model" and self.has_documents)):
            raise ValueError("`risk_tier` is for a Model without documents, a ModelVersion or a Deployment")
        if self.impact and (kind != "UseCase" or self.has_documents):
            raise ValueError("`impact` is for a UseCase without documents")
        if self.labels and (kind not in (*_OF_A_MODEL, "UseCase") or self.has_documents):
            raise ValueError("`labels` are for a Model, ModelVersion, Deployment or UseCase without documents")
        return self


class PastAct(Part):
    """What was done to a resource before, and who took part."""

    action: ActionName = Field(description="What was done.")
    resource: ResourceName = Field(description="To what, as `Kind/name`.")
    contributors: Unique[PersonName] = Field(default=(), description="Who made that change.")
    approvers: Unique[PersonName] = Field(default=(), description="Whose approval of it counted.")
    version: VersionName | None = Field(default=None, description="The version that a Deployment named then.")


class ImaginedChange(ImaginedAct):
    """The change that is imagined, and who has which part in it."""

    author: PersonName = Field(description="Who proposes it.")
    contributors: Unique[PersonName] = Field(default=(), description="Who else is an author of it.")
    committers: Unique[PersonName] = Field(default=(), description="Who else committed some of it.")
    pushers: Unique[PersonName] = Field(default=(), description="Who else pushed some of it.")
    merger: PersonName | None = Field(default=None, description="Who lands it.")
    at: Instant | Literal["unknown"] | None = Field(
        default=None,
        description="When it lands; `unknown`: nobody tells; left out: at the last date that the policies name.",
    )
    also: Items[ImaginedAct] = Field(default=(), description="What else it does.")
    before: Items[PastAct] = Field(
        default=(), description="What was done before, oldest first, for duties that are kept apart over a lifetime."
    )

    @property
    def acts(self) -> tuple[ImaginedAct, ...]:
        """Everything that it does."""
        return (self, *self.also)

    @property
    def makers(self) -> tuple[tuple[str, str], ...]:
        """(part, person) of everybody who made it, the opener first."""
        parts = (("co-author", self.contributors), ("committer", self.committers), ("pusher", self.pushers))
        return (("opener", self.author), ("author", self.author), *((part, one) for part, of in parts for one in of))


class ImaginedApproval(Part):
    """An approval or a rejection that is imagined."""

    person: PersonName = Field(description="Who gives it.")
    decision: Literal["approve", "reject"] = Field(default="approve", description="What they decide.")
    evidence: EvidenceType | None = Field(
        default=None, description="What proves it; left out: what Settings want of every change."
    )
    at: Instant | None = Field(default=None, description="When they give it; left out: when the change lands.")
    reviewed: Literal["landed", "merged", "other"] = Field(
        default="landed",
        description="What they saw: what landed; the same on an older base, which git merged; or something else.",
    )


class Expected(Part):
    """The verdict."""

    status: Literal["pass", "fail", "unverifiable"] = Field(description="How it ends.")
    rules: Unique[RuleId] | None = Field(
        default=None, description="The rules that report, no more and no fewer (warnings may be left out)."
    )
    counted: Unique[PersonName] | None = Field(
        default=None, description="The people whose approval counts for anything, no more and no fewer."
    )


class PolicyCase(Part):
    """With these approvals, the change gets that verdict."""

    name: Title = Field(description="What it shows, distinct from the others of the file.")
    change: ImaginedChange | None = Field(default=None, description="The change; left out: the one of the test.")
    approvals: Items[ImaginedApproval] = Field(default=(), description="Its approvals, in the order given.")
    expect: Expected = Field(description="The verdict that it must get.")

    @property
    def expects_strangers(self) -> bool:
        """Whether it is about people whom nobody knows."""
        return not _STRANGERS.isdisjoint(self.expect.rules or ())


class PolicyTestSpec(Part):
    """Cases, and the change that those share which have none of their own."""

    description: Text | None = Field(default=None, description="What the test shows.")
    change: ImaginedChange | None = Field(default=None, description="The change of every case without one.")
    cases: NonEmpty[PolicyCase] = Field(description="The cases.")

    @model_validator(mode="after")
    def _can_be_told_apart(self) -> Self:
        names = [case.name for case in self.cases]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"two cases are called {quoted(twice)}")
        lacking = next((case.name for case in self.cases if case.change is None and self.change is None), None)
        if lacking is not None:
            raise ValueError(f"the case {quoted(lacking)} has no `change`, and there is none for all")
        return self


class PolicyTest(Resource):
    """Tests of the policies beside it, run by `govops test-policies`. No verdict rests on them."""

    kind: Literal["PolicyTest"] = Field(description="What the document describes.")
    spec: PolicyTestSpec = Field(description="The test.")


Steps = tuple[str | int, ...]


def changes_of(test: PolicyTest) -> list[tuple[Steps, ImaginedChange]]:
    """Every change that is written in the file, with its place."""
    shared = [(("spec", "change"), test.spec.change)]
    own = [(("spec", "cases", number, "change"), case.change) for number, case in enumerate(test.spec.cases)]
    return [(at, change) for at, change in (*shared, *own) if change is not None]


def acts_of(at: Steps, change: ImaginedChange) -> list[tuple[Steps, ImaginedAct]]:
    """Everything that a change does, with its place in the file."""
    return [(at, change), *(((*at, "also", number), act) for number, act in enumerate(change.also))]


def whole(content: dict[str, Any], key: ResourceKey) -> dict[str, Any]:
    """An imagined document with the envelope that its author may leave out, because `resource` says it."""
    names = key.name.split("/")
    metadata: dict[str, Any] = {"name": names[-1]}
    if key.kind == "ModelVersion":
        metadata = {"name": names[0], "version": names[-1]}
    return {"apiVersion": API_VERSION, "kind": key.kind, "metadata": metadata} | content
