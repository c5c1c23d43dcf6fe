"""The approval process as it stands: what has landed, measured, and which open proposals wait for whom."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from govops.app.audit import audit
from govops.app.gate import outlook
from govops.app.proposing.desk import PROPOSALS
from govops.engine.process import elapsed
from govops.errors import GovopsError
from govops.finding import Provenance, Report, Status
from govops.git import CleanRoom
from govops.history import Oid
from govops.kinds.scalars import duration_seconds
from govops.outlook import Outlook
from govops.process import OpenProposal, Queue, WaitsFor
from govops.workspace import Asked, Opened, now
from govops.workspace.opening import open_branches, settings_at

_PLACES = (f"refs/remotes/origin/{PROPOSALS}", f"refs/heads/{PROPOSALS}")  # what is here stands for itself
_LISTED = ("local", "none")  # where proposals are branches; other forges would have to be asked


def approval_process(asked: Opened, cache: Path | None = None) -> tuple[Report, Queue]:
    """The audit's report, and the proposals that are open by the branches of this clone."""
    report = audit(asked, cache)
    return report, _queue(asked, report.provenance)


def _queue(asked: Opened, origin: Provenance) -> Queue:
    with open_branches(asked.repository, ref=asked.ref, evidence_ref=asked.evidence_ref) as (room, _, _):
        forge = settings_at(room, origin.tip).forge.type
        heads = {name.removeprefix(place): oid for place in _PLACES for name, oid in room.refs(place)}
        heads = {name: oid for name, oid in sorted(heads.items()) if not _is_in(room, oid, origin.tip)}
    if forge not in _LISTED:
        return Queue(problem=f"{forge} keeps the open proposals, and does not list them to govops")
    return Queue(tuple(_open(asked, origin, name, head) for name, head in heads.items()))


def _is_in(room: CleanRoom, head: Oid, tip: Oid) -> bool:
    """Whether the branch has it already. A head that is not in this clone is told as a proposal all the same."""
    try:
        return room.is_ancestor(head, tip)
    except GovopsError:
        return False


def _open(asked: Opened, origin: Provenance, name: str, head: Oid) -> OpenProposal:
    as_of = origin.as_of or now()
    gate = Asked(
        asked.repository, as_of, origin.tip, head=head, policies=asked.policies, evidence_ref=asked.evidence_ref
    )
    try:
        found = outlook(gate)
    except GovopsError as error:
        return OpenProposal(name, "", head, "", None, problem=error.message)
    change = found.change
    age = elapsed(change.opened, as_of)
    return _judged(OpenProposal(name, change.subject, head, change.opener, change.opened, age), found)


def _judged(proposal: OpenProposal, found: Outlook) -> OpenProposal:
    """What it waits for, and by when that should have come."""
    waits = tuple(WaitsFor(one.text, one.source, one.count, one.could) for one in found.missing)
    unmet = [one for one in found.change.requirements if one.status is not Status.PASS and one.decide_within]
    target = min((one.decide_within for one in unmet), key=duration_seconds, default="")
    late = bool(target) and proposal.age is not None and proposal.age > duration_seconds(target)
    other = [finding for finding in found.findings if finding.status is not Status.WARN]
    problem = f"{other[0].rule}: {other[0].message}" if other and not waits else ""
    return replace(proposal, waits_for=waits, target=target, is_overdue=late, problem=problem)
