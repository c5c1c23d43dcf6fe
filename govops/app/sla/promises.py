"""What a history says of its agreements: every text that a change gave them, when, and whether that was approved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from govops.engine import UNTOLD, AuditFacts, Moment, Stood
from govops.finding import ChangeRecord, Status
from govops.history import REGULAR, Oid
from govops.kinds import kind_at
from govops.kinds.service_level_agreement import ServiceLevelAgreement, ServiceLevelAgreementSpec
from govops.sla.agreement import Agreement
from govops.sla.terms import Approval, Text, moment

_APPROVAL = {
    Status.PASS: Approval.GIVEN,
    Status.WAIVED: Approval.GIVEN,
    Status.UNVERIFIABLE: Approval.UNTOLD,
}


@dataclass(frozen=True, slots=True)
class _Unread:
    """A file that no kind can read: it alters nothing."""


class Promises:
    """The agreements of a history that was walked."""

    def __init__(self, facts: AuditFacts, stood: Stood) -> None:
        self._documents = facts.documents
        self._moment = stood.moment
        self._limit = stood.law.settings.limits.file_bytes
        self._changes = {change.id: change for change in stood.report.changes}
        self._latest = _latest(stood.moment)

    def agreements(self) -> Iterator[Agreement]:
        """All that ever were, by path."""
        for path, commits in sorted(self._moment.touched.items()):
            kind = kind_at(path)
            if kind is not None and kind.name == "ServiceLevelAgreement":
                texts = tuple(text for commit in commits for text in self._texts(path, commit))
                yield Agreement(path.rpartition("/")[2].removesuffix(".yaml"), path, texts)

    def _texts(self, path: str, commit: Oid) -> Iterator[Text]:
        spec = self._spec(path, commit)
        if isinstance(spec, _Unread):
            return
        told = self._moment.told.get(commit, UNTOLD)
        change = self._changes.get(commit)
        yield Text(
            commit=commit,
            spec=spec,
            earliest=_instant(told.time),
            latest=_instant(told.time if told.attested else self._latest.get(commit)),
            approval=self._approval(path, commit),
            approvers=_approvers(change, path) if change is not None else (),
        )

    def _approval(self, path: str, commit: Oid) -> Approval:
        """What stood there at the adoption, or before it was governed, is taken as it was found."""
        if self._moment.found.get(path) == commit:
            return Approval.GIVEN
        change = self._changes.get(commit)
        return _APPROVAL.get(change.status, Approval.MISSING) if change is not None else Approval.UNTOLD

    def _spec(self, path: str, commit: Oid) -> ServiceLevelAgreementSpec | _Unread | None:
        """None where the file is gone."""
        tree = self._documents.tree(commit)
        if tree is None:
            return _Unread()
        entry = tree.get(path)
        if entry is None:
            return None
        if entry.mode not in REGULAR:
            return _Unread()
        found = self._documents.load(path, entry, (), limit=self._limit).resource
        return found.spec if isinstance(found, ServiceLevelAgreement) else _Unread()


def _latest(at: Moment) -> Mapping[Oid, str]:
    """For every change that nobody attests, the adoption among them: the first attested time after it."""
    found: dict[Oid, str] = {}
    waiting = [commit for commit in dict.fromkeys(at.found.values()) if commit not in at.told]
    for commit, told in at.told.items():
        waiting.append(commit)
        if told.attested is not None and told.time is not None:
            found |= dict.fromkeys(waiting, told.time)
            waiting = []
    return found


def _approvers(change: ChangeRecord, path: str) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(one.person for one in change.approvals if one.decision == "approve" and path in one.counted)
    )


def _instant(text: str | None) -> datetime | None:
    return moment(text) if text is not None else None
