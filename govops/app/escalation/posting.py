"""Tell people: each step once, by a webhook, and a signed record of it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace

from govops.app.escalation.asking import escalations
from govops.app.escalation.webhooks import DEFAULT, NoAnswerError, Webhooks, send, variable
from govops.errors import GovopsError, UsageError
from govops.escalation import Delivery, EscalationReport, Notice
from govops.evidence.records import canonical
from govops.git.authoring import remotes
from govops.git.locate import locate
from govops.workspace import Opened
from govops.workspace.delivering import Deliveries, Done
from govops.workspace.keys import SigningKey
from govops.workspace.recorded import Stood

NOTICE = "govops/escalation-notice/v1"

Send = Callable[[str, bytes, str, tuple[str, ...]], int]
"""An address, a body, the key of the delivery and who is told -> the status of the answer, from 200 to 299."""


@dataclass(frozen=True, slots=True)
class Posting:
    """How to tell: with which addresses, who signs the records, and whether they are pushed."""

    webhooks: Webhooks
    key: SigningKey
    push: bool = True
    send: Send = send


def post(asked: Opened, posting: Posting) -> EscalationReport:
    """Tell everybody who is to be told and was not, oldest step first, and record each delivery as soon as it is made.

    A delivery that fails does not keep others back; the next run tries it again. UndecidableError, and nothing is told,
    where the remote cannot be asked what was told already.
    """
    root = locate(asked.repository, discover=True).shown
    known = remotes(root) if posting.push else ()
    if posting.push and not known:
        raise UsageError("the repository has no remote to push records to", hint="keep them here with --no-push")
    remote = "origin" if "origin" in known else next(iter(known), None)
    writer = Deliveries(root, posting.key, remote, asked.ref)
    stood = writer.begin()
    report = escalations(asked, remote=remote)
    teller = _Teller(posting, report, writer, stood)
    made = tuple(made for notice in report.due for made in teller.tell(notice))
    return replace(report, due=tuple(_marked(notice, made) for notice in report.due), deliveries=made)


def _marked(notice: Notice, made: tuple[Delivery, ...]) -> Notice:
    """The step as it is after the deliveries: whoever was told now counts as told."""
    mine = [one for one in made if (one.rule, one.after_minutes, one.subject) == _step(notice)]
    now = [entry for one in mine if one.record for entry in one.entries]
    return replace(notice, told=(*notice.told, *now))


def _step(notice: Notice) -> tuple[str, int, str]:
    return notice.rule, notice.after_minutes, notice.subject.resource


@dataclass(frozen=True, slots=True)
class _Teller:
    """One run. ``silent`` are the addresses that gave no answer: none of them is waited for twice."""

    posting: Posting
    report: EscalationReport
    writer: Deliveries
    stood: Stood
    silent: set[str] = field(default_factory=set)

    def tell(self, notice: Notice) -> Iterator[Delivery]:
        """One delivery for each address: whoever has the same one is told together."""
        by_address: dict[str | None, list[str]] = {}
        for entry in notice.waiting:
            by_address.setdefault(self.posting.webhooks.address(entry), []).append(entry)
        for address, several in by_address.items():
            delivery = Delivery(*_step(notice), tuple(several))
            if address is None:
                hint = f"set {variable(several[0])} or {DEFAULT}, or give --webhook"
                yield replace(delivery, reason="nobody said which webhook tells them", hint=hint)
            elif address in self.silent:
                yield replace(delivery, reason="their webhook gave no answer just now", hint="run it again later")
            else:
                key = key_of(notice, several, (self.report.repository, self.stood.settings.protected_branch))
                yield self._deliver(replace(delivery, key=key), address, notice)

    def _deliver(self, delivery: Delivery, address: str, notice: Notice) -> Delivery:
        body = canonical(notice_body(delivery, notice, self.report))
        try:
            status = self.posting.send(address, body, delivery.key, delivery.entries)
        except GovopsError as error:
            if isinstance(error, NoAnswerError):
                self.silent.add(address)
            return replace(delivery, reason=error.message, hint=error.hint)
        report, told = self.report, (*_step(notice), delivery.entries)
        return self._record(delivery, Done(*told, notice.due_at, report.as_of, report.tip, delivery.key, status))

    def _record(self, delivery: Delivery, done: Done) -> Delivery:
        try:
            appended = self.writer.write(done, self.stood)
        except GovopsError as error:
            reason = f"they were told, and no record of it was written: {error.message}"
            return replace(delivery, reason=reason, hint="the next run tells them again, with the same Idempotency-Key")
        written = replace(delivery, record=next(iter(appended.ids[-1:]), "elsewhere"))
        if appended.is_pushed:
            return written
        reason = "they were told; the record is kept here, and the remote did not take it"
        return replace(written, reason=reason, hint="see that the evidence branch may be pushed, and run it again")


def key_of(notice: Notice, entries: list[str], governed: tuple[str, str]) -> str:
    """The same for the same step, subject and people, whoever tells them and when: 64 hex digits.

    ``governed`` are the repository and its protected branch.
    """
    told = [*governed, *_step(notice), sorted(entries)]
    return hashlib.sha256(canonical(told)).hexdigest()


def notice_body(delivery: Delivery, notice: Notice, report: EscalationReport) -> Mapping[str, object]:
    """What is posted. ``text`` holds nothing that a stranger wrote: chat systems show it, with mentions and links."""
    about = f"{notice.subject.resource}{f' ({notice.subject.severity})' if notice.subject.severity else ''}"
    since = f"is open since {notice.subject.reported_at}"
    return {
        "schema": NOTICE,
        "key": delivery.key,
        "text": f"{about} {since}: step {notice.after_minutes} min of {notice.rule} is due since {notice.due_at}",
        "repository": report.repository,
        "branch": report.ref,
        "commit": report.tip,
        "as_of": report.as_of,
        "rule": notice.rule,
        "after_minutes": notice.after_minutes,
        "due_at": notice.due_at,
        "subject": asdict(notice.subject),
        "notify": [asdict(one) for one in notice.recipients if one.entry in delivery.entries],
    }
