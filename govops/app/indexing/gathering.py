"""From one audit of a repository to all that its index has to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from govops.app.audit import refuse_without_rules
from govops.app.indexing.happenings import general_findings, happenings_of
from govops.app.indexing.hosted import Hosted, read_hosted
from govops.app.indexing.overall import commit_row, receipts_of, whole_tables
from govops.app.indexing.watching import Watch, watched
from govops.app.reports import with_service
from govops.engine import AuditFacts, Told, Watched, watch
from govops.errors import GovopsError
from govops.finding import Report
from govops.history import Commit, Oid, Step
from govops.index.schema import built_with
from govops.index.writing import Content, Row
from govops.rules import RULES
from govops.service import ServiceReport
from govops.workspace import Opened, Opening, open_kept


@dataclass(frozen=True, slots=True)
class Gathered:
    """The report of an audit, and what an index of it holds."""

    report: Report
    content: Content


Usable = Callable[[int, Oid], bool]
"""Whether an index can be continued after so many commits, the last of which is this one."""


@contextmanager
def opened(repository: Path, cache: Path | None) -> Iterator[Opening]:
    """The repository as it stands now; an audit of it may go on from what a cache has."""
    with open_kept(Opened(repository), cache) as opening:
        yield opening


def unusable(seen: int, commit: Oid) -> bool:
    """No index can be continued."""
    return False


def gather(
    opening: Opening,
    service: ServiceReport | None = None,
    usable: Usable = unusable,
    hosted_at: tuple[str | None, Oid | None] | None = None,
) -> Gathered:
    """Audit, and gather what an index holds: from where an ``usable`` one can be continued, or all of it.

    ``hosted_at`` is the branch of open proposals and its commit, by default as they are.
    """
    hosted = read_hosted(opening.scene, hosted_at)
    for facts in opening.attempts():
        place = facts.kept.place if facts.kept is not None else None
        if place is not None and not usable(place.seen, place.commit):
            continue
        commits: list[Commit] = []
        try:
            done = watch(RULES, replace(facts, steps=_noting(facts.steps, commits)), partial(Watch, _positions(facts)))
        except GovopsError:
            if place is None:
                raise
            continue  # a walk from the start says it in its own way
        if done is not None:
            if done.kept is not None:
                opening.keep(done.kept)
            refuse_without_rules(done.report)
            report = replace(done.report, changes=tuple(done.report.changes), findings=tuple(done.report.findings))
            report = with_service(report, service) if service is not None else report
            since = place.seen if place is not None else 0
            return Gathered(report, _content(opening, facts, done, report, Beside(since, commits, hosted)))
    raise GovopsError("no walk came to its end")


@dataclass(frozen=True, slots=True)
class Beside:
    """What was learnt beside the audit."""

    since: int
    commits: Sequence[Commit]
    hosted: Hosted


def _noting(steps: Callable[[], Iterable[Step]], commits: list[Commit]) -> Callable[[], Iterator[Step]]:
    def noted() -> Iterator[Step]:
        commits.clear()
        return watched(steps(), commits)

    return noted


def _positions(facts: AuditFacts) -> dict[Oid, int]:
    return {oid: position for position, oid in enumerate(facts.chain.steps)}


def _content(opening: Opening, facts: AuditFacts, done: Watched[Watch], report: Report, beside: Beside) -> Content:
    positions = _positions(facts)
    return Content(
        since=beside.since,
        commits=list(_commits(beside.commits, positions, done.told, report.provenance.adoption)),
        stands=done.watcher.stands,
        happenings=happenings_of(report, positions),
        general=general_findings(report, positions),
        receipts=list(receipts_of(opening.evidence)),
        whole=whole_tables(report, positions, beside.hosted.proposals),
        standing=_standing(report, len(facts.chain.steps) - 1, beside.hosted),
    )


def _commits(
    commits: Sequence[Commit], positions: Mapping[Oid, int], told: Mapping[Oid, Told], adoption: Oid | None
) -> Iterator[Row]:
    """The steps, each with the change that it is part of; the last step of a change has its name and tells its time.

    An adoption that nobody recorded is no part of the change after it.
    """
    changes: list[str] = []
    change = ""
    for commit in reversed(commits):
        change = commit.oid if commit.oid in told else "" if commit.oid == adoption else change
        changes.append(change)
    time = None
    for commit, change in zip(commits, reversed(changes), strict=True):
        known = told.get(commit.oid)
        time = known.time if known is not None else time
        row = {"change_id": change, "time": time, "attested": known.attested if known is not None else None}
        yield {**commit_row(commit, positions[commit.oid]), **row}


def _standing(report: Report, position: int, hosted: Hosted) -> Row:
    origin = report.provenance
    return {
        "repository": origin.repository,
        "ref": origin.ref,
        "commit_id": origin.tip,
        "position": position,
        "evidence_ref": origin.evidence_ref,
        "evidence_tip": origin.evidence_tip,
        "hosted_ref": hosted.ref,
        "hosted_tip": hosted.tip,
        "built_with": built_with(),
        "adoption_id": origin.adoption or "",
    }
