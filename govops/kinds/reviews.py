"""Reviews: how often what is in use is looked at again, by how much is at stake."""

from __future__ import annotations

from pydantic import Field

from govops.kinds.resource import Part
from govops.kinds.scalars import Duration
from govops.kinds.vocabulary import Level


class Periods(Part):
    """How long an approval may be old, by level. What has no period is not looked at again."""

    critical: Duration | None = Field(default=None, description="At the critical level: `90d`, `26w`.")
    high: Duration | None = Field(default=None, description="At the high level.")
    medium: Duration | None = Field(default=None, description="At the medium level.")
    low: Duration | None = Field(default=None, description="At the low level.")

    def at(self, level: Level) -> Duration | None:
        """The period of a level."""
        return {"critical": self.critical, "high": self.high, "medium": self.medium, "low": self.low}[level]


class Reviews(Part):
    """What has to be approved again from time to time."""

    models: Periods = Field(default_factory=Periods, description="Models with an approved version, by risk tier.")
    use_cases: Periods = Field(default_factory=Periods, description="Use cases in force, by impact.")
