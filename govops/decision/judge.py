"""Rules in force x change x evidence -> verdict. Pure: the same facts give the same answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from sys import intern

from govops.decision.clashing import clashes
from govops.decision.counting import Booth, Tally
from govops.decision.delegations import holds
from govops.decision.emergency import Polls
from govops.decision.law import SETTINGS_PATH, Unlawful
from govops.decision.needs import holder
from govops.decision.people import Contributors, contributors
from govops.decision.requirements import Situation, demands, makes_minor, matches, seconds_between, situation
from govops.decision.staffing import staffing
from govops.decision.verdict import Cause, ChangeFacts, Objection, Opinion, Verdict, Weighed, worst
from govops.evidence.coverage import Coverage, NotMerged, cover, entry, replay
from govops.finding import RequirementRecord, Status
from govops.kinds.approval_policy import ApprovalPolicy
from govops.kinds.approvals import Author
from govops.kinds.waiver import Waiver
from govops.lifecycle import Action

EMERGENCY = "emergency"
_GRAVEST = (
    "role-granted-in-same-change",
    "signer-mismatch",
    "approver-is-contributor",
    "approver-is-beneficiary",
    "approver-not-human",
    "evidence-spent",
    "stale-approval",
    "approver-conflicted",
)
_DAY = 86_400


def judge(facts: ChangeFacts) -> Verdict:
    """Whether the change was allowed under the rules in force at its first parent, and why.

    Where the evidence itself is missing or cannot be used, nothing else is claimed of the approvals.
    """
    people = contributors(facts.testimony.claims, facts.law)
    if facts.evidence_problem:
        paths = tuple(change.path for change in facts.landed)
        cause = Cause(facts.evidence_problem, Status.UNVERIFIABLE, paths, detail=facts.problem_detail)
        makers = tuple(sorted(people.people))
        return Verdict(Status.UNVERIFIABLE, (cause,), contributors=_names(people), makers=makers)
    coverage = dict(_coverage(facts))
    polls = Polls(facts, people)
    around = situation(facts)
    tallies = [tally for action in facts.actions for tally in _tallies(action, around, polls)]
    booth = polls.last
    staff = tuple(staffing(facts))
    causes = [
        *_unlanded(facts, coverage),
        *_people_causes(facts, people),
        *_rejections(booth, tallies),
        *_author_causes(facts, people, tallies),
        *_unmet(tallies, coverage),
        *_too_long(facts),
        *(cause for cause in (*staff, *_conflicting(facts, people)) if cause.status is not Status.WARN),
    ]
    causes = _grouped(causes)
    if not causes:
        causes = _grouped(_unapproved_rules(around, people, facts, tallies))
    causes = [*causes, *_grouped((*_warnings(booth, people, tallies, staff), *_emergencies(tallies)))]
    return Verdict(
        status=worst(tuple(causes)),
        causes=tuple(causes),
        requirements=_requirements(tallies),
        weighed=_weighed(booth.given, tallies),
        contributors=_names(people),
        coverage=tuple(sorted((path, value.value) for path, value in (coverage | _seen(polls, tallies)).items())),
        labels=(EMERGENCY,) if polls.grace else (),
        grace=polls.grace,
        makers=tuple(sorted(people.people)),
    )


def _names(people: Contributors) -> tuple[str, ...]:
    """Known people by name, then the claims that match nobody."""
    return (*sorted(people.people), *sorted(claim.label for claim in people.unknown))


def _coverage(facts: ChangeFacts) -> Iterator[tuple[str, Coverage]]:
    reviewed = facts.testimony.reviewed
    if reviewed is None:
        return
    for change in facts.landed:
        yield change.path, cover(change, reviewed.get(change.path), facts.merge)


def _unlanded(facts: ChangeFacts, coverage: dict[str, Coverage]) -> Iterator[Cause]:
    """Content without review, and reviewed content that the landing left out."""
    for path, covered in coverage.items():
        if covered is Coverage.RESIDUAL:
            yield Cause("residual-content", Status.FAIL, (path,), who=_merger(facts))
        elif covered is Coverage.UNVERIFIABLE:
            yield Cause("coverage-unknown", Status.UNVERIFIABLE, (path,))
    for path, subject in (facts.testimony.reviewed or {}).items():
        if path in coverage:
            continue
        file = facts.before.files.get(path)
        stood = file.entry if file else None
        expected = replay(entry(subject.old), entry(subject.new), onto=stood, merge=facts.merge)
        if expected is NotMerged.MISSING:
            yield Cause("coverage-unknown", Status.UNVERIFIABLE, (path,))
        elif expected != stood:
            yield Cause("reviewed-change-not-landed", Status.FAIL, (path,), who=_merger(facts))


def _merger(facts: ChangeFacts) -> str:
    proposal = facts.testimony.proposal
    if proposal is None or proposal.merger is None:
        return ""
    found = facts.law.people_at(proposal.merger.address)
    return found[0] if len(found) == 1 else proposal.merger.login or proposal.merger.id


def _people_causes(facts: ChangeFacts, people: Contributors) -> Iterator[Cause]:
    paths = tuple(dict.fromkeys(action.path for action in facts.actions))
    if not paths:
        return
    for claim in people.unknown:
        yield Cause("unknown-contributor", Status.FAIL, paths, who=claim.label, detail=claim.source)
    for claim in facts.testimony.claims:
        signers, named = facts.law.people_at(claim.address), facts.law.people_at(f"email:{claim.email.lower()}")
        if claim.address.startswith("key:") and named and not set(named) & set(signers):
            detail = f"a commit names {named[0]} and is signed with the key of {signers[0]}"
            yield Cause("signer-mismatch", Status.FAIL, paths, who=signers[0], detail=detail)
    proposal = facts.testimony.proposal
    if proposal is not None and not proposal.contributors:
        detail = "the receipt names nobody who made the proposal"
        yield Cause("contributors-not-attested", Status.UNVERIFIABLE, paths, detail=detail)
    if not people.attested and not people.unknown and facts.law.settings.evidence.contributors == "attested":
        names = ", ".join(sorted(people.people))
        yield Cause("contributors-not-attested", Status.UNVERIFIABLE, paths, who=names)


def _tallies(action: Action, around: Situation, polls: Polls) -> Iterator[Tally]:
    found = demands(action, around)
    if not any(demand.certain for demand in found):
        yield polls.booth.undemanded(action, found)
    for demand in found:
        yield polls.count(action, demand)


def _seen(polls: Polls, tallies: list[Tally]) -> dict[str, Coverage]:
    """How the counted approvals cover each path, wherever they were counted."""
    seen = polls.booth.seen([tally for tally in tallies if not tally.is_emergency])
    return seen | polls.last.seen([tally for tally in tallies if tally.is_emergency])


def _rejections(booth: Booth, tallies: Iterable[Tally]) -> Iterator[Cause]:
    """Unresolved rejections by people whose approval would have been worth something."""
    wanted = dict.fromkeys(need for tally in tallies for need in tally.demand.needs)
    for opinion in booth.given:
        if opinion.decision.decision != "reject" or opinion.person in booth.people.attested:
            continue  # a name that git merely claims excludes an approver, and never silences an objector
        answers = [holds(booth.facts.law, opinion.person, need, booth.facts.time) for need in wanted]
        if not any(answer is not False for answer in answers):
            continue
        paths = tuple(action.path for action in booth.facts.actions)
        if all(objection.status is Status.UNVERIFIABLE for objection in opinion.objections):
            status = Status.UNVERIFIABLE if opinion.objections or True not in answers else Status.FAIL
            record = (opinion.decision.record,)
            yield Cause("blocked-by-rejection", status, paths, who=opinion.person, evidence=record)


def _author_causes(facts: ChangeFacts, people: Contributors, tallies: Iterable[Tally]) -> Iterator[Cause]:
    makers = _proposers(people)
    for tally in tallies if makers else ():
        author = tally.demand.policy.author if tally.demand.policy else None
        may = None if author is None else _may_propose(author, makers, people, facts)
        if author is None or may is True:
            continue
        status = Status.FAIL if may is False and tally.demand.certain else Status.UNVERIFIABLE
        who = ", ".join(sorted(makers))
        yield Cause("author-lacks-permission", status, (tally.action.path,), who=who, needed=_authority(author))


def _proposers(people: Contributors) -> frozenset[str]:
    """Who is answerable for the change: a name that git merely claims is asked where nobody is attested."""
    attested = (people.among((source,)) & people.attested for source in ("opener", "pusher"))
    return next(filter(None, (*attested, people.attested, people.among(("author",)))), people.people)


def _may_propose(author: Author, makers: frozenset[str], people: Contributors, facts: ChangeFacts) -> bool | None:
    """Whether one of the makers holds what it takes, or nobody but such people and those named took any part.

    None where nobody can tell.
    """
    answers = {name: holds(facts.law, name, author, facts.time) for name in people.people}
    if any(answers[name] for name in makers):
        return True
    named = {name for name in author.users if (user := facts.law.user(name)) and user.spec.active}
    others = {answer for name, answer in answers.items() if name not in named}
    by_name = False if people.unknown or False in others else None if None in others else True
    return None if by_name is False and None in (answers[name] for name in makers) else by_name


def _authority(author: Author) -> str:
    """In words, what it takes."""
    held = [holder(author.role, author.permission)] if author.role or author.permission else []
    named = [f"the name {' or '.join(author.users)}"] if author.users else []
    return " or ".join((*held, *named))


def _unmet(tallies: Iterable[Tally], coverage: dict[str, Coverage]) -> Iterator[Cause]:
    """Why each unmet demand is unmet: the objections to what was given, or that nothing was."""
    for tally in tallies:
        path = tally.action.path
        if tally.met or coverage.get(path) in (Coverage.RESIDUAL, Coverage.UNVERIFIABLE):
            continue
        if tally.problem:
            yield Cause(tally.problem, tally.status, (path,), detail=tally.action.name, needed=tally.demand.source)
            continue
        objections = [(opinion, found[0]) for opinion, found in tally.hindrances]
        if tally.is_emergency and tally.status is Status.FAIL:
            late = sorted({o.person for o, found in objections if found.rule == "approval-after-landing"})
            have = f"has {len(tally.counted)}" if tally.counted else "has none"
            who = ", ".join(late)
            yield Cause("emergency-unapproved", Status.FAIL, (path,), who, have, _in_time(tally))
        elif objections:
            opinion, objection = min(objections, key=_gravity)
            status = objection.status if tally.demand.certain else Status.UNVERIFIABLE
            yield _blame(opinion, objection, tally, status)
        else:
            have = f"has {len(tally.counted)}" if tally.counted else "has none"
            yield Cause("not-approved", tally.status, (path,), detail=have, needed=tally.demand.text)


def _in_time(tally: Tally) -> str:
    """What an emergency takes, and until when."""
    emergency = tally.demand.policy.emergency if tally.demand.policy else None
    return f"{tally.demand.text} within {emergency.within if emergency else ''} of the landing"


def _emergencies(tallies: Iterable[Tally]) -> Iterator[Cause]:
    """What was approved after the fact is allowed, and is told for ever."""
    for tally in tallies:
        if tally.is_emergency and tally.met:
            by, path = ", ".join(tally.counted), tally.action.path
            yield Cause("emergency-change", Status.WARN, (path,), who=by, detail=tally.demand.source)


def _too_long(facts: ChangeFacts) -> Iterator[Cause]:
    """Waivers that the change brings, and that last longer than Settings allow, counted from its attested time."""
    days = facts.law.settings.limits.waiver_days
    for action in facts.actions:
        if not isinstance(action.new, Waiver):
            continue
        name, ends = action.new.metadata.name, action.new.spec.expires
        if facts.time is None:
            yield Cause("waiver-too-long", Status.UNVERIFIABLE, (action.path,), name, needed=f"{days} days")
        elif seconds_between(facts.time, ends) > days * _DAY:
            detail = f"{ends}, and it landed at {facts.time}"
            yield Cause("waiver-too-long", Status.FAIL, (action.path,), name, detail, f"{days} days")


def _gravity(objected: tuple[Opinion, Objection]) -> int:
    """One unmet demand is one finding: what could still be established first, then what looks most like intent."""
    objection = objected[1]
    if objection.status is Status.UNVERIFIABLE:
        return 0
    return 1 + (_GRAVEST.index(objection.rule) if objection.rule in _GRAVEST else len(_GRAVEST))


def _blame(opinion: Opinion, objection: Objection, tally: Tally, status: Status) -> Cause:
    return Cause(
        objection.rule,
        status,
        (tally.action.path,),
        who=opinion.person,
        detail=objection.detail,
        needed=tally.demand.text,
        evidence=(opinion.decision.record,),
    )


def _conflicting(facts: ChangeFacts, people: Contributors) -> Iterator[Cause]:
    """Contributors who took a duty before that may not meet this one."""
    if not facts.law.segregations():
        return
    makers = frozenset(people.people)
    for action in facts.actions:
        for clash in clashes(facts, action, "contribute", sorted(makers), makers):
            policy = clash.conflict.policy
            yield Cause("conflicting-duties", clash.conflict.status, (action.path,), clash.person, clash.words, policy)


def _warnings(booth: Booth, people: Contributors, tallies: Iterable[Tally], staff: Iterable[Cause]) -> Iterator[Cause]:
    """What advisory policies would have otherwise."""
    facts = booth.facts
    yield from (cause for cause in (*staff, *_conflicting(facts, people)) if cause.status is Status.WARN)
    if not facts.law.segregations():
        return
    makers = frozenset(people.people)
    for tally in tallies:
        approvers = {*tally.counted, *(opinion.person for opinion in booth.given if tally.could_count(opinion))}
        for clash in clashes(facts, tally.action, "approve", sorted(approvers), makers):
            if not clash.conflict.is_strict:
                path, policy = tally.action.path, clash.conflict.policy
                yield Cause("conflicting-duties", Status.WARN, (path,), clash.person, clash.words, policy)


def _unapproved_rules(
    around: Situation, people: Contributors, facts: ChangeFacts, tallies: Iterable[Tally]
) -> Iterator[Cause]:
    """Rules that this (otherwise clean) verdict rests on although no approved change put them there."""
    if not facts.law.unlawful:
        return
    paths = tuple(dict.fromkeys(action.path for action in facts.actions))
    for source, record in _rested_on(around, people, facts, tuple(tallies)):
        yield Cause("rests-on-unapproved-rule", record.status, paths, who=source, detail=record.commit)


def _rested_on(
    around: Situation, people: Contributors, facts: ChangeFacts, tallies: tuple[Tally, ...]
) -> Iterator[tuple[str, Unlawful]]:
    law = facts.law
    used = {tally.demand.source for tally in tallies}
    used |= {source for action in facts.actions for source in makes_minor(action, around)}
    for path, record in sorted(law.unlawful.items()):
        was = record.lawful
        once = isinstance(was, ApprovalPolicy) and any(matches(was, action, around.tiers) for action in facts.actions)
        defined = law.defines(path, record, (change.path for change in facts.landed))
        if path == SETTINGS_PATH or path in used or once or defined:
            yield path, record
    names = {*people.people, *(person for tally in tallies for person in (*tally.counted, *tally.lenders.values()))}
    names |= {lent.spec.from_ for maker in people.people for lent in law.lent_to(maker)}
    addresses = {*people.addresses, *(d.address for d in facts.testimony.decisions)}
    yield from law.unlawful_people(names, addresses)


def _grouped(causes: Iterable[Cause]) -> list[Cause]:
    """One cause for each rule, person and status, with all the paths that it concerns and all that it needed."""
    groups: dict[tuple[str, str, str], list[Cause]] = {}
    for cause in causes:
        groups.setdefault((cause.rule, cause.who, cause.status), []).append(cause)
    return [_as_one(alike) for alike in groups.values()]


def _as_one(alike: list[Cause]) -> Cause:
    """What each of them says, once; where a need leaves a choice, the needs are set apart."""
    details = dict.fromkeys(one.detail for one in alike if one.detail)
    needs = dict.fromkeys(one.needed for one in alike if one.needed)
    return replace(
        alike[0],
        paths=tuple(dict.fromkeys(path for one in alike for path in one.paths)),
        detail=", ".join(details),
        needed=("; and " if any("either" in need for need in needs) else " and ").join(needs),
    )


def _requirements(tallies: Iterable[Tally]) -> tuple[RequirementRecord, ...]:
    """One line for each source and outcome, with the paths that share it."""
    found: dict[RequirementRecord, list[str]] = {}
    for tally in tallies:
        status = Status.PASS if tally.met else tally.status
        text, source = intern(tally.text), tally.demand.source
        policy = tally.demand.policy
        within = (policy.decide_within or "") if policy else ""
        record = RequirementRecord(text, source, status, (), tally.wanted, tally.counted, tally.met_at, within)
        found.setdefault(record, []).append(tally.action.path)
    return tuple(replace(record, paths=tuple(dict.fromkeys(paths))) for record, paths in found.items())


def _weighed(given: Iterable[Opinion], tallies: list[Tally]) -> tuple[Weighed, ...]:
    result = []
    for opinion in given:
        counted = [t.action.path for t in tallies if opinion.person in t.counted and t.counts(opinion)]
        roles = {role for t in tallies if t.counts(opinion) for role in t.roles(opinion)}
        objections = list(opinion.objections)
        for tally in tallies:
            objections += [o for o in tally.objections_to(opinion) if o not in objections]
        lenders = {tally.lender(opinion) for tally in tallies if tally.counts(opinion)} - {""}
        result.append(
            Weighed(
                opinion,
                tuple(dict.fromkeys(counted)),
                tuple(sorted(roles)),
                tuple(objections),
                tuple(sorted(lenders)),
                tuple(dict.fromkeys(t.action.path for t in tallies if t.could_count(opinion))),
            )
        )
    return tuple(result)
