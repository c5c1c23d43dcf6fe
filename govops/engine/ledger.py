"""The ledger of a walk: every governed change told as a record, every finding, and every change in one bin."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from sys import intern

from govops.decision import ChangeFacts, Verdict, Weighed
from govops.engine.grouping import Change
from govops.engine.keeping import Trail
from govops.engine.levels import level_of
from govops.engine.process import Stopwatch
from govops.finding import ActionRecord, ApprovalRecord, ChangeRecord, Counts, Event, Finding, Status
from govops.history import Commit, Oid
from govops.rule import JudgedChange

WEAK = "(weak)"
_BINS = {Status.PASS: "approved", Status.WAIVED: "waived", Status.UNVERIFIABLE: "undecidable"}


class Ledger:
    """Grows as the walk goes on; changes outside the reported range leave no trace in it.

    ``weak`` are the approved changes that an unsigned record or a trailer made so. ``earlier`` is what another walk
    had told already, of the changes before these.
    """

    def __init__(self) -> None:
        self.findings: list[Finding] = []
        self.changes: list[ChangeRecord] = []
        self.policies: list[Event] = []
        self.weak: list[Oid] = []
        self.earlier: Trail | None = None
        self.stopwatch = Stopwatch()
        self.commits = 0
        self.bins: dict[str, int] = {}

    def note(self, finding: Finding) -> None:
        """A finding that belongs to no single change."""
        self.findings.append(finding)

    def count_unclaimed(self, commits: int, *, reporting: bool) -> None:
        """A change up to the adoption."""
        self._count("no_claim", commits, reporting=reporting)

    def count_ungoverned(self, commits: int, *, reporting: bool) -> None:
        """A change without any governed file."""
        self._count("ungoverned", commits, reporting=reporting)

    def count_pending(self, commits: int, *, reporting: bool) -> None:
        """A change after the last recorded one, where only settled history was asked for."""
        self._count("pending", commits, reporting=reporting)

    def record(
        self,
        change: Change,
        judged: JudgedChange,
        findings: Iterable[Finding],
        *,
        reporting: bool,
        status: Status,
    ) -> None:
        """A governed change with its verdict and findings, in the bin of ``status``, the worst that is left of it."""
        facts, verdict = judged.facts, judged.verdict
        governed = bool(facts.landed) or status is not Status.PASS
        name = _BINS.get(status, "violating") if governed else "ungoverned"
        self._count(name, len(change.steps), reporting=reporting)
        self.stopwatch.move(facts, reporting=reporting)
        if reporting:
            self.findings += findings
            if governed:
                told = change_record(facts, verdict, status)
                self.changes.append(told)
                self.stopwatch.decide(told)
                if status is Status.PASS and _is_weak(told):
                    self.weak.append(told.id)

    def rebin(self, before: Status, now: Status) -> None:
        """A change that was counted amounts to something else by now."""
        for status, step in ((before, -1), (now, 1)):
            name = _BINS.get(status, "violating")
            self.bins[name] = self.bins.get(name, 0) + step

    def counts(self) -> Counts:
        """The sums."""
        bins = {name: self.bins.get(name, 0) for name in ("no_claim", "pending", "approved", "waived", "violating")}
        undecidable = self.bins.get("undecidable", 0)
        decided = bins["approved"] + bins["waived"] + bins["violating"]
        return Counts(
            commits=self.commits,
            chain=sum(self.bins.values()),
            evaluated=decided + self.bins.get("ungoverned", 0),
            undecidable=undecidable,
            governed=decided + undecidable,
            **bins,
        )

    def _count(self, name: str, commits: int, *, reporting: bool) -> None:
        if reporting:
            self.commits += commits
            self.bins[name] = self.bins.get(name, 0) + 1


def _is_weak(change: ChangeRecord) -> bool:
    return WEAK in change.evidence or any(approval.weak for approval in change.approvals if approval.counted)


def change_record(facts: ChangeFacts, verdict: Verdict, status: Status) -> ChangeRecord:
    """A change as a report tells it."""
    testimony = facts.testimony
    proposal = testimony.proposal
    last = facts.commits[-1]
    opener = testimony.opener
    return ChangeRecord(
        id=facts.id,
        parent=facts.parent,
        commits=tuple(commit.oid for commit in facts.commits),
        subject=proposal.title if proposal and proposal.title else last.subject,
        status=status,
        time=testimony.landed_at,
        claimed_time=claimed_time(last),
        proposal=f"{proposal.forge}#{proposal.id}" if proposal else "",
        method=proposal.method if proposal else "direct push" if testimony.receipt else "",
        opener=_known(facts, opener.address) if opener else "",
        merger=_merger(facts),
        contributors=verdict.contributors,
        evidence=_evidence(facts),
        actions=tuple(ActionRecord(a.name, f"{a.kind}/{a.resource}", a.path, intern(a.summary)) for a in facts.actions),
        coverage=verdict.coverage,
        requirements=verdict.requirements,
        approvals=tuple(_approval(weighed) for weighed in verdict.weighed),
        labels=verdict.labels,
        opened=testimony.opened_at,
        level=level_of(facts),
    )


def _approval(weighed: Weighed) -> ApprovalRecord:
    decision = weighed.opinion.decision
    return ApprovalRecord(
        person=weighed.opinion.person,
        account=decision.address,
        decision=decision.decision,
        at=decision.at,
        evidence=decision.kind,
        record=decision.record,
        weak=decision.weak,
        head=decision.head,
        roles=weighed.roles,
        counted=weighed.counted,
        reasons=tuple((objection.rule, objection.detail) for objection in weighed.objections),
        delegate_of=weighed.lenders,
    )


def _evidence(facts: ChangeFacts) -> str:
    """Which record tells of the change; the mode where none has to."""
    testimony = facts.testimony
    if testimony.record:
        return f"receipt {testimony.record[:12]}{f' {WEAK}' if testimony.weak else ''}"
    return "" if facts.evidence_problem else facts.law.settings.evidence.mode


def _known(facts: ChangeFacts, address: str) -> str:
    found = facts.law.people_at(address)
    return found[0] if len(found) == 1 else address


def _merger(facts: ChangeFacts) -> str:
    proposal = facts.testimony.proposal
    if proposal is None or proposal.merger is None:
        return ""
    return _known(facts, proposal.merger.address)


def claimed_time(commit: Commit) -> str:
    """The committer date as the header claims it, in UTC; shown and never used. Empty where none can be read."""
    if not commit.committer_time:
        return ""
    seconds = int(commit.committer_time.split()[0])
    return f"{datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None).isoformat()}Z"
