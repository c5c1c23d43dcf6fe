"""The incidents of the usual company as changes and reports make them, without a repository."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from govops.decision import Law, Opinion, Verdict, Weighed
from govops.engine.incidents import Incidents, OpenIncident
from govops.evidence.book import EvidenceBook, Recorded
from govops.evidence.records import IncidentReport
from govops.finding import Status
from govops.history.snapshot import Snapshot
from govops.kinds import Resource
from govops.lifecycle import Action
from tests.decision.sample import facts, said
from tests.support.cast import public_line
from tests.support.facts import oid, standing
from tests.support.files import REPOSITORY, File, company, incident

PATH = "registry/incidents/outage.yaml"
DONE = {"by": "bob", "at": "2026-01-06T09:00:00Z", "notes": "Restarted"}
TAKEN_UP = {"by": "dave", "at": "2026-01-05T10:00:00Z"}
STAFF = tuple((path, text) for path, text in company().items() if isinstance(text, bytes))


def day(number: int, second: int = 0) -> str:
    """When the change of this number landed, and so many seconds later."""
    return f"2026-02-{number + 1:02}T09:00:{second:02}Z"


def outage(**spec: Any) -> File:
    """The critical incident that it is all about."""
    return incident("outage", **({"severity": "critical"} | spec))


def key(person: str) -> str:
    """The public key of a person, as a record names its signer."""
    return " ".join(public_line(person).split()[:2])


def report(person: str = "dave", *, place: int = 0, at: str | None = None, **fields: Any) -> Recorded:
    """Somebody's own signed report of it, by default of the moment at which change 0 landed; ``signer`` may differ."""
    signer = fields.pop("signer", key(person))
    told = {
        "repository": REPOSITORY,
        "branch": "main",
        "person": person,
        "name": "outage",
        "severity": "critical",
        "title": "It is down",
        "resource": "Model/fraud",
        "at": at or day(0),
    }
    payload = IncidentReport(type="govops/incident/v1", **(told | fields))
    name = hashlib.sha256(f"{place} {payload}".encode()).hexdigest()
    return Recorded(name, payload, signer, place)


def heard(record: Recorded) -> tuple[Recorded, IncidentReport]:
    """The record and the report that it holds."""
    assert isinstance(record.payload, IncidentReport)
    return record, record.payload


def counted(*paths: str) -> Weighed:
    """Bob's approval, which counted for these paths."""
    return Weighed(Opinion(said("bob"), ("bob",)), paths, ("approver",), ())


class Outages:
    """Incidents that were ``adopted`` or came since; the company's people and roles stand beside them."""

    def __init__(self, *adopted: File, lawful: Callable[[str], bool] | None = None) -> None:
        self.snapshot = Snapshot()
        self._put((*STAFF, *adopted))
        self.law = Law(self.snapshot)
        self.incidents = Incidents()
        self.incidents.lawful = lawful or self.incidents.lawful
        self.incidents.settle(self.snapshot, oid("0"), day(0))

    def lands(self, number: int, *files: File, **how: Any) -> str:
        """A change of that number, approved by bob unless told otherwise; its commit.

        ``gone`` paths go; ``status`` is the verdict, ``approved`` the paths for which bob's approval counted,
        ``unclosed`` those that nobody who may has closed, ``time`` when it landed, ``times`` in how many
        ways the difference of each file is told.
        """
        gone: tuple[str, ...] = how.get("gone", ())
        paths = (*gone, *(path for path, _ in files))
        before = {path: self._found(path) for path in paths}
        self._put(files, gone)
        actions = tuple(self._action(path, before[path]) for path in paths) * how.get("times", 1)
        change = facts(self.law, id=oid(str(number)), time=how.get("time", day(number)), actions=actions)
        verdict = Verdict(how.get("status", Status.PASS), weighed=(counted(*how.get("approved", paths)),))
        self.incidents.take(change, verdict, how.get("unclosed", ()), self.snapshot)
        return change.id

    def hears(self, *records: Recorded, before: int | None = None) -> None:
        """These reports, and no others, stand on the evidence branch; those before a place are judged."""
        self.incidents.listen(EvidenceBook(records), self.incidents.lawful)
        self.incidents.hear(self.law, self.snapshot, before=before, doubted=lambda signer: False)

    @property
    def open(self) -> dict[str, OpenIncident]:
        """Those that are open, by name."""
        return {one.name: one for one in self.incidents.standing(self.snapshot)}

    def _found(self, path: str) -> Resource | None:
        file = self.snapshot.files.get(path)
        return file.resource if file else None

    def _action(self, path: str, old: Resource | None) -> Action:
        new = self._found(path)
        some = new or old
        assert some is not None, path
        return Action("incident.update", some.kind, some.metadata.name, path, old, new)

    def _put(self, files: Iterable[File], gone: Iterable[str] = ()) -> None:
        for file in files:
            self.snapshot.put(file[0], standing(file))
        for path in gone:
            self.snapshot.put(path, None)
