"""Who said something, and when: parts that incidents and violations share."""

from __future__ import annotations

from pydantic import Field

from govops.kinds.resource import Part
from govops.kinds.scalars import Instant, PersonName, Text


class Attribution(Part):
    """Somebody did something at a time."""

    by: PersonName = Field(description="The User who did it.")
    at: Instant = Field(description="When, in UTC.")


class Note(Attribution):
    """Somebody did something at a time, and says what."""

    notes: Text = Field(description="What was found or done.")
