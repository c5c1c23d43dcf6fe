"""What a check is: an id, a severity, and a pure function from circumstances to findings; its docstring is its docs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from govops.diagnosis import Examined
from govops.doctor.circumstances import Circumstances
from govops.finding import Finding, Severity, Status


class Needs(StrEnum):
    """What a check cannot do without."""

    NOTHING = "nothing"
    HISTORY = "the whole history"
    FORGE = "the forge"
    CODEOWNERS = "a forge that reads CODEOWNERS"


@dataclass(frozen=True, slots=True)
class Check:
    """One check. ``find`` is only called where its ``needs`` are met."""

    id: str
    severity: Severity
    find: Callable[[Circumstances], Iterable[Finding]]
    needs: Needs = Needs.NOTHING

    @property
    def documentation(self) -> str:
        """The whole docstring, unindented: claim, why it matters, how to fix it."""
        return inspect.getdoc(self.find) or ""

    @property
    def claim(self) -> str:
        """The docstring's first line: what holds when all is well."""
        return self.documentation.partition("\n")[0]


def examine(checks: Iterable[Check], facts: Circumstances) -> tuple[Examined, ...]:
    """Make every check whose needs are met."""
    return tuple(_examined(check, facts) for check in checks)


def _examined(check: Check, facts: Circumstances) -> Examined:
    skipped = _unmet(check.needs, facts)
    found = () if skipped else tuple(_weighed(check, finding) for finding in check.find(facts))
    return Examined(check.id, check.severity, check.claim, found, skipped)


def _weighed(check: Check, finding: Finding) -> Finding:
    return finding if finding.status is Status.WARN else replace(finding, severity=check.severity)


def _unmet(needs: Needs, facts: Circumstances) -> str:
    if needs is Needs.HISTORY and facts.clone.cut_off:
        return "the clone does not hold the whole history"
    if needs is Needs.FORGE and facts.protected is None:
        return "no forge was asked; give --forge"
    if needs is Needs.CODEOWNERS and facts.owners is None:
        return "the forge of Settings reads no CODEOWNERS"
    return ""
