"""Approve or reject an open proposal in somebody's name."""

from __future__ import annotations

from typing import Literal

from govops.app.governance import Actor, ConflictError, ForbiddenError, Site, StaleError, Submitted
from govops.app.hosting.landing import closed, conclude
from govops.app.hosting.scene import Judged, Scene, writing
from govops.finding import ApprovalRecord
from govops.forge.hosted import HostedDecision, HostedProposal
from govops.git import Store
from govops.history import Oid

_LONGEST_NOTE = 4000


def decide(  # noqa: PLR0913  a decision has so many parts
    site: Site,
    actor: Actor,
    id: str,
    *,
    decision: Literal["approve", "reject"],
    note: str = "",
    head: Oid | None = None,
) -> Submitted:
    """Store what somebody decided, and land the proposal if the gate passes with it.

    A rejection closes it; the opener's own withdraws it. ForbiddenError, in the gate's words, for a decision that would
    not count; StaleError if ``head`` is not what is proposed; ConflictError if it is closed.
    """

    def attempt(scene: Scene, store: Store) -> Submitted | None:
        scene.person(actor)
        kept = scene.open_one(id)
        if head is not None and head != kept.head:
            raise StaleError(f"proposal {id} is at {kept.head[:12]}, not at {head[:12]}", hint="look at it again")
        if scene.is_elsewhere:
            raise ConflictError(f"reviews happen at {kept.url or 'the forge'}", hint="give yours there")
        if scene.has_landed(kept):
            raise ConflictError(f"proposal {id} has landed already", hint="nothing that is said now changes it")
        with_it = _with(scene, kept, actor, decision, note[:_LONGEST_NOTE])
        found = scene.judge(with_it)
        with_it = _accepted(scene, with_it, found)
        return conclude(scene, store, with_it, f"{decision.capitalize()} proposal {id}", found)

    return writing(site, attempt)


def _with(
    scene: Scene, kept: HostedProposal, actor: Actor, decision: Literal["approve", "reject"], note: str
) -> HostedProposal:
    made = HostedDecision(
        id=f"{kept.id}-{len(kept.decisions) + 1}",
        account=actor.account,
        person=actor.name,
        decision=decision,
        at=scene.moment(kept.latest),
        head=kept.head,
        note=note,
    )
    return kept.model_copy(update={"decisions": (*kept.decisions, made)})


def _accepted(scene: Scene, kept: HostedProposal, found: Judged) -> HostedProposal:
    """The proposal with a decision that counts, closed if it is a rejection. ForbiddenError if it does not count."""
    made = kept.decisions[-1]
    if found.conflicts:
        return kept  # it can land no more, whatever anybody says of it
    if made.decision == "approve":
        _refuse_useless(made, found)
        return kept
    if made.person == kept.person:
        return closed(scene, kept, "withdrawn")
    blocking = (f for f in found.outlook.findings if f.rule == "blocked-by-rejection")
    if not any(evidence.endswith(f"#{made.id}") for finding in blocking for evidence in finding.evidence):
        raise ForbiddenError(
            f"a rejection by {made.person} would not count",
            hint="those can reject it who could approve it, and its opener can withdraw it",
        )
    return closed(scene, kept, "rejected")


def _refuse_useless(made: HostedDecision, found: Judged) -> None:
    given = next(one for one in found.outlook.change.approvals if one.record.endswith(f"#{made.id}"))
    is_outdated = any(rule == "context-changed" for rule, _ in given.reasons)
    if not is_outdated and (given.counted or not given.reasons):
        return
    needed = "; ".join(dict.fromkeys(missing.text for missing in found.outlook.missing)) or "nothing"
    outdated = "what it refers to has changed since: let its opener withdraw it, and propose it again"
    raise ForbiddenError(
        f"an approval by {made.person} would not count: {_why(given)}",
        hint=outdated if is_outdated else f"still needed: {needed}",
    )


def _why(approval: ApprovalRecord) -> str:
    return "; ".join(f"{rule}{f' ({words})' if words else ''}" for rule, words in approval.reasons)
