"""What a rule is: an id, a severity, and a pure function from facts to findings whose docstring documents it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from govops.decision import Cause, ChangeFacts, Verdict
from govops.duties import DutyConflict, DutyRule
from govops.evidence.book import Tampering
from govops.finding import Finding, ReviewDue, Severity, Status
from govops.history import Entry, Oid
from govops.history.snapshot import Snapshot
from govops.incident import Affected, IncidentCase, Unheard
from govops.kinds import Resource
from govops.kinds.vocabulary import EDITIONS
from govops.kinds.waiver import Waiver
from govops.lifecycle import Misstep

Position = Callable[[Oid, tuple[str | int, ...]], tuple[int, int] | None]
"""(blob id, field path) -> line and column, both from 1; None when the blob cannot be read."""


# Parts of small ASCII letters, digits, `-` and inner dots, none of which is a device to Windows.
_PLAIN_PATH = re.compile(
    r"(?:(?!(?:aux|con|nul|prn|com[0-9]|lpt[0-9])[./])[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:/|\.yaml\Z))+"
)


class Scope(StrEnum):
    """What a rule looks at."""

    FILE = "file"
    RESOURCE = "resource"
    CHANGE = "change"
    HISTORY = "history"


@dataclass(frozen=True, slots=True)
class Rule:
    """One built-in rule. ``check`` takes the facts of its scope; its docstring is the rule's documentation.

    ``kinds`` are the only ones that it speaks of, of the scope RESOURCE; none means all. It judges changes whose first
    parent has its ``edition`` or a later one. A Waiver can excuse its findings if it is ``waivable``: what says how a
    file is read, what is known at all or what the law is never is, nor what looks like intent.
    """

    id: str
    scope: Scope
    severity: Severity
    check: Callable[[Any], Iterable[Finding]]
    kinds: tuple[str, ...] = ()
    controls: tuple[str, ...] = ()
    edition: str = EDITIONS[0]
    waivable: bool = False

    @property
    def documentation(self) -> str:
        """The whole docstring, unindented: claim, why it matters, an example that fails, how to fix it."""
        import inspect

        return inspect.getdoc(self.check) or ""

    @property
    def claim(self) -> str:
        """The docstring's first line: what holds when the rule is kept."""
        return self.documentation.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file under a governed root as one commit leaves it.

    ``problems`` are what the reader found wrong in it; ``text`` its bytes, only where a rule needs them
    (control files); ``allowed`` whether a kind, README.md or .gitkeep may stand at this path; ``twins`` other
    governed paths that collide with it where letter case or Unicode form is ignored. ``folders`` are those of
    custom kinds, governed besides ``registry/`` and ``policies/``.
    """

    path: str
    entry: Entry
    problems: tuple[Finding, ...] = ()
    text: bytes | None = None
    allowed: bool = True
    twins: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether it is plain that no rule has anything to say; such a file is not shown to any."""
        odd = self.problems or self.twins or self.text is not None or self.entry.mode != "100644"
        return not odd and self.allowed and _PLAIN_PATH.fullmatch(self.path) is not None

    def problems_of(self, rule: str) -> Iterator[Finding]:
        """The reader's findings under one rule id."""
        return (finding for finding in self.problems if finding.rule == rule)

    def finding(
        self, rule: str, message: str, *, hint: str = "", line: int | None = None, subject: str = ""
    ) -> Finding:
        """A finding on this file; ``subject`` makes it distinct from others of the same rule."""
        blob = self.entry.oid
        return Finding(rule, message, hint=hint, path=self.path, blob=blob, line=line, subject=subject)


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """One readable resource among all others at one commit. ``outside`` has the people who are kept elsewhere.

    ``rules`` are the built-in ones, by id.
    """

    path: str
    entry: Entry
    resource: Resource
    snapshot: Snapshot
    position: Position
    outside: Snapshot | None = None
    rules: Mapping[str, Rule] = field(default_factory=dict)

    def finding(
        self, rule: str, message: str, *, at: tuple[str | int, ...] = (), hint: str = "", subject: str = ""
    ) -> Finding:
        """A finding on a field of this resource; ``subject`` makes it distinct from others on the same file."""
        line, column = (self.position(self.entry.oid, at) if at else None) or (None, None)
        blob = self.entry.oid
        return Finding(rule, message, hint=hint, path=self.path, blob=blob, line=line, column=column, subject=subject)


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A change or finding that a Ratification names, and why that accepts nothing. ``field`` is where it stands."""

    path: str
    field: tuple[str | int, ...]
    named: str
    reason: str


@dataclass(frozen=True, slots=True)
class Obstacle:
    """An open critical incident in the way of one action of a change.

    ``resource`` is what the action promotes, ``about`` what the incident names of it; ``via`` is the version whose
    artifact it is, or the use case that it depends on, where it is not named itself. ``blocks`` is False where that is
    to be known and no more. ``evidence`` are the signed reports, ``file`` is its YAML.
    """

    incident: str
    path: str
    action: str
    resource: str
    about: str
    via: str = ""
    blocks: bool = True
    evidence: tuple[str, ...] = ()
    file: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedChange:
    """One change with its verdict. ``transient`` are paths that changed on the way and not in the end.

    ``conflicts`` are paths of a proposal that cannot be merged into the protected branch as it stands now.
    ``unmatched`` is what its Ratifications name and nothing answers to. ``obstacles`` are incidents that were open
    before it, ``unclosed`` the paths of those that it closes without anybody who may.
    """

    facts: ChangeFacts
    verdict: Verdict
    position: Position
    missteps: tuple[Misstep, ...] = ()
    transient: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    unmatched: tuple[Unmatched, ...] = ()
    obstacles: tuple[Obstacle, ...] = ()
    unclosed: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether there is nothing that a rule could speak of; such a change is not shown to any."""
        odd = self.missteps or self.transient or self.conflicts or self.unmatched or self.obstacles or self.unclosed
        return not (self.verdict.causes or odd)

    def causes(self, rule: str) -> Iterator[Cause]:
        """The verdict's causes under one rule id."""
        return (cause for cause in self.verdict.causes if cause.rule == rule)

    def finding(self, cause: Cause, message: str, *, hint: str = "") -> Finding:
        """A finding on this change for that cause, at its first path."""
        path = cause.paths[0] if cause.paths else None
        return Finding(
            cause.rule,
            message,
            cause.status,
            hint=hint,
            commit=self.facts.id,
            path=path,
            blob=self.blob(path),
            subject=cause.who,
            evidence=cause.evidence,
            others=cause.paths[1:],
        )

    def blob(self, path: str | None) -> Oid | None:
        """The blob that the change leaves at this path."""
        return next((c.new.oid for c in self.facts.landed if c.path == path and c.new), None)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A rewrite of the history that is believed: who signed for it and why, how many commits and which paths it
    replaced, and the records that say so.
    """

    people: tuple[str, ...]
    reason: str
    commits: int
    paths: tuple[str, ...]
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HistoryFacts:
    """The chain and the evidence branch as wholes.

    ``lost`` are (record id, commit) of believed receipts whose commit is not on the first-parent chain;
    ``foreign`` are commits that carry Settings and do not descend from the adoption; ``junk`` are files of
    the evidence branch that are no records; ``weak`` are approved changes that rest on weak evidence. ``moved`` says,
    in words and with the commit that was named, what an earlier report knew otherwise. ``rewritten`` are the rewrites
    by which the records were read, ``overlaps`` people who hold roles together that have been kept apart since,
    ``reviews`` those that are due from time to time, late or not. ``waivers`` are those that stand at the tip, as of
    ``as_of``. ``incidents`` are all that there are, ``unheard`` the signed reports that satisfy nothing, ``affected``
    the use cases that depend on what an open critical one names. ``never_readable`` are (path, blob) of policy
    files at the tip that never had a content which could be read, unless a change answers for that.
    """

    tip: Oid
    tampering: tuple[Tampering, ...] = ()
    lost: tuple[tuple[str, Oid], ...] = ()
    foreign: tuple[Oid, ...] = ()
    junk: tuple[str, ...] = ()
    weak: Sequence[Oid] = ()
    moved: tuple[tuple[str, Oid], ...] = ()
    rewritten: tuple[Rewritten, ...] = ()
    overlaps: tuple[tuple[DutyRule, DutyConflict], ...] = ()
    waivers: tuple[StandingWaiver, ...] = ()
    as_of: str | None = None
    reviews: tuple[ReviewDue, ...] = ()
    incidents: tuple[IncidentCase, ...] = ()
    unheard: tuple[Unheard, ...] = ()
    affected: tuple[Affected, ...] = ()
    never_readable: tuple[tuple[str, Oid], ...] = ()


@dataclass(frozen=True, slots=True)
class StandingWaiver:
    """A waiver in force, or that was. ``count`` is how many findings it ever excused; ``had_chance`` says that a change
    of something in its scope landed while it was in force.
    """

    path: str
    waiver: Waiver
    count: int = 0
    had_chance: bool = False


def listed(paths: tuple[str, ...]) -> str:
    """Paths for a message: the first one, and how many more."""
    if not paths:
        return ""
    return paths[0] if len(paths) == 1 else f"{paths[0]} and {len(paths) - 1} more"


def warning(finding: Finding) -> Finding:
    """The same finding as a warning."""
    from dataclasses import replace

    return replace(finding, status=Status.WARN, severity=Severity.INFO)
