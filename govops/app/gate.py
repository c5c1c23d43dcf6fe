"""Judge a proposal before it lands: for `plan`, `gate` and `simulate`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from govops.decision import Candidates, Law
from govops.engine import Assume, Foreseen, foresee
from govops.errors import ExitCode, UndecidableError, UsageError
from govops.evidence.testimony import Decision, Testimony
from govops.finding import ChangeRecord, RequirementRecord, Severity, Status
from govops.forge import Forge, ForgeProposal, StatusState
from govops.history import Oid
from govops.history.snapshot import addresses
from govops.outlook import Accepted, Missing, Outlook
from govops.rules import RULES
from govops.workspace import Asked, Gate, open_gate
from govops.workspace.landings import named_in

STATUS = "govops/gate"  # what a branch rule at the forge should require
_STATES: dict[ExitCode, StatusState] = {ExitCode.OK: "success", ExitCode.VIOLATION: "failure"}


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Who may be asked about the proposal.

    ``forge`` opens the forge of a repository as Settings name it; ``number`` None lets the forge find the proposal by
    its head.
    """

    forge: Callable[[str], Forge] | None = None
    number: str | None = None


@dataclass(frozen=True, slots=True)
class Pretence:
    """What a simulation adds and leaves out: names of Users."""

    approve: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """For people, in order."""
        return (*(f"{name} approves" for name in self.approve), *(f"{name} says nothing" for name in self.without))


def outlook(asked: Asked, known: Knowledge | None = None, pretence: Pretence | None = None) -> Outlook:
    """The verdict on one proposal if it landed now.

    UsageError if there is nothing to judge by, UndecidableError if the forge tells of another head than was asked for.
    """
    known, pretence = known or Knowledge(), pretence or Pretence()
    with open_gate(asked) as (gate, head):
        found = judged(gate, head, known, pretence)
    return outlook(replace(asked, audited=True), known, pretence) if rests_on_history(found) else found


def judged(gate: Gate, head: Oid, known: Knowledge, pretence: Pretence) -> Outlook:
    """The verdict at an open gate, which is used up by it; where it rests on history, no more than a guess."""
    told = _told(known, head, gate)
    base = gate.base
    prospect = gate.proposed(head, told, assume=_assume(pretence, gate))
    foreseen = foresee(RULES, gate.registry, prospect, gate.documents)
    return replace(_outlook(foreseen, gate, base=base, head=head, told=told), assumed=pretence.words)


def queue(asked: Asked, known: Knowledge) -> tuple[Outlook, ...]:
    """The verdict on every first-parent commit from the base to the head, each on top of the one before it.

    The forge says which proposal each one is; where it does not know, the number in the commit's title is asked for:
    a wrong one names content that did not land.
    """
    with open_gate(asked) as (gate, head):
        commits = gate.room.between(gate.base, head, first_parent=True)
        if not commits:
            raise UsageError("the queue is empty: the head is on the base already")
        found = tuple(_queued(gate, commit, known) for commit in commits)
    return queue(replace(asked, audited=True), known) if any(map(rests_on_history, found)) else found


def rests_on_history(found: Outlook) -> bool:
    """Whether a waiver seems to excuse something: who approved it, and how it landed, only the history tells."""
    return not found.is_audited and any(finding.waived for finding in found.findings)


def publish(outlooks: tuple[Outlook, ...], known: Knowledge, *, fail_on: Severity) -> None:
    """Post the status of each head, and the comment on each proposal. UsageError without a forge."""
    from govops.render.outlook.markdown import MARKER, comment
    from govops.render.outlook.wording import headline

    if known.forge is None:
        raise UsageError("--publish needs to know where", hint="say which with --forge github or --forge gitlab")
    forge = known.forge(outlooks[0].repository)
    for outlook in outlooks:
        state = _STATES.get(outlook.exit_code(fail_on), "error")
        forge.set_status(outlook.head, state=state, context=STATUS, description=headline(outlook, fail_on)[:140])
        if outlook.proposal:
            body = comment(outlook, fail_on=fail_on)
            forge.comment(outlook.proposal.rpartition("#")[2], marker=MARKER, body=body)


def _queued(gate: Gate, commit: Oid, known: Knowledge) -> Outlook:
    base = gate.base
    told = _landed_by(known.forge(_repository(gate)), gate, commit) if known.forge else None
    foreseen = foresee(RULES, gate.registry, gate.landed(commit, told), gate.documents)
    return _outlook(foreseen, gate, base=base, head=commit, told=told)


def _landed_by(forge: Forge, gate: Gate, commit: Oid) -> ForgeProposal | None:
    numbers = forge.proposals_of(commit) or named_in(gate.room.commit(commit).subject)[-1:]
    if len(numbers) > 1:
        raise UndecidableError(f"the forge names several proposals for {commit[:12]}: {', '.join(numbers)}")
    return forge.proposal(numbers[0]) if numbers else None


def _repository(gate: Gate) -> str:
    return gate.registry.law.settings.repository


def _told(known: Knowledge, head: Oid, gate: Gate) -> ForgeProposal | None:
    if known.forge is None:
        return None
    forge = known.forge(_repository(gate))
    numbers = (known.number,) if known.number else forge.proposals_of(head)
    if len(numbers) != 1:
        found = f"several proposals ({', '.join(numbers)})" if numbers else "no proposal"
        raise UsageError(f"the forge knows {found} of {head[:12]}", hint="name the proposal with --proposal")
    told = forge.proposal(numbers[0])
    if told.head != head:
        raise UndecidableError(
            f"the head of {told.forge}#{told.id} is {told.head[:12]} by now, not {head[:12]}",
            hint="fetch it, and ask again",
        )
    protected = gate.registry.law.settings.protected_branch
    if told.target != protected:
        raise UsageError(f'{told.forge}#{told.id} is for branch "{told.target}", not for "{protected}"')
    return told


def _outlook(foreseen: Foreseen, gate: Gate, *, base: Oid, head: Oid, told: ForgeProposal | None) -> Outlook:
    settings = gate.registry.law.settings
    change = foreseen.change
    if told is not None:
        change = replace(change, subject=told.title or change.subject)
    return Outlook(
        repository=settings.repository,
        branch=settings.protected_branch,
        base=base,
        head=head,
        proposal=f"{told.forge}#{told.id}" if told else "",
        as_of=gate.as_of,
        change=replace(change, time=None, method="", merger=""),
        findings=foreseen.findings,
        missing=tuple(_missing(change, foreseen.candidates)),
        is_governed=foreseen.is_governed,
        is_audited=gate.is_audited,
        accepts=tuple(Accepted(oid, one.rule, one.path or "", one.fingerprint) for oid, one in foreseen.accepts),
    )


def _missing(change: ChangeRecord, candidates: tuple[Candidates, ...]) -> Iterator[Missing]:
    could = {(found.text, found.source): found.names for found in candidates}
    for requirement in change.requirements:
        if requirement.status is not Status.PASS:
            names = could.get((requirement.text, requirement.source), ())
            yield Missing(
                requirement.text,
                requirement.source,
                _lacking(requirement),
                tuple(name for name in names if name not in requirement.counted),
            )


def _lacking(requirement: RequirementRecord) -> int:
    return max(requirement.needed - len(requirement.counted), 0)


def _assume(pretence: Pretence, gate: Gate) -> Assume:
    law = gate.registry.law
    gate.meet((*pretence.approve, *pretence.without))
    silenced = {name: _addresses(name, law) for name in pretence.without}

    def assume(testimony: Testimony) -> Testimony:
        unwanted = frozenset().union(*silenced.values()) if silenced else frozenset()
        given = [decision for decision in testimony.decisions if decision.address not in unwanted]
        given += [_approval(name, law, testimony, 90_000 + n) for n, name in enumerate(pretence.approve)]
        return replace(testimony, decisions=tuple(given))

    for name in pretence.approve:
        _addresses(name, law)
    return assume


def _approval(name: str, law: Law, testimony: Testimony, order: int) -> Decision:
    """As if the person approved exactly what is proposed now, in a way that Settings accept if there is one."""
    evidence = law.settings.evidence
    ways = [("signature", "key:"), ("receipt", "account:")]
    known = sorted(_addresses(name, law))
    for kind, prefix in ways if evidence.mode == "signature" else reversed(ways):
        address = next((one for one in known if one.startswith(prefix)), None)
        if kind in evidence.accept and address is not None:
            return Decision(kind, "simulated", "approve", address, name, testimony.landed_at, order)
    accepted = " or ".join(evidence.accept)
    raise UsageError(
        f'"{name}" has no key or account with which to give {accepted} evidence', hint="add one to the User"
    )


def _addresses(name: str, law: Law) -> frozenset[str]:
    user = law.user(name)
    if user is None:
        raise UsageError(f'there is no User "{name[:60]}" at the base')
    return addresses(user)
