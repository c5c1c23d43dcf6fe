"""Write violations that a check found as files on a branch, each of them once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from govops import yamlio
from govops.app.proposing.branches import put
from govops.app.sla.checking import overlaps
from govops.errors import UndecidableError
from govops.git import CleanRoom
from govops.history import Oid
from govops.kinds import API_VERSION
from govops.kinds.sla_violation import SlaViolation
from govops.service import ServiceReport, Span, Violation, exact, shown
from govops.workspace.documents import LARGEST_DOCUMENT
from govops.workspace.opening import open_branches

PREFIX = "sla-violations-"
_FOLDER = "registry/slas"
_PLACES = (
    "refs/heads/",
    "refs/remotes/origin/",
    "refs/heads/govops/proposals/",
    "refs/remotes/origin/govops/proposals/",
)
_SCHEMA_LINE = "# yaml-language-server: $schema=../../../../schemas/SlaViolation.schema.json\n"


@dataclass(frozen=True, slots=True)
class ProposedViolations:
    """What was written on ``branch`` (None: nothing was new), and on which branches others are ``waiting``."""

    branch: str | None
    violations: tuple[Violation, ...] = ()
    waiting: tuple[tuple[Violation, str], ...] = ()


def propose(repository: Path, report: ServiceReport) -> ProposedViolations:
    """Write the new violations of a report on a branch on top of the tip that it is about.

    What stands on such a branch already, here or at origin, is not written again. UndecidableError if the protected
    branch has moved since the report.
    """
    with open_branches(repository) as (room, protected, _):
        if protected.tip != report.tip:
            hint = "check the protected branch itself, without --ref"
            raise UndecidableError(f"{protected.ref} is not at {report.tip[:12]}, which was checked", hint=hint)
        standing = [*_standing(room)]
    fresh, waiting = [], []
    for violation in (one for one in report.violations if not one.is_recorded):
        branch = next((name for name, one in standing if overlaps(violation, one)), None)
        if branch is None:
            fresh.append(violation)
        else:
            waiting.append((violation, branch))
    if not fresh:
        return ProposedViolations(None, waiting=tuple(waiting))
    branch = PREFIX + hashlib.sha256("".join(sorted(one.id for one in fresh)).encode()).hexdigest()[:8]
    files = {one.path: _SCHEMA_LINE + yamlio.dump(document(one)) for one in fresh}
    put(repository, branch, files, _message(fresh), onto=report.tip)
    return ProposedViolations(branch, tuple(fresh), tuple(waiting))


def document(violation: Violation) -> dict[str, Any]:
    """A violation as YAML has it; what was measured is rounded as it is shown."""
    spec = {
        "sla": violation.sla,
        "objective": violation.metric,
        "window": {"start": violation.span.start, "end": violation.span.end},
        "target": _number(violation.target),
        "actual": _number(Fraction(shown(violation.metric, violation.actual, violation.target))),
    }
    return {"apiVersion": API_VERSION, "kind": "SlaViolation", "metadata": {"name": violation.id}, "spec": spec}


def _number(value: Fraction) -> int | float:
    return int(value) if value.denominator == 1 else float(value)


def _message(violations: Sequence[Violation]) -> str:
    slas = ", ".join(sorted({one.sla for one in violations}))
    return f"Record {len(violations)} violation{'s' if len(violations) > 1 else ''} of {slas}"


def _standing(room: CleanRoom) -> Iterator[tuple[str, Violation]]:
    """(branch, violation) of every branch of violations that there is."""
    for place in _PLACES:
        for name, tip in room.refs(place + PREFIX):
            for violation in _recorded(room, tip):
                yield name.removeprefix("refs/heads/").removeprefix("refs/remotes/"), violation


def _recorded(room: CleanRoom, commit: Oid) -> Iterator[Violation]:
    entries = {entry.oid: path for path, entry in room.listing(commit, _FOLDER).items() if "/violations/" in path}
    for oid, content in room.blobs(list(entries), limit=LARGEST_DOCUMENT):
        found = yamlio.load(content, path=entries[oid]).resource if isinstance(content, bytes) else None
        if isinstance(found, SlaViolation):
            spec = found.spec
            span = Span(spec.window.start, spec.window.end)
            target, actual = exact(spec.target), exact(spec.actual)
            yield Violation(found.metadata.name, spec.sla, spec.objective, span, target, actual, entries[oid])
