"""What `govops show`, `list`, `history` and `who-can` answer: what stood, how it came there, and who may change it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from govops.errors import ExitCode
from govops.finding import Status

_GRAVITY = (Status.ERROR, Status.FAIL, Status.UNVERIFIABLE, Status.WAIVED)


@dataclass(frozen=True, slots=True)
class Clock:
    """Which moment an answer speaks of, and by which clock.

    ``asked`` is the instant or the revision as the caller gave it, empty for the tip. ``commit`` is the last
    change before the moment, ``time`` the attested time by then (the running maximum along the chain) and
    ``attested`` what was told of that very change. ``next_commit`` and ``next_attested`` are the change that
    followed, None at the tip. ``unattested`` are the last changes up to ``commit`` whose time nobody tells:
    for an instant, nobody can say whether they had landed by then.
    """

    asked: str
    by: str
    commit: str
    time: str | None = None
    attested: str | None = None
    next_commit: str | None = None
    next_attested: str | None = None
    unattested: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Approver:
    """One approval that counted: ``roles`` are those in which it was given, ``delegate_of`` those in whose seats."""

    person: str
    roles: tuple[str, ...]
    evidence: str
    weak: bool
    record: str
    at: str | None
    delegate_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Origin:
    """A change that gave one file its content, as the audit judges it.

    ``status`` None is what stood at the adoption, of which govops claims nothing. ``attested`` is the time told
    of this change, ``time`` the running maximum by which an instant finds it. ``rules`` found something against
    it. ``approvals`` are those that counted for this file. ``labels`` stay with the change for ever.
    """

    change: str
    status: Status | None
    subject: str = ""
    time: str | None = None
    attested: str | None = None
    actions: tuple[str, ...] = ()
    contributors: tuple[str, ...] = ()
    approvals: tuple[Approver, ...] = ()
    rules: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Related:
    """Another resource that the answer needs. ``allows``: whether the one allows the other, where that is asked.

    ``origin`` is what ``relation`` rests on: the deployment that runs a version, the approval of a version. ``others``
    are other changes of the same file that were not plainly allowed.
    """

    relation: str
    resource: str
    status: str
    detail: str = ""
    allows: bool | None = None
    origin: Origin | None = None
    others: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What all answers have. ``doubts`` are findings on the history as a whole: with any, nothing is certain."""

    clock: Clock
    repository: str
    ref: str
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """0 for an answer, 3 where the history that it rests on is not to be trusted."""
        return ExitCode.UNDECIDABLE if self.doubts else ExitCode.OK


@dataclass(frozen=True, slots=True)
class Shown(Answer):
    """One resource as it stood.

    ``state`` put it into ``status``; ``content`` gave the file its present content; ``others`` are other changes
    of the file, up to now, that were not plainly allowed: what they brought may still stand in it. ``document``
    is the file as it was read, None where it could not be.
    """

    resource: str = ""
    title: str = ""
    status: str = ""
    path: str = ""
    blob: str = ""
    state: Origin | None = None
    content: Origin | None = None
    others: tuple[Origin, ...] = ()
    related: tuple[Related, ...] = ()
    document: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a list.

    ``verdict`` is the worst of the change that put it into its status and the one that gave it its content;
    ``others`` the worst of other changes, of its file and of the version that a deployment runs, that were not
    plainly allowed; None where there are none.
    """

    name: str
    status: str
    title: str
    owner: str
    path: str
    verdict: Status | None
    state: Origin
    others: Status | None = None


@dataclass(frozen=True, slots=True)
class Listed(Answer):
    """All resources of a kind as they stood, sorted by path."""

    kind: str = ""
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One change of a history, and the resources of the question that it touched."""

    origin: Origin
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told(Answer):
    """Every change of a resource up to the moment, oldest first. ``stands`` is False where it was removed."""

    resource: str = ""
    stands: bool = True
    entries: tuple[Entry, ...] = field(default=())


def worst(*origins: Origin | None) -> Status | None:
    """The gravest verdict among changes; None where nothing is graver than a change of which govops claims nothing."""
    found = [origin.status for origin in origins if origin is not None]
    for status in _GRAVITY:
        if status in found:
            return status
    return None if None in found or not found else Status.PASS


@dataclass(frozen=True, slots=True)
class Barred:
    """Somebody who could not, or of whom that cannot be told, and each reason in words."""

    person: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """One requirement that an action would meet, and the people for it, sorted.

    ``hinges`` are what it depends on whether it applies at all, empty if it does for sure; ``terms`` what else it asks
    of an approval. ``could`` are those who could give one, ``barred`` those who hold what it takes and could not, and
    ``doubtful`` those of whom nobody can tell. ``outcome``: whether ``could`` are enough.
    """

    text: str
    source: str
    outcome: Literal["enough", "too few", "unknown"]
    hinges: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    could: tuple[str, ...] = ()
    barred: tuple[Barred, ...] = ()
    doubtful: tuple[Barred, ...] = ()


@dataclass(frozen=True, slots=True)
class Permission:
    """Who could approve an action on a resource, by the rules at ``commit``.

    ``author`` is the one who was asked about, if any. ``authors`` are those who may make the change, None for every
    User; ``barred`` those who hold what it takes and may not, ``doubtful`` those of whom nobody can tell. ``unknown``
    says in words what keeps the whole from being told, ``is_audited`` whether the history that led to the rules was
    judged too.
    """

    action: str
    resource: str
    path: str
    repository: str
    branch: str
    commit: str
    author: str = ""
    at: str | None = None
    requirements: tuple[Asking, ...] = ()
    authors: tuple[str, ...] | None = None
    barred: tuple[Barred, ...] = ()
    doubtful: tuple[Barred, ...] = ()
    unknown: tuple[str, ...] = ()
    is_audited: bool = False
    schema: str = "govops/who-can/v1"

    @property
    def certain(self) -> tuple[Asking, ...]:
        """Requirements that apply for sure."""
        return tuple(asking for asking in self.requirements if not asking.hinges)

    @property
    def exit_code(self) -> ExitCode:
        """0 it can be approved whatever the requirements hinge on, 1 for sure it cannot, 3 nobody can tell."""
        if self.unknown:
            return ExitCode.UNDECIDABLE
        if not self.requirements or (self.authors == () and not self.doubtful):
            return ExitCode.VIOLATION
        if any(asking.outcome == "too few" for asking in self.certain):
            return ExitCode.VIOLATION
        settled = self.certain and all(asking.outcome == "enough" for asking in self.requirements)
        return ExitCode.OK if settled and self.authors != () else ExitCode.UNDECIDABLE
