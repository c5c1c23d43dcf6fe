"""What an earlier report, kept elsewhere, knew otherwise of a repository: nobody here could change that report."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from govops.errors import GovopsError, UsageError
from govops.evidence.book import Tampering
from govops.finding import Provenance
from govops.git import CleanRoom
from govops.history import Oid


@dataclass(frozen=True, slots=True)
class Continuity:
    """The repository as it is now, held against where a report comes from."""

    room: CleanRoom
    since: Provenance
    tip: Oid
    evidence_tip: Oid | None

    def check(self, repository: str) -> None:
        """UsageError for a report of something else."""
        if self.since.repository != repository:
            raise UsageError(
                f'the earlier report is of repository "{self.since.repository}", and this is "{repository}"',
                hint="give a report of this repository with --since-report",
            )
        if self.since.object_format != self.room.object_format:
            raise UsageError(f"the earlier report has ids of {self.since.object_format}, not {self.room.object_format}")

    def moved(self, steps: Collection[Oid]) -> Iterator[tuple[str, Oid]]:
        """What of the branch and its tag is not where the report says, in words, and the commit that it names."""
        since = self.since
        if since.tip not in steps:
            yield (
                f"an earlier report ends at {since.tip}, which is not on the first-parent chain of {self.tip}",
                since.tip,
            )
        if since.tag is not None:
            now = self._named(since.tag)
            if now != since.tip:
                yield f"tag {since.tag} named {since.tip} in an earlier report, and names {now or 'nothing'}", since.tip

    def cut(self) -> Iterator[Tampering]:
        """The sign that the evidence branch does not go on from where it ended in the report."""
        old, new = self.since.evidence_tip, self.evidence_tip
        if old is not None and (new is None or not self._goes_on(old, new)):
            what = f"{new} does not descend from it" if new else "it is gone"
            yield Tampering("", f"the evidence branch ended at {old} in an earlier report, and {what}", old)

    def _named(self, tag: str) -> Oid | None:
        try:
            return self.room.resolve(tag) if self.room.ref(tag) else None
        except GovopsError:
            return None

    def _goes_on(self, old: Oid, new: Oid) -> bool:
        try:
            return self.room.is_ancestor(old, new)
        except GovopsError:
            return False
