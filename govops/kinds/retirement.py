"""Retirement: why something is no longer used, or what takes its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Self

from pydantic import Field, model_validator

from govops.kinds.resource import Part, Reference, to_resource
from govops.kinds.scalars import ResourceName, Text


class Retirement(Part):
    """What those who meet it later need to know: where to go instead, or why there is nothing."""

    successor: ResourceName | None = Field(default=None, description="What takes its place, as `Kind/name`.")
    reason: Text | None = Field(default=None, description="Why it is no longer used.")

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.successor is None and self.reason is None:
            raise ValueError("give `successor`, `reason` or both")
        return self


def to_successor(retirement: Retirement | None) -> Iterator[Reference]:
    """What takes its place is named; what it is like is not part of the review."""
    if retirement is not None and retirement.successor is not None:
        yield to_resource(retirement.successor, "spec", "retirement", "successor", binding=False)
