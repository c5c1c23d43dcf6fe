"""The demo's recorders: one signed, chained receipt for every change that landed, on the evidence branch."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from govops.app.demo.company import Company
from govops.app.demo.keys import private_key
from govops.app.demo.objects import Hands, MadeCommit, Objects, Tree, differences
from govops.app.demo.plot import Change
from govops.app.demo.proposals import LATE, Branch, Seen
from govops.evidence.records import (
    ContextBlob,
    Dismissal,
    Proposal,
    Receipt,
    Review,
    Subject,
    record_bytes,
    record_id,
    record_path,
    signed_bytes,
)
from govops.evidence.signature import sign
from govops.history import Ident
from govops.history.snapshot import binding_references
from govops.kinds import Resource, path_of_key
from govops.yamlio import load

REPOSITORY = "local:brackwater/ai-governance"
BRANCH = "main"
FORGE_NAME = "local"

_RECORDER = Ident("Recorder", "recorder@forge.brackwater.example.org")
_DELAY = 90  # seconds from the landing to its record
_DISMISSAL = 20 * 60  # seconds from a rejection to its dismissal


@dataclass(slots=True)
class Recorder:
    """Writes receipts for whichever recorder the settings name at the time."""

    company: Company
    objects: Objects
    tip: MadeCommit | None = None
    _chains: dict[str, list[str]] = field(default_factory=dict)
    _context: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    def record(self, name: str, change: Change, base: MadeCommit, tip: MadeCommit, proposal: Proposal | None) -> None:
        """Write one receipt, signed by the recorder of that name, as a commit of the evidence branch."""
        chain = self._chains.setdefault(name, [])
        pusher = None if proposal else self.company.people[change.by].accounts[0]
        at = tip.at + _DELAY + (LATE if change.late else 0)
        receipt = Receipt(
            type="govops/receipt/v1",
            recorder=name,
            sequence=len(chain),
            previous=chain[-1] if chain else None,
            recorded_at=instant(at),
            repository=REPOSITORY,
            branch=BRANCH,
            base=base.id,
            tip=tip.id,
            landed_at=instant(tip.at),
            pusher=pusher,
            proposal=proposal,
        )
        chain.append(record_id(receipt))
        content = record_bytes(receipt, sign(private_key(name), signed_bytes(receipt)))
        before: Tree = self.tip.tree if self.tip else {}
        self.tip = self.objects.commit(
            f"Receipt {receipt.sequence} of {name}",
            {**before, record_path(receipt): self.objects.blob(content)},
            parents=(self.tip.id,) if self.tip else (),
            hands=Hands(_RECORDER, _RECORDER, at),
        )

    def proposal(self, change: Change, label: str, branch: Branch) -> Proposal:
        """What the forge knows of a proposal that has landed."""
        people = self.company.people
        if change.landing == "push":
            raise ValueError("a direct push has no proposal")
        return Proposal(
            forge=FORGE_NAME,
            id=label,
            title=change.title,
            opener=people[change.by].accounts[0],
            opened_at=instant(branch.opened_at),
            merger=people[change.merger].accounts[0],
            method=change.landing,
            merge_bases=(branch.base.id,),
            head=branch.head.id,
            subjects=differences(branch.base.tree, branch.head.tree),
            contributors=tuple(branch.contributors),
            reviews=tuple(self._review(seen, f"{label}-{place}") for place, seen in enumerate(branch.seen, 1)),
        )

    def _review(self, seen: Seen, label: str) -> Review:
        people, review = self.company.people, seen.review
        dismissed = None
        if review.dismissed_by:
            dismissed = Dismissal(at=instant(seen.at + _DISMISSAL), by=people[review.dismissed_by].accounts[0])
        return Review(
            id=label,
            account=people[review.by].accounts[review.account],
            decision=review.decision,
            at=instant(seen.at),
            head=seen.head.id,
            subjects=seen.subjects,
            context=self._context_of(seen),
            dismissed=dismissed,
        )

    def _context_of(self, seen: Seen) -> tuple[ContextBlob, ...]:
        """The files that the subjects refer to and that are no subjects themselves, as they stood at the head."""
        subjects = {subject.path for subject in seen.subjects}
        named = {path for subject in seen.subjects for path in self._bound(subject)} - subjects
        tree = seen.head.tree
        return tuple(ContextBlob(path=path, oid=tree[path].oid if path in tree else None) for path in sorted(named))

    def _bound(self, subject: Subject) -> tuple[str, ...]:
        state = subject.new or subject.old
        if state is None:
            return ()
        key = (subject.path, state.oid)
        if key not in self._context:
            self._context[key] = self._references(subject.path, self.objects.blobs[state.oid])
        return self._context[key]

    @staticmethod
    def _references(path: str, content: bytes) -> tuple[str, ...]:
        resource = load(content, path=path).resource if path.endswith(".yaml") else None
        if not isinstance(resource, Resource):
            return ()
        paths = (path_of_key(reference.key) for reference in binding_references(resource))
        return tuple(path for path in paths if path is not None)


def instant(seconds: int) -> str:
    """Seconds since 1970 as ``YYYY-MM-DDTHH:MM:SSZ``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
