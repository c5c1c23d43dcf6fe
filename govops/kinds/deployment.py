"""Deployment: which version of a model runs in an environment. One file, one running version."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govops.kinds.resource import Part, Reference, Resource, ResourceKey
from govops.kinds.scalars import Text, Title, VersionName
from govops.kinds.vocabulary import Environment


class Rollback(Part):
    """Why an earlier version runs again."""

    reason: Text = Field(description="Why; each rollback needs a reason of its own.")


class DeploymentSpec(Part):
    """What runs where."""

    environment: Environment = Field(description="The environment; the folder has the same name.")
    version: VersionName = Field(description="The ModelVersion that runs, as a text.")
    deployment_id: Title = Field(description="The id that the deployment system gave.")
    rollback: Rollback | None = Field(default=None, description="Given when an earlier version comes back.")


class Deployment(Resource):
    """The version of one model (`metadata.name`) that runs in one environment."""

    kind: Literal["Deployment"] = Field(description="What the document describes.")
    spec: DeploymentSpec = Field(description="What runs where.")

    @property
    def key(self) -> ResourceKey:
        """``Deployment/<environment>/<model>``."""
        return ResourceKey(self.kind, f"{self.spec.environment}/{self.metadata.name}")

    @property
    def title(self) -> str:
        """Model, version and environment."""
        return f"{self.metadata.name} {self.spec.version} in {self.spec.environment}"

    def references(self) -> tuple[Reference, ...]:
        """The version that runs, which is what a reviewer judges."""
        version = f"{self.metadata.name}/{self.spec.version}"
        return (Reference(("spec", "version"), "ModelVersion", version, binding=True),)
