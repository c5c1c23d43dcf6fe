"""Findings by change, and the changes that they are about, without holding either."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from govops.finding import ChangeRecord, Finding, Report, Status
from govops.render.wording import results_of, with_status


def by_change(
    report: Report, statuses: Sequence[Status]
) -> Iterator[tuple[str, ChangeRecord | None, Iterator[Finding]]]:
    """(id of the change or commit, the change, its findings), in order of first appearance.

    The findings of one are to be taken before the next one is asked for. Findings and changes both stand in chain
    order, so that one pass finds what belongs together; findings that stand apart are looked for once more.
    """
    commits, scattered = _commits(with_status(report, *statuses))
    changes = _Search(report.changes, results_of(report, commits))
    told: set[str] = set()

    def key(finding: Finding) -> tuple[str, ChangeRecord | None]:
        change = changes.find(finding.commit or "")
        return change.id if change else finding.commit or "", change

    for (oid, change), those in groupby(with_status(report, *statuses), key):
        of = {oid, *(change.commits if change else ())}
        if not of & scattered:
            yield oid, change, those
        elif oid not in told:
            told.add(oid)
            yield oid, change, (f for f in with_status(report, *statuses) if (f.commit or "") in of)


def _commits(findings: Iterable[Finding]) -> tuple[set[str], set[str]]:
    """The commits that findings name, and those among them whose findings do not follow each other."""
    named: set[str] = set()
    scattered: set[str] = set()
    for commit, _ in groupby(finding.commit or "" for finding in findings):
        (scattered if commit in named else named).add(commit)
    return named, scattered


class _Search:
    """Finds changes by commit, going on from the last one found; ``known`` are the commits that there are."""

    def __init__(self, changes: Sequence[ChangeRecord], known: Iterable[str]) -> None:
        self._changes = changes
        self._known = set(known)
        self._rest = iter(changes)
        self._last: ChangeRecord | None = None

    def find(self, commit: str) -> ChangeRecord | None:
        """The change that holds this commit, None where none does."""
        if commit not in self._known:
            return None
        while self._last is None or commit not in (self._last.id, *self._last.commits):
            self._last = next(self._rest, None)
            if self._last is None:
                self._rest = iter(self._changes)
        return self._last
