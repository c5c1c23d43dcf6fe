"""Ratification: accepts after the fact what landed wrongly. It mends the past without hiding it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from govops.kinds.lists import Unique, UniqueNonEmpty
from govops.kinds.resource import Part, Resource
from govops.kinds.scalars import Fingerprint, ObjectId, Text


class RatificationSpec(Part):
    """Which changes are accepted, and which of their findings."""

    changes: UniqueNonEmpty[ObjectId] = Field(description="The changes, each by the full id of its last commit.")
    fingerprints: Unique[Fingerprint] = Field(
        default=(),
        description="The findings that are accepted. Default: all violations of these changes, and no warning.",
    )
    reason: Text = Field(description="Why they are accepted.")


class Ratification(Resource):
    """Accepts what landed without the approval that it needed."""

    kind: Literal["Ratification"] = Field(description="What the document describes.")
    spec: RatificationSpec = Field(description="What is accepted.")
