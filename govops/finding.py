"""What a check says: statuses, findings, and the report with its sums and exit code."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol, runtime_checkable

from govops.duties import Duties
from govops.errors import ExitCode
from govops.incident import IncidentCase
from govops.process import Process
from govops.service import ServiceReport, Violation


class Status(StrEnum):
    """How a check ended. *Unverifiable* is missing evidence: neither a failure nor a pass."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNVERIFIABLE = "unverifiable"
    ERROR = "error"
    WAIVED = "waived"


class Severity(StrEnum):
    """How much a finding matters, least first; a warning is always ``info``."""

    INFO = "info"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 (info) to 4 (critical)."""
        return list(Severity).index(self)


_NOTHING_MEASURED = Process()
_NOTHING_APART = Duties()
_GRAVITY = (Status.ERROR, Status.FAIL, Status.UNVERIFIABLE, Status.WAIVED)


def worst_of(statuses: Iterable[Status]) -> Status:
    """The gravest; PASS where none is grave."""
    found = set(statuses)
    return next((status for status in _GRAVITY if status in found), Status.PASS)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, with what it takes to check it by hand.

    ``path`` is relative to the repository; ``line`` and ``column`` count from 1, columns in characters.
    ``excerpt`` is the offending line and a caret line below it, for people. ``evidence`` names records.
    ``subject`` is what the finding is about in words that survive a reformatting (a resource, a person, a
    field): with rule, commit and path it makes the fingerprint, so line numbers never do. ``others`` are further
    paths that the same finding is about.

    ``waived`` is the path of the Waiver or Ratification that accepts it, of which ``hint`` then tells. ``known`` says
    why it does not decide the exit code although it stands: it is older than what counts, or in a baseline.
    """

    rule: str
    message: str
    status: Status = Status.FAIL
    severity: Severity = Severity.HIGH
    hint: str = ""
    commit: str | None = None
    path: str | None = None
    blob: str | None = None
    line: int | None = None
    column: int | None = None
    excerpt: str = ""
    subject: str = ""
    evidence: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    waived: str = ""
    known: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths that it is about."""
        return (self.path, *self.others) if self.path is not None else self.others

    @property
    def fingerprint(self) -> str:
        """16 hex digits that stay the same when lines move."""
        parts = (self.rule, self.commit or "", self.path or "", self.subject)
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:16]

    @property
    def place(self) -> str:
        """``path:line:col`` with what is known of it."""
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a report comes from: enough for someone else to make the same bytes again.

    ``tag`` is the tag by which the last commit was named, ``since`` the tip of the earlier report that this continues.
    ``latest`` is the latest attested time up to the tip.
    What was found at ``new_since`` and before, and what ``baseline`` (a digest) lists, decides no exit code.
    """

    repository: str
    ref: str
    tip: str
    tree: str
    object_format: str
    govops_version: str
    git_version: str
    adoption: str | None = None
    first: str | None = None
    as_of: str | None = None
    as_of_clock: str = ""
    evidence_ref: str | None = None
    evidence_tip: str | None = None
    records: int = 0
    edition: str = ""
    evidence_mode: str = ""
    single_maintainer: bool = False
    retrospective: str | None = None
    policies: tuple[tuple[str, str], ...] = ()
    tag: str | None = None
    since: str | None = None
    new_since: str | None = None
    baseline: str | None = None
    notes: tuple[str, ...] = ()
    latest: str | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Every change in exactly one bin, the worst wins.

    ``commits`` are steps of the first-parent chain; ``chain`` are changes (a rebase merge is several
    commits and one change).
    """

    commits: int = 0
    chain: int = 0
    no_claim: int = 0
    evaluated: int = 0
    undecidable: int = 0
    governed: int = 0
    approved: int = 0
    waived: int = 0
    violating: int = 0
    pending: int = 0

    @property
    def problem(self) -> str:
        """Which sum does not hold, in words; empty when both do."""
        if self.chain != self.no_claim + self.evaluated + self.undecidable + self.pending:
            return "chain is not no-claim + evaluated + undecidable + pending"
        if self.governed != self.approved + self.waived + self.violating + self.undecidable:
            return "governed is not approved + waived + violating + undecidable"
        return ""


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """What one file's difference means."""

    name: str
    resource: str
    path: str
    summary: str = ""


@dataclass(frozen=True, slots=True)
class ApprovalRecord:
    """One approval or rejection that was given, counted or disqualified with the reason.

    ``counted`` holds the paths for which it counted; ``reasons`` is (rule id, words) of each
    disqualification. ``evidence`` is signature, receipt or trailer; ``weak`` says that somebody else
    could have written it (an unsigned record, a trailer). ``delegate_of`` are those in whose seats it counted.
    """

    person: str
    account: str
    decision: str
    at: str | None
    evidence: str
    record: str
    head: str | None = None
    roles: tuple[str, ...] = ()
    counted: tuple[str, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    weak: bool = False
    delegate_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RequirementRecord:
    """One requirement of the verdict's tree: what it takes, by which rule, how many persons, and who counted.

    ``met_at`` is when the last approval that it took was given. ``decide_within`` is how long that should take from the
    opening of the proposal (``3d``), empty where the rule does not say.
    """

    text: str
    source: str
    status: Status
    paths: tuple[str, ...] = ()
    needed: int = 0
    counted: tuple[str, ...] = ()
    met_at: str | None = None
    decide_within: str = ""


@dataclass(frozen=True, slots=True)
class ChangeRecord:
    """One governed change as the report tells it. ``id`` is its last commit.

    ``labels`` stay with it for ever: ``emergency`` for what landed before it was approved, as a policy lets it.
    ``remediated_by`` is a later approved change that left every governed path as it was before this one. ``opened`` is
    when the proposal was, as a forge or its opener's signature tells. ``level`` is the highest risk tier or impact of
    what it concerns.
    """

    id: str
    parent: str | None
    commits: tuple[str, ...]
    subject: str
    status: Status
    time: str | None = None
    claimed_time: str = ""
    proposal: str = ""
    method: str = ""
    opener: str = ""
    merger: str = ""
    contributors: tuple[str, ...] = ()
    evidence: str = ""
    actions: tuple[ActionRecord, ...] = ()
    coverage: tuple[tuple[str, str], ...] = ()
    requirements: tuple[RequirementRecord, ...] = ()
    approvals: tuple[ApprovalRecord, ...] = ()
    labels: tuple[str, ...] = ()
    remediated_by: str = ""
    opened: str | None = None
    level: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """One dated line of a table: something that happened to a resource, and the change that did it.

    ``version`` is what a deployment named after the event; empty where nothing was left or it does not apply.
    """

    resource: str
    what: str
    commit: str
    time: str | None = None
    detail: str = ""
    people: tuple[str, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class InventoryItem:
    """One resource at the tip: ``status`` is derived, ``facts`` are (label, value) worth a column."""

    kind: str
    name: str
    title: str
    status: str
    path: str
    facts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Tenure:
    """A person held a role from one change up to (not including) another; ``None`` means still."""

    person: str
    role: str
    since: str
    since_time: str | None
    until: str | None = None
    until_time: str | None = None


class ClauseState(StrEnum):
    """How a clause of a framework stands; the worst of what was found, as everywhere."""

    FAILING = "failing"
    UNVERIFIABLE = "unverifiable"
    WAIVED = "waived"
    SHOWN = "shown"
    NOT_COVERED = "not_covered"
    NOT_APPLICABLE = "not_applicable"
    NOT_IN_FORCE = "not_in_force"


@dataclass(frozen=True, slots=True)
class ClauseEvidence:
    """What one rule, permission or section of the report shows for a clause, of one status.

    ``kind`` is ``rule``, ``permission`` or ``section``, ``source`` its id or name. ``changes`` were judged with that
    outcome, from ``first`` to ``last``; ``items`` counts the files or resources that a rule looked at, the people who
    hold a permission, the lines of a section, or the findings. ``findings`` are fingerprints of the first few.
    """

    kind: str
    source: str
    status: Status
    changes: int = 0
    items: int = 0
    first: str | None = None
    last: str | None = None
    findings: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ClauseCoverage:
    """One clause, and what was shown for it while it was in force.

    ``silent`` are (kind, source) of what serves it and showed nothing. ``reason`` says why it is not applicable or not
    in force, or else what more would show it.
    """

    id: str
    summary: str
    state: ClauseState
    evidence: tuple[ClauseEvidence, ...] = ()
    silent: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    in_force_from: str | None = None
    in_force_until: str | None = None


@dataclass(frozen=True, slots=True)
class FrameworkCoverage:
    """One edition of a framework. ``stands`` says whether the rules at the tip have it."""

    name: str
    title: str
    version: str
    path: str
    clauses: tuple[ClauseCoverage, ...]
    stands: bool = True
    scope: str = ""
    published: str | None = None
    in_force_from: str | None = None
    in_force_until: str | None = None
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewDue:
    """Something in use that has to be approved again from time to time.

    ``level`` is a model's risk tier or a use case's impact, ``every`` the period that belongs to it. ``last`` is when
    ``commit`` approved it, by whom. ``status`` is WARN for what is overdue (by days begun) or was never approved as far
    as govops can tell (then ``commit`` is None), UNVERIFIABLE where a time is missing.
    """

    resource: str
    path: str
    owner: str
    level: str
    every: str
    status: Status = Status.PASS
    last: str | None = None
    commit: str | None = None
    by: tuple[str, ...] = ()
    due: str | None = None
    overdue_days: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """All that an audit found; renderers see this and nothing else. Findings are in chain order.

    What grows with the history may be a sequence that is read from a file, each time anew. ``rules`` are the users'
    own. ``violations`` are the recorded ones at the tip; ``service`` is what somebody measured of that same tip.
    """

    provenance: Provenance
    counts: Counts
    findings: Sequence[Finding] = ()
    changes: Sequence[ChangeRecord] = ()
    inventory: tuple[InventoryItem, ...] = ()
    deployments: Sequence[Event] = ()
    tenures: tuple[Tenure, ...] = ()
    policy_changes: Sequence[Event] = ()
    waivers: tuple[InventoryItem, ...] = ()
    incidents: tuple[IncidentCase, ...] = ()
    duties: Duties = _NOTHING_APART
    reviews: tuple[ReviewDue, ...] = ()
    frameworks: tuple[FrameworkCoverage, ...] = ()
    schema: str = field(default="govops/report/v1")
    rules: tuple[InventoryItem, ...] = ()
    process: Process = _NOTHING_MEASURED
    violations: tuple[Violation, ...] = ()
    service: ServiceReport | None = None

    def exit_code(self, fail_on: Severity = Severity.LOW) -> ExitCode:
        """The worst of what was found; sums that do not hold are an internal error, never a pass."""
        if self.counts.problem:
            return ExitCode.INTERNAL
        return exit_code(self.findings, fail_on, undecidable=self.counts.undecidable)

    def violation_code(self, fail_on: Severity = Severity.LOW) -> ExitCode:
        """The code without regard to what could not be established: for callers who do without it in so many words."""
        return exit_code(tuple(f for f in self.findings if f.status is not Status.UNVERIFIABLE), fail_on)


@runtime_checkable
class Sifted(Protocol):
    """Changes that know which of them were not plainly allowed, so that nobody has to look at all of them."""

    def troubled(self) -> Iterator[ChangeRecord]:
        """Those, in order."""


def troubled(changes: Iterable[ChangeRecord]) -> Iterator[ChangeRecord]:
    """The changes that were not plainly allowed, in order."""
    if isinstance(changes, Sifted):
        return changes.troubled()
    return (change for change in changes if change.status not in (Status.PASS, Status.WARN))


def exit_code(findings: Sequence[Finding], fail_on: Severity = Severity.LOW, *, undecidable: int = 0) -> ExitCode:
    """0 to 4 as in the exit-code contract: the highest that any finding asks for, except for those that are known.

    ``undecidable`` changes ask for 3 as well, as far as there are more of them than known findings tell of.
    """
    codes = {ExitCode.OK}
    told: set[str | None] = set()
    for finding in findings:
        if finding.status is Status.ERROR:
            codes.add(ExitCode.INTERNAL)
        elif finding.status is Status.UNVERIFIABLE:
            told.update((finding.commit,) if finding.known else ())
            codes.update(() if finding.known else (ExitCode.UNDECIDABLE,))
        elif finding.status in (Status.FAIL, Status.WARN) and not finding.known:
            codes.update((ExitCode.VIOLATION,) if finding.severity.rank >= fail_on.rank else ())
    if undecidable > len(told):
        codes.add(ExitCode.UNDECIDABLE)
    return max(codes)
