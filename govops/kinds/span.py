"""A stretch of time: a part that several kinds share."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from govops.kinds.resource import Part
from govops.kinds.scalars import Instant


class Span(Part):
    """A stretch of time; the end is not part of it."""

    start: Instant = Field(description="The first instant.")
    end: Instant = Field(description="The first instant after it.")

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start:
            raise ValueError(f"`end` ({self.end}) is not after `start` ({self.start})")
        return self
