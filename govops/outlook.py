"""What `plan`, `gate` and `simulate` say of a proposal: the verdict if it landed now, and what it still takes."""

from __future__ import annotations

from dataclasses import dataclass

from govops.errors import ExitCode
from govops.finding import ChangeRecord, Finding, Severity, Status, exit_code


@dataclass(frozen=True, slots=True)
class Missing:
    """A requirement that is not met: how many more persons it takes, and who could be one, sorted."""

    text: str
    source: str
    count: int
    could: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A finding on an earlier change that a ratification in this proposal would accept."""

    change: str
    rule: str
    path: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Outlook:
    """One proposal, judged by the rules at ``base`` as if ``head`` landed there at ``as_of``.

    ``proposal`` names it, ``change`` tells it as a report would: actions, requirements, every approval counted or not
    and why. ``missing`` are the requirements that are not met, in the verdict's order. ``assumed`` says what a
    simulation pretends. ``is_audited`` is False where the history that led to the rules at ``base`` was not judged.
    ``accepts`` is what it would accept of earlier changes.
    """

    repository: str
    branch: str
    base: str
    head: str
    proposal: str
    as_of: str
    change: ChangeRecord
    findings: tuple[Finding, ...] = ()
    missing: tuple[Missing, ...] = ()
    assumed: tuple[str, ...] = ()
    is_governed: bool = True
    is_audited: bool = False
    accepts: tuple[Accepted, ...] = ()
    schema: str = "govops/outlook/v1"

    @property
    def status(self) -> Status:
        """PASS: it may land as it is."""
        return self.change.status

    def exit_code(self, fail_on: Severity = Severity.LOW) -> ExitCode:
        """0 it may land, 1 not yet or not at all, 3 something could not be established."""
        return exit_code(self.findings, fail_on)
