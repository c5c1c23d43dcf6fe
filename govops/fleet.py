"""What an audit of many repositories says: a row for each member, and sums over them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from govops.errors import ExitCode
from govops.finding import Counts


class State(StrEnum):
    """What became of a member. Everything but *not audited* rests on a report."""

    PASS = "pass"
    FAIL = "fail"
    UNDECIDABLE = "undecidable"
    ERROR = "error"
    NOT_AUDITED = "not-audited"


STATES = {
    ExitCode.OK: State.PASS,
    ExitCode.VIOLATION: State.FAIL,
    ExitCode.UNDECIDABLE: State.UNDECIDABLE,
    ExitCode.INTERNAL: State.ERROR,
}


@dataclass(frozen=True, slots=True)
class Member:
    """One repository. ``path`` is as the configuration gives it; ``report`` is a file below the output folder.

    ``latest`` is its latest attested time. A member without a report says ``why``, with a hint; all that a report
    would have told is empty then.
    """

    name: str
    path: str
    state: State
    exit_code: ExitCode
    why: str = ""
    hint: str = ""
    repository: str = ""
    ref: str = ""
    tip: str = ""
    evidence_tip: str | None = None
    counts: Counts | None = None
    violations: int = 0
    undecided: int = 0
    warnings: int = 0
    waived: int = 0
    latest: str | None = None
    is_stale: bool = False
    report: str | None = None


@dataclass(frozen=True, slots=True)
class Fleet:
    """All members, in the order of the configuration.

    ``policies`` is what all were judged by, None where each was judged by its own. A member is stale that has no
    attested time within ``stale_after`` before ``as_of``, which is the latest of all unless somebody gave it.
    """

    policies: str | None
    as_of: str | None
    stale_after: str | None
    members: tuple[Member, ...]
    schema: str = "govops/fleet/v1"

    @property
    def exit_code(self) -> ExitCode:
        """The highest of all; staleness alone changes nothing."""
        return max((member.exit_code for member in self.members), default=ExitCode.OK)

    def tally(self) -> tuple[tuple[State, int], ...]:
        """How many members are in each state, every state in its order; the sum is all of them."""
        found = Counter(member.state for member in self.members)
        return tuple((state, found[state]) for state in State)
