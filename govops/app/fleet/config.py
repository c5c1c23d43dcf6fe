"""The configuration of a fleet: which repositories, judged by which policies, within which limits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field

from govops.app.configured import configured
from govops.kinds.lists import NonEmpty
from govops.kinds.quoting import quoted
from govops.kinds.resource import Part
from govops.kinds.scalars import Duration, Name, Title

Place = Annotated[str, Field(min_length=1, max_length=4096)]


class Policies(Part):
    """Rules that all members are judged by."""

    path: Place = Field(description="A folder or a repository, seen from this file.")
    revision: Title | None = Field(default=None, description="A revision of it; without one, the folder as it is.")


class Options(Part):
    """How a member is audited. What a member leaves out is taken from `defaults`."""

    ref: Title | None = Field(default=None, description="The branch to audit.")
    evidence_ref: Title | None = Field(default=None, description="Where the evidence is.")
    adoption: Title | None = Field(default=None, description="The commit from which govops makes claims.")
    settled: bool | None = Field(default=None, description="True counts changes without a record yet as pending.")
    timeout: Duration | None = Field(default=None, description="The longest time that its audit may take; 1h.")
    memory_mib: int | None = Field(default=None, ge=128, le=1_048_576, description="Memory for it, in MiB; 4096.")


class MemberOptions(Options):
    """One repository."""

    name: Name = Field(description="Its name in the summary, and that of its report.")
    path: Place = Field(description="The repository, seen from this file.")


def _distinct(members: tuple[MemberOptions, ...]) -> tuple[MemberOptions, ...]:
    seen: set[str] = set()
    for member in members:
        if member.name in seen:
            raise ValueError(f"two members are called {quoted(member.name)}")
        seen.add(member.name)
    return members


class FleetConfig(Part):
    """Everything that `govops fleet audit` needs to know."""

    policies: Policies | None = Field(default=None, description="Without it, every member is judged by its own.")
    stale_after: Duration | None = Field(default=None, description="Without an attested time for so long, it is stale.")
    defaults: Options = Field(default_factory=Options, description="Options of members that have none of their own.")
    members: Annotated[NonEmpty[MemberOptions], AfterValidator(_distinct)] = Field(description="The repositories.")


def read_config(path: Path) -> FleetConfig:
    """The configuration in a file. UsageError with every fault and its place, if there is any."""
    return configured(FleetConfig, path, hint="give the file that lists the members")
