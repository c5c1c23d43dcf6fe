"""What is asked of a governed repository, field by field: the bodies of requests, whichever way they come.

Nobody says here who they are: that is the :class:`Actor`. ``reason`` is for those who have to approve it.
"""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from govops.kinds.deployment import Rollback
from govops.kinds.free_form import FreeKey, FreeMap, Measure, Scalar
from govops.kinds.incident_words import Category
from govops.kinds.lists import Items, NonEmpty, Unique
from govops.kinds.model import ModelSpec
from govops.kinds.model_version import Artifact, Metrics, Source, TrainingData
from govops.kinds.resource import Part
from govops.kinds.retirement import Retirement
from govops.kinds.scalars import (
    Count,
    Instant,
    Label,
    LabelKey,
    Name,
    ObjectId,
    PersonName,
    RepositoryPath,
    ResourceName,
    RoleName,
    Text,
    Title,
    VersionName,
)
from govops.kinds.service_level_agreement import ServiceLevelAgreementSpec
from govops.kinds.use_case import ApprovedModel
from govops.kinds.user import UserSpec
from govops.kinds.vocabulary import Environment, IncidentSeverity, Level

_DIGEST = "sha256:" + "7835c71b" * 8
_Why = Annotated[Text | None, Field(description="Why it is wanted, for those who have to approve it.")]
_Labels = Annotated[
    dict[LabelKey, Label],
    Field(description="Words of your own for filtering.", json_schema_extra={"additionalProperties": False}),
]
_LARGEST_FILE = 262_144  # bytes of a file; as many characters at most


class Propose(Part):
    """A step that needs no more words than the address of the request has."""

    reason: _Why = None


class Decide(Part):
    """An approval or a rejection, of the person who sends it."""

    note: str = Field(
        default="", max_length=4000, description="What the decision rests on.", examples=["Read the evaluation"]
    )


class NewVersion(Part):
    """A version of a model that is to be registered. It is approved and deployed by later steps."""

    version: VersionName = Field(description="Its name among the model's versions.", examples=["1.5.0"])
    description: Text = Field(description="What is new in it.", examples=["Reads handwriting on accident statements"])
    source: Source = Field(
        description="The code that trained it.",
        examples=[{"repository": "https://git.example.org/shared/document-reader", "commit": "4e3dbd1124d6"}],
    )
    training_data: TrainingData = Field(
        description="The data that it was trained on.",
        examples=[{"digest": _DIGEST, "description": "61,000 scanned pages, labelled by the post room"}],
    )
    hyperparameters: dict[FreeKey, Scalar] = Field(
        default_factory=dict,
        description="Texts, whole numbers, true, false and null; decimal numbers between quotes.",
        examples=[{"batch_pages": 8}],
    )
    artifact: Artifact = Field(
        description="The file that is deployed.",
        examples=[{"uri": "s3://models/document-reader/1.5.0", "digest": _DIGEST, "size_bytes": 230686720}],
    )
    metrics: Metrics = Field(
        default_factory=Metrics, description="How well it did in evaluation.", examples=[{"accuracy": 0.962}]
    )

    def spec(self) -> dict[str, Any]:
        """The spec of the ModelVersion, as registered."""
        told = self.model_dump(exclude_unset=True, exclude={"version", "description"})
        return {"description": self.description, "status": "registered", **told}


class RegisterModel(Part):
    """A model that is not known yet, a version of it, or both at once."""

    name: Name = Field(description="The model's name.", examples=["document-reader"])
    labels: _Labels = Field(default_factory=dict)
    model: ModelSpec | None = Field(
        default=None,
        description="The model; only for one that is not registered yet.",
        examples=[
            {
                "title": "Document reader",
                "purpose": "Turns scanned letters into text",
                "owner": "jonas-becker",
                "risk_tier": "medium",
                "intended_use": "Incoming post; a clerk checks every field",
                "out_of_scope_use": ["Medical reports"],
            }
        ],
    )
    version: NewVersion | None = Field(default=None, description="A version of the model.")
    reason: _Why = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.model is None and self.version is None:
            raise ValueError("give `model`, `version` or both")
        return self


class Retire(Retirement):
    """What those who meet it later need to know: `successor`, `reason` or both."""


class Deploy(Part):
    """Which environment a version is to run in."""

    environment: Environment = Field(description="The environment.", examples=["staging"])
    deployment_id: Title = Field(
        description="The id that the deployment system gave.", examples=["document-reader-staging-0017"]
    )
    replaces: VersionName | None = Field(
        default=None,
        description="The version that you know to run there now. If another one does by then, nothing is proposed.",
    )
    reason: _Why = None


class RollBack(Rollback):
    """Take a version that runs out again: the one that ran before it comes back."""

    environment: Environment = Field(default="production", description="The environment.")
    to: VersionName | None = Field(
        default=None, description="The version that comes back; the latest that had left before this one came."
    )
    deployment_id: Title | None = Field(
        default=None, description="The id that the deployment system gave; the one that it had when it ran there last."
    )


class VersionMetrics(Part):
    """What was measured of a version. Measures that are not named stay as they are."""

    metrics: Metrics = Field(description="The measures.", examples=[{"accuracy": 0.958, "latency_ms": 310}])
    reason: _Why = None


class CreateUseCase(Part):
    """A use case, as a draft."""

    name: Name = Field(description="Its name.", examples=["letters-intake"])
    labels: _Labels = Field(default_factory=dict)
    title: Title = Field(description="The name that people use.", examples=["Letters intake"])
    description: Text = Field(
        description="What is done with the models' answers.", examples=["Files the incoming post with the claim"]
    )
    owner: PersonName = Field(description="The User who answers for it.", examples=["sofia-lindqvist"])
    impact: Level = Field(description="How much it matters to those it touches.", examples=["medium"])
    models: Items[ApprovedModel] = Field(
        default=(),
        description="The models that it uses.",
        examples=[[{"model": "document-reader", "versions": ">=1.4,<2"}]],
    )
    input_schema: FreeMap = Field(default_factory=dict, description="What goes in, best as JSON Schema.")
    output_schema: FreeMap = Field(default_factory=dict, description="What comes out, best as JSON Schema.")
    affected_systems: Unique[Title] = Field(default=(), description="Systems that act on the answers.")
    dependencies: Unique[Name] = Field(default=(), description="Other UseCases that this one needs.")
    metrics: dict[FreeKey, Measure] = Field(default_factory=dict, description="Measures of success.")
    related: Unique[Name] = Field(default=(), description="Other UseCases that this one resembles, and is meant to.")
    reason: _Why = None

    def spec(self) -> dict[str, Any]:
        """The spec of the UseCase, as a draft."""
        told = self.model_dump(exclude_unset=True, exclude={"name", "labels", "reason"})
        return (
            {name: told.pop(name) for name in ("title", "description", "owner", "impact")} | {"status": "draft"} | told
        )


class UseCaseMetrics(Part):
    """Measures of success. Those that are not named stay as they are."""

    metrics: dict[FreeKey, Measure] = Field(
        min_length=1, description="The measures.", examples=[{"letters_per_day": 1900}]
    )
    reason: _Why = None


class CreateUser(UserSpec):
    """Somebody who makes, approves or lands changes."""

    name: PersonName = Field(description="The name that stays theirs for ever.", examples=["noor-haddad"])
    labels: _Labels = Field(default_factory=dict)
    reason: _Why = None

    def spec(self) -> dict[str, Any]:
        """The spec of the User."""
        return self.model_dump(exclude_unset=True, exclude={"name", "labels", "reason"})


class AssignRole(Part):
    """A role that somebody is to hold."""

    role: RoleName = Field(description="The Role.", examples=["analyst"])
    reason: _Why = None


class FileChange(Part):
    """One file as it is to be."""

    path: RepositoryPath = Field(description="Where it stands.", examples=["policies/approvals/staging.yaml"])
    content: Annotated[str, Field(max_length=_LARGEST_FILE)] | None = Field(
        description="All of its text, null to delete it."
    )
    blob: ObjectId | None = Field(
        default=None, description="The blob id of the file that you have seen there; nothing for a new one."
    )


class RequestApproval(Part):
    """Any other change of governed files: policies, roles, agreements, or several things at once."""

    title: Title = Field(description="What it is, in a line.", examples=["Let one operator approve staging"])
    files: NonEmpty[FileChange] = Field(description="What is to change.", max_length=100)
    reason: _Why = None


class ReportIncident(Part):
    """Something went wrong. It is recorded as soon as the policy lets it be."""

    name: Name | None = Field(default=None, description="Its name; one is made when left out.")
    labels: _Labels = Field(default_factory=dict)
    severity: IncidentSeverity = Field(description="How bad it is.", examples=["error"])
    category: Category | None = Field(
        default=None, description="What sort of harm. Left out, it is derived from the words, and shown as derived."
    )
    title: Title = Field(description="What happened, in a line.", examples=["Letters were filed with the wrong member"])
    description: Text | None = Field(default=None, description="What happened; the title when left out.")
    resource: ResourceName = Field(description="What it happened to.", examples=["Model/document-reader"])
    related: Unique[ResourceName] = Field(default=(), description="What else it touches.")
    affected_count: Count = Field(default=0, description="How many people or records it touched.")


class ResolveIncident(Part):
    """How an incident ended."""

    notes: Text = Field(description="What was found and done.", examples=["The letters were filed anew by hand"])


class CreateAgreement(ServiceLevelAgreementSpec):
    """What is promised of a resource, and where it is measured."""

    name: Name = Field(description="Its name.", examples=["letters-intake-availability"])
    labels: _Labels = Field(default_factory=dict)
    reason: _Why = None

    def spec(self) -> dict[str, Any]:
        """The spec of the ServiceLevelAgreement."""
        return self.model_dump(exclude_unset=True, exclude={"name", "labels", "reason"})


class Measurements(Part):
    """Rows for the file that an agreement is measured in, all or none."""

    measurements: NonEmpty[FreeMap] = Field(
        max_length=10_000,
        description="Requests (`timestamp`, `latency_ms`, `ok`; without `timestamp` it is now) or points (`start`, "
        "`end` and what was computed over that time), as the agreement's source has them.",
        examples=[[{"timestamp": "2026-03-01T09:30:00Z", "latency_ms": 210.5, "ok": True}]],
    )
    file: RepositoryPath | None = Field(default=None, description="Which file, where the agreement names several.")


class Acknowledge(Part):
    """That somebody has taken note of a violation."""

    notes: Text = Field(description="What they say.", examples=["The scanner was replaced on Monday"])
    as_of: Instant | None = Field(
        default=None,
        description="For one that is not recorded yet: the instant of the status that told of it; now when left out.",
    )
