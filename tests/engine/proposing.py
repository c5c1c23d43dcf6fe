"""A proposal judged before it lands, on a registry made by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from govops.engine.grouping import Attribution, Change, combine
from govops.engine.prospect import Foreseen, Prospect, foresee
from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.records import ContextBlob, Contributor, FileState, Subject
from govops.history import Entry, PathChange, SideCommit, Step
from govops.history.snapshot import Snapshot
from govops.rules import RULES
from tests.engine.outages import STAFF
from tests.engine.story import Story
from tests.evidence.sample import account, proposal, receipt, recorded, review
from tests.support.facts import commit, oid
from tests.support.files import File

NOW = "2026-03-01T09:00:00Z"


class Gate:
    """The usual company with what it ``adopted``, and proposals that land one after the other."""

    def __init__(self, *adopted: File, outside: Snapshot | None = None) -> None:
        self.story = Story(*(() if outside else STAFF), *adopted, outside=outside)
        self.registry = self.story.registry
        self.stands = dict((*STAFF, *adopted))
        self.met: list[frozenset[str]] = []
        self._number = 0

    def change(self, *files: File, gone: Iterable[str] = (), **told: Any) -> Change:
        """A proposal of alice's, which bob has approved unless told otherwise.

        ``by`` opened it, ``approved`` are those who did, ``reviews`` stand in their place; ``told=False``: no forge
        knows of it.
        """
        self._number += 1
        head = commit(f"proposal {self._number}", "base")
        paths = [*files, *((path, None) for path in gone)]
        diffs = tuple(self._diff(path, text) for path, text in paths)
        stood = {path: self.registry.snapshot.files[path].entry.oid for path in self.registry.snapshot.files}
        context = tuple(ContextBlob(path=path, oid=oid) for path, oid in sorted(stood.items()))
        subjects = tuple(Subject(path=one.path, old=_state(one.old), new=_state(one.new)) for one in diffs)
        reviews = told.get("reviews") or tuple(
            review(name, head=head.oid, subjects=subjects, context=context, **told.get("how", {}))
            for name in told.get("approved", ("bob",))
        )
        opened = account(told.get("by", "alice"))
        pull = proposal(
            id=str(self._number),
            opener=opened,
            head=head.oid,
            subjects=subjects,
            contributors=(Contributor(source="opener", account=opened),),
            reviews=reviews,
            opened_at="2026-01-05T08:00:00Z",
        )
        payload = receipt(base=oid("base"), tip=head.oid, proposal=pull)
        attribution = Attribution(head.oid, receipt=(recorded(payload), payload) if told.get("told", True) else None)
        self.stands.update({path: text for path, text in paths if text is not None})
        for path in gone:
            del self.stands[path]
        return combine([Step(head, diffs, side=(SideCommit(head, ()),))], attribution)

    def foresees(
        self, *files: File, gone: Iterable[str] = (), records: Iterable[Recorded] = (), **how: Any
    ) -> Foreseen:
        """What is told of such a proposal. What :class:`Prospect` knows, ``how`` may give."""
        about = {name: how.pop(name) for name in ("by", "approved", "reviews", "told", "how") if name in how}
        change = how.pop("change", None) or self.change(*files, gone=gone, **about)
        known: dict[str, Any] = {"time": NOW, "meet": lambda roles: self.met.append(frozenset(roles))} | how
        prospect = Prospect(change, EvidenceBook(records), **known)
        return foresee(RULES, self.registry, prospect, self.story.shelf)

    def _diff(self, path: str, text: bytes | None) -> PathChange:
        old = self.stands.get(path)
        return self.story.shelf.step(
            (path, old) if old is not None else None, (path, text) if text is not None else None
        )


def _state(entry: Entry | None) -> FileState | None:
    return FileState(mode=entry.mode, oid=entry.oid) if entry else None
