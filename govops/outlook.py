"""Verdicts on what has not landed: on a proposal, and on changes that policy tests imagine."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class Tried:
    """One case of a policy test and what came of it, at ``path:line:column``.

    ``outcome``: the verdict was the expected one, it ``differs``, or the case is ``broken`` and nothing was judged.
    ``differences`` say in words what was expected and what came, or what is broken. ``change`` and ``findings`` are
    the verdict as a report would tell it, None and empty of a broken case.
    """

    test: str
    case: str
    path: str
    line: int
    column: int
    outcome: Literal["pass", "differs", "broken"]
    differences: tuple[str, ...] = ()
    change: ChangeRecord | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def name(self) -> str:
        """The test and the case."""
        return f"{self.test}: {self.case}"


@dataclass(frozen=True, slots=True)
class Trial:
    """All cases that were asked for, by path and in the order of the file.

    ``problems`` make the policies or a test unfit for use. ``untried`` are paths of policies that no case exercised,
    known only where all cases were tried (``is_whole``). ``is_required``: that there is no case counts as a failure.
    """

    cases: tuple[Tried, ...]
    problems: tuple[Finding, ...] = ()
    untried: tuple[str, ...] = ()
    policies: int = 0
    is_whole: bool = True
    is_required: bool = False
    schema: str = "govops/policy-tests/v1"

    def count(self, outcome: str) -> int:
        """How many cases ended so."""
        return sum(case.outcome == outcome for case in self.cases)

    @property
    def exit_code(self) -> ExitCode:
        """0 all as expected, 1 a case differs or there has to be one, 2 something is broken."""
        if self.problems or self.count("broken"):
            return ExitCode.USAGE
        lacking = self.is_required and not self.cases
        return ExitCode.VIOLATION if lacking or self.count("differs") else ExitCode.OK
