"""ModelVersion: one trained artifact of a model, and where it came from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govops.kinds.free_form import FreeKey, Scalar
from govops.kinds.resource import Metadata, Part, Reference, Resource, ResourceKey
from govops.kinds.retirement import Retirement, to_successor
from govops.kinds.scalars import Amount, CommitName, Count, Digest, Fraction, Number, Text, Title, Uri, VersionName


class VersionMetadata(Metadata):
    """A version is named by its model and its own text."""

    version: VersionName = Field(description="The version, always a text: write `'1.10'` with quotes.")


class Source(Part):
    """The code that trained it."""

    repository: Title = Field(description="The repository of the training code.")
    commit: CommitName = Field(description="The commit that was used.")


class TrainingData(Part):
    """The data that it was trained on."""

    digest: Digest = Field(description="The digest of the data set or of its manifest.")
    description: Text = Field(description="What the data is and where it comes from.")


class Artifact(Part):
    """The file that is deployed."""

    uri: Uri = Field(description="Where it is stored.")
    digest: Digest = Field(description="Its SHA-256. A new digest is a new artifact and needs approval again.")
    size_bytes: Count = Field(description="Its size.")


class Metrics(Part):
    """How well it did in evaluation."""

    accuracy: Fraction | None = Field(default=None, description="0 to 1.")
    precision: Fraction | None = Field(default=None, description="0 to 1.")
    recall: Fraction | None = Field(default=None, description="0 to 1.")
    f1: Fraction | None = Field(default=None, description="0 to 1.")
    latency_ms: Amount | None = Field(default=None, description="Milliseconds for one answer.")
    throughput_qps: Amount | None = Field(default=None, description="Answers per second.")
    error_rate: Fraction | None = Field(default=None, description="0 to 1.")
    custom: dict[FreeKey, Number] = Field(default_factory=dict, description="Measures of your own.")


class ModelVersionSpec(Part):
    """What the version is made of and how far it has come."""

    description: Text = Field(description="What is new in it.")
    status: Literal["registered", "approved", "rejected", "deprecated"] = Field(
        description="Registered first; the other states are decisions. Deployment is never written here."
    )
    source: Source = Field(description="The code that trained it.")
    training_data: TrainingData = Field(description="The data that it was trained on.")
    hyperparameters: dict[FreeKey, Scalar] = Field(
        default_factory=dict, description="Texts, whole numbers, true, false and null; decimal numbers between quotes."
    )
    artifact: Artifact = Field(description="The file that is deployed.")
    metrics: Metrics = Field(default_factory=Metrics, description="How well it did in evaluation.")
    retirement: Retirement | None = Field(default=None, description="Needed once it is deprecated.")


class ModelVersion(Resource):
    """One version of a model: code, data, artifact, measures, and whether it is approved."""

    kind: Literal["ModelVersion"] = Field(description="What the document describes.")
    metadata: VersionMetadata = Field(description="The model's name and the version.")
    spec: ModelVersionSpec = Field(description="The version.")

    @property
    def key(self) -> ResourceKey:
        """``ModelVersion/<model>/<version>``."""
        return ResourceKey(self.kind, f"{self.metadata.name}/{self.metadata.version}")

    @property
    def title(self) -> str:
        """Model and version."""
        return f"{self.metadata.name} {self.metadata.version}"

    @property
    def is_retired(self) -> bool:
        """Whether it is given up."""
        return self.spec.status == "deprecated"

    def references(self) -> tuple[Reference, ...]:
        """The model, and what takes the version's place."""
        model = Reference(("metadata", "name"), "Model", self.metadata.name, binding=True)
        return (model, *to_successor(self.spec.retirement))
