"""Whether a moment can be answered for, and by which clock."""

from __future__ import annotations

from collections.abc import Iterator

from govops.answer import Clock
from govops.engine import UNTOLD, AuditFacts, Moment
from govops.errors import UndecidableError, UsageError
from govops.finding import Finding, Provenance, Report, Status
from govops.history import Oid
from govops.workspace import Opened

_BY_INSTANT = "attested time"
_BY_REVISION = "revision"
_BY_TIP = "tip"


def require_known(asked: Opened, facts: AuditFacts, report: Report, moment: Moment) -> None:
    """Refuse a moment of which nothing can be told.

    Raises UsageError where another question has an answer: a revision that is no change of its own, an instant
    in a history that nobody attests. Raises UndecidableError where the history cannot tell.
    """
    if facts.until.commit is not None and facts.until.commit != moment.commit:
        raise _no_change(asked, facts.until.commit, facts, report, moment)
    if asked.back_to_instant is not None and moment.time is None:
        raise _no_time(asked.back_to_instant, moment)
    if not moment.is_known:
        raise UndecidableError(
            f"what stood after {moment.commit or 'the first commit'} is not known: commits before it cannot be read",
            hint="`govops audit` names them; fetch the complete history, then check it with git fsck",
        )


def clock(asked: Opened, moment: Moment) -> Clock:
    """How the moment was found."""
    commit = moment.commit or ""
    following = moment.following
    return Clock(
        asked=asked.back_to_instant or asked.back_to or "",
        by=_BY_INSTANT if asked.back_to_instant else _BY_REVISION if asked.back_to else _BY_TIP,
        commit=commit,
        time=moment.time,
        attested=moment.told.get(commit, UNTOLD).attested,
        next_commit=following[0] if following else None,
        next_attested=following[1].attested if following else None,
        unattested=moment.unattested,
    )


def notes(provenance: Provenance) -> tuple[str, ...]:
    """What a reader must know of the whole answer."""
    return tuple(_notes(provenance))


def doubts(report: Report) -> tuple[str, ...]:
    """Findings that belong to no single governed change, in words: they are about the history or its evidence."""
    commits = {commit for change in report.changes for commit in change.commits}
    return tuple(f"{finding.rule}: {finding.message}" for finding in report.findings if _is_general(finding, commits))


def _is_general(finding: Finding, commits: set[Oid]) -> bool:
    return finding.commit not in commits and finding.status not in (Status.WARN, Status.WAIVED)


def _notes(provenance: Provenance) -> Iterator[str]:
    if provenance.single_maintainer:
        yield "this repository says that one person keeps it; separation of duties is not shown"
    if provenance.retrospective is not None:
        yield f"rules of {provenance.retrospective}, outside of this history, are applied in retrospect"
    yield from provenance.notes


def _no_time(instant: str, moment: Moment) -> UsageError | UndecidableError:
    hint = "give a revision instead: --as-of COMMIT"
    if moment.following is None or moment.following[1].time is None:
        return UsageError(
            "no change of this history has an attested time, so no instant can be found in it; commit dates are typed"
            " by whoever commits and are not used",
            hint=hint,
        )
    commit, told = moment.following
    return UndecidableError(
        f"what stood on {instant} could not be established: the first attested time is {told.time}, of change"
        f" {commit[:12]}, and nobody tells when anything before it landed",
        hint=hint,
    )


def _no_change(asked: Opened, commit: Oid, facts: AuditFacts, report: Report, moment: Moment) -> UsageError:
    place = {oid: index for index, oid in enumerate(facts.chain.steps)}
    adoption = report.provenance.adoption
    if adoption is not None and place[commit] < place[adoption]:
        return UsageError(
            f'--as-of "{asked.back_to}" lies before the adoption of govops, and nothing is claimed of that time',
            hint=f"the adoption is {adoption}; name it or a later commit",
        )
    change = moment.following[0] if moment.following else facts.chain.tip
    return UsageError(
        f'--as-of "{asked.back_to}" is one of several commits that landed together as change {change[:12]}',
        hint=f"name {change} for what stood after it, or {moment.commit} for what stood before",
    )
