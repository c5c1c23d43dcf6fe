"""What ``govops doctor`` answers: every check that was made on a repository, and what it found."""

from __future__ import annotations

from dataclasses import dataclass

from govops.errors import ExitCode
from govops.finding import Finding, Severity, exit_code


@dataclass(frozen=True, slots=True)
class Examined:
    """What a check found; ``skipped`` says why it was not made."""

    id: str
    severity: Severity
    claim: str
    findings: tuple[Finding, ...] = ()
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """Every check on one repository, in the order of the list. ``as_of_clock`` says whose clock ``as_of`` is."""

    repository: str
    ref: str
    tip: str
    evidence_ref: str | None
    as_of: str | None
    as_of_clock: str
    examined: tuple[Examined, ...]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was found."""
        return tuple(finding for examined in self.examined for finding in examined.findings)

    def exit_code(self, fail_on: Severity) -> ExitCode:
        """0, 1 where a finding reaches the threshold, 3 where something could not be established."""
        return exit_code(self.findings, fail_on)
