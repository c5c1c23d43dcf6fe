"""The second judge: slow, plain, and written from docs/explanation/how-a-change-is-judged.md.

It shares no code with govops but the kinds. It is given what happened, and says what should come of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from govops.kinds import Resource
from tests.oracle import exceptions
from tests.oracle.demands import Demand, Need, asked_by, built_in, cover, leaves, names, onto, selects, touches
from tests.oracle.duties import Act, act, clashes, staffing
from tests.oracle.found import FAIL, OPEN, PASS, WARN, Found, about, merged, worst
from tests.oracle.hearing import Claim, People, addresses, states
from tests.oracle.meaning import Action, is_control, is_governed, is_rule
from tests.oracle.past import Past
from tests.oracle.poll import Change, Count, Key, Poll

UNTOLD = ("residual", "unverifiable")


@dataclass(frozen=True, slots=True)
class Met:
    """How far a demand was met: by so many of the people whom it needs."""

    source: str
    action: str
    path: str
    needed: int
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What comes of a change: ``status`` with all that is wrong with it, ``allowed`` by its approvals alone.

    ``refused`` are, of each approval, the rules that speak against it; ``grace`` for how long late ones were taken.
    ``makers`` took part, as far as they are known; ``backers`` approved it, whether that counted or not, or lent their
    seat. ``acts`` are what people did in it.
    """

    id: str
    status: str
    allowed: str
    findings: frozenset[Found]
    heard: tuple[Key, ...]
    counted: tuple[Met, ...]
    refused: Mapping[Key, frozenset[str]]
    makers: frozenset[str]
    backers: frozenset[str]
    acts: tuple[Act, ...]
    grace: int = 0
    remedied: str = ""


class Judge:
    """One change and everybody who is heard about it."""

    def __init__(self, past: Past, change: Change) -> None:
        self.past = past
        self.people = change.law.people
        self.hearing = change.hearing
        self.softened: set[str] = set()  # policies but for which an edit would be no minor one
        self.change = replace(change, actions=tuple(self._named(change, action) for action in change.actions))
        self.claims = self._somebodys()
        self.part = self._took_part()
        self.change = replace(self.change, makers=frozenset(self.part))
        self.coverage = dict(self._covered())
        self.polls = {0: Poll(past, self.change, self.part)}
        self.lenders: set[str] = set()
        self.fit: dict[str, set[str]] = {}  # path -> whose approval could count
        self.counted: list[Met] = []
        self.fitting: dict[tuple[str, str], set[str]] = {}
        self.refused: dict[Key, set[str]] = {}

    def verdict(self, given: Iterable[Found]) -> Verdict:
        """``given`` is what rules say of files and resources, which is not judged here."""
        findings = merged(self._findings())
        allowed = worst(findings)
        if allowed == PASS:
            findings |= set(self._rests())
            allowed = worst(findings)
        findings |= {Found("illegal-transition", FAIL, one.path) for one in self.change.actions if not one.legal}
        findings |= {about("transient-state", WARN, self.change.transient)} if self.change.transient else set()
        findings |= set(given)
        heard = tuple(one.key for one in self._final().heard if one.decision.approves and not self.change.problem)
        for one in self._final().heard:
            against = {rule for rule, _ in (*one.objections, *self._final().withdrawn(one))}
            self.refused.setdefault(one.key, set()).update(against)
        refused = {key: frozenset(rules) for key, rules in self.refused.items()}
        told = (self.change.id, worst(findings), allowed, frozenset(findings), heard, tuple(self.counted), refused)
        people = (frozenset(self.part), frozenset(self._backers()), tuple(self._acts()))
        return Verdict(*told, *people, grace=max(self.polls))

    def _backers(self) -> Iterator[str]:
        if not self.change.problem:
            yield from (one.person for one in self._final().heard if one.decision.approves and one.person)
            yield from self.lenders

    def _acts(self) -> Iterator[Act]:
        for action in self.change.actions:
            yield from (act(name, "contribute", action, self.change.after) for name in self.part)
            yield from (act(name, "approve", action, self.change.after) for name in self.fit.get(action.path, ()))

    # ---- what is found

    def _findings(self) -> Iterator[Found]:
        if self.change.problem:
            yield about(self.change.problem, OPEN, self.change.governed)
            return
        yield from self._content()
        everywhere = list(dict.fromkeys(action.path for action in self.change.actions))
        if everywhere:
            yield from (about(one.rule, one.status, everywhere, one.person) for one in self._contributors())
        demands, unmatched = self._demands()
        yield from (found for found in unmatched if self.coverage.get(found.path or "") not in UNTOLD)
        yield from self._left()
        yield from self._authors(demands)
        for demand in demands:
            yield from self._unmet(demand)
        yield from (about(one.rule, one.status, everywhere, one.person) for one in self._objectors(demands))
        yield from exceptions.too_long(self.change)
        yield from staffing(self.change.law.kept, self.change)
        yield from self._conflicted(demands)

    def _content(self) -> Iterator[Found]:
        merger = self._merger()
        told = {
            "residual": Found("residual-content", FAIL, person=merger),
            "unverifiable": Found("coverage-unknown", OPEN),
        }
        for path, found in self.coverage.items():
            if found in told:
                yield replace(told[found], path=path)
        for path, sides in states(self.hearing.proposal["subjects"] if self.hearing.proposal else ()).items():
            standing, aside = self.change.before.tree.get(path), path not in self.change.governed
            if is_governed(path) and aside and onto(standing, sides, self.past.texts) != standing:
                yield Found("reviewed-change-not-landed", FAIL, path, merger)

    def _merger(self) -> str:
        told = (self.hearing.proposal or {}).get("merger")
        found = self.people.at(f"{told['forge']}:{told['id']}") if told else []
        return found[0] if len(found) == 1 else (told["login"] or told["id"]) if told else ""

    def _strangers(self) -> list[Claim]:
        """Claims about nobody who is known."""
        return [
            claim
            for claim in self.claims
            if not self._people_of(claim) or (claim.address and not self.people.at(claim.address))
        ]

    def _contributors(self) -> Iterator[Found]:
        strangers = {claim.label for claim in self._strangers()}
        yield from (Found("unknown-contributor", FAIL, person=label) for label in strangers)
        for claim in self.claims:
            signers, named = self.people.at(claim.address), self.people.at(claim.email)
            if claim.source == "committer" and claim.attested and named and not set(named) & set(signers):
                yield Found("signer-mismatch", FAIL, person=signers[0])
        known = any(claim.attested and self.people.at(claim.address) for claim in self.claims)
        unnamed = self.hearing.proposal and not self.hearing.proposal["contributors"]
        wanted = self.change.law.settings.evidence.contributors == "attested"
        if unnamed:
            yield Found("contributors-not-attested", OPEN)
        if not known and not strangers and wanted:
            yield Found("contributors-not-attested", OPEN, person=", ".join(sorted(self.part)))

    def _left(self) -> Iterator[Found]:
        """Roles and permissions that policies ask for and that a change of people or roles leaves to nobody."""
        staff = ("registry/users/", "registry/roles/")
        touched = [action.path for action in self.change.actions if action.path.startswith(staff)]
        later = People(self.change.after)
        for policy in self._policies_after() if touched else ():
            ways = asked_by("", policy, self.change.actions[0], certain=True).ways
            possible = [all(later.serving(need) for need in way) for way in ways]
            gone = [need for need in leaves(policy.required) if self.people.serving(need) and not later.serving(need)]
            if gone and not any(possible):
                what = f"role {gone[0].role}" if gone[0].role else f"permission {gone[0].permission}"
                yield about("last-approver-removed", FAIL, list(dict.fromkeys(touched)), what)

    def _policies_after(self) -> Iterator[Any]:
        for path, policy in self.change.law.policies():
            if path in self.change.after.tree:
                found: Any = self.change.after.at(path)
                yield found.spec if found is not None else policy

    def _authors(self, demands: list[Demand]) -> Iterator[Found]:
        sure = [claim for claim in self.claims if claim.attested]
        asked = [[claim for claim in sure if claim.source == source] for source in ("opener", "pusher")]
        asked += [sure, [claim for claim in self.claims if claim.source == "author"], list(self.claims)]
        makers = next(filter(None, ({one for claim in by for one in self._people_of(claim)} for by in asked)), set())
        for demand in demands if makers else ():
            if demand.author is not None:
                may = self._may_propose(demand.author, makers)
                if may is not True:
                    status = FAIL if may is False and demand.certain else OPEN
                    yield Found("author-lacks-permission", status, demand.action.path, ", ".join(sorted(makers)))

    def _may_propose(self, author: Any, makers: set[str]) -> bool | None:
        """Whether the opener holds what it takes, or nobody took part but those who do and those who are named."""
        may = {name: self.change.law.may(name, author, self.change.time) for name in self.part}
        if any(may[name] for name in makers):
            return True
        known = all(self._people_of(claim) for claim in self.claims)
        named = {name for name in author.users if name in self.people.named and self.people.named[name].active}
        others = {may[name] for name in may if name not in named}
        if named and known and False not in others:
            return None if None in others else True
        return None if any(may[name] is None for name in makers) else False

    def _objectors(self, demands: list[Demand]) -> Iterator[Found]:
        makers = {one for claim in self.claims if claim.attested for one in self.people.at(claim.address)}
        needs = {need for demand in demands for need in demand.needs}
        poll = self._final()
        for heard in poll.heard:
            against = [status for _, status in (*heard.objections, *poll.withdrawn(heard))]
            if heard.decision.approves or heard.person is None or heard.person in makers or FAIL in against:
                continue
            may = {self.change.law.may(heard.person, need, self.change.time) for need in needs}
            if may - {False}:
                status = OPEN if against or True not in may else FAIL
                yield Found("blocked-by-rejection", status, person=heard.person)

    def _conflicted(self, demands: list[Demand]) -> Iterator[Found]:
        """Who made, or by an advisory policy approved, what they may not for what else they did."""
        change = self.change
        for action in change.actions if change.law.kept else ():
            parts = [("contribute", name) for name in change.makers]
            parts += [("approve", name) for name in self.fitting.get((action.path, action.name), ())]
            for did, name in parts:
                for clash in clashes(change, action, did, name):
                    if did == "contribute" or not clash.is_strict:
                        yield Found("conflicting-duties", clash.kept.breach, action.path, name)

    # ---- what is asked

    def _demands(self) -> tuple[list[Demand], list[Found]]:
        demands: list[Demand] = []
        found: list[Found] = []
        for action in self.change.actions:
            own = built_in(action)
            touching, others = self._asked(self.change, action)
            asked = touching or (others if action.name.endswith(".update") else [])
            asked = [*([own] if own else []), *asked]
            demands += asked
            if not any(demand.certain for demand in asked):
                rule = ("condition-not-evaluated", OPEN) if asked else ("no-policy-matches", FAIL)
                found.append(Found(*rule, action.path))
        return demands, found

    def _asked(self, change: Change, action: Action) -> tuple[list[Demand], list[Demand]]:
        """What policies ask, and what those would that speak only of fields which the action leaves alone.

        The latter count for nothing, but where one of them might make the edit a minor one and nobody can tell.
        """
        touching: list[Demand] = []
        others: list[Demand] = []
        for path, policy in change.law.policies():
            if not names(policy, action.name) or not selects(policy, action, change.before, change.after):
                continue
            begins, ends, now = policy.effective_from, policy.until, change.time
            timed = begins is not None or ends is not None
            if now is not None and not ((begins is None or begins <= now) and (ends is None or now < ends)):
                continue
            fields = policy.match.fields
            side = touching if not fields or touches(fields, action, change.after) else others
            side.append(asked_by(path, policy, action, certain=not timed or now is not None))
        unsure = [replace(demand, certain=False) for demand in others if not demand.certain]
        return touching, others if any(demand.certain for demand in others) else unsure

    def _named(self, change: Change, action: Action) -> Action:
        """An update of which policies speak but for its fields is a minor one."""
        if not action.name.endswith(".update"):
            return action
        touching, others = self._asked(change, action)
        is_minor = not touching and any(demand.certain for demand in others)
        self.softened |= {demand.source for demand in others} if is_minor else set()
        return replace(action, name=f"{action.name}_minor") if is_minor else action

    def _unmet(self, demand: Demand) -> Iterator[Found]:
        count, late = self._counted(demand)
        path = demand.action.path
        people = tuple(person for person, _ in count.chairs)
        self.lenders |= {seat for person, seat in count.chairs if seat != person}
        self.fit.setdefault(path, set()).update(count.fit)
        self.fitting.setdefault((path, demand.action.name), set()).update(count.fit)
        self.counted.append(Met(demand.source, demand.action.name, path, count.wanted, people))
        for key, against in count.against.items():
            self.refused.setdefault(key, set()).update(rule for rule, _ in against)
        if count.told is None:
            if late:
                yield Found("emergency-change", WARN, path, ", ".join(sorted(people)))
            return
        if self.coverage.get(path) in UNTOLD:
            return
        rule, status = count.told
        status = status if demand.certain else OPEN
        if late and status == FAIL:
            yield Found("emergency-unapproved", FAIL, path)
        else:
            yield Found(rule, status, path, count.blamed)

    def _counted(self, demand: Demand) -> tuple[Count, bool]:
        """The votes for a demand; later ones as well if those before the landing were too few and it may wait."""
        count, urgent = self.polls[0].count(demand), demand.emergency
        rules = is_rule(demand.action.path) or is_control(demand.action.path)
        if count.told is None or urgent is None or rules or self.hearing.receipt is None or not self.part:
            return count, False
        for name in self.part:
            user = self.people.named.get(name)
            if user is None or not user.active or user.type != "human":
                return count, False
            if self.change.law.may(name, urgent.author, self.change.time) is not True:
                return count, False
        grace = urgent.seconds
        self.polls.setdefault(grace, Poll(self.past, self.change, self.part, grace=grace))
        return self.polls[grace].count(demand), True

    def _final(self) -> Poll:
        return self.polls[max(self.polls)]

    # ---- people and content

    def _somebodys(self) -> tuple[Claim, ...]:
        """Claims about people: not those about the forge and about tools."""
        settings = self.change.law.settings
        nobody = {email.lower() for email in (*settings.forge.committers, *settings.tools)}
        return tuple(claim for claim in self.hearing.claims if claim.address or claim.email not in nobody)

    def _people_of(self, claim: Claim) -> list[str]:
        return [*self.people.at(claim.address), *self.people.at(claim.email)]

    def _took_part(self) -> dict[str, set[str]]:
        part: dict[str, set[str]] = {}
        for claim in self.claims:
            for person in self._people_of(claim):
                part.setdefault(person, set()).add(claim.source)
        return part

    def _covered(self) -> Iterator[tuple[str, str]]:
        if self.hearing.proposal is not None and not self.change.problem:
            about = states(self.hearing.proposal["subjects"])
            for path, sides in self.change.governed.items():
                yield path, cover(sides, about.get(path), self.past.texts)

    # ---- what a verdict rests on

    def _rests(self) -> Iterator[Found]:
        law = self.change.law
        used = {met.source for met in self.counted} | self.softened
        people = set(self.part) | {person for met in self.counted for person in met.people} | self.lenders
        people |= {spec.from_ for spec in self._delegations() if spec.to in self.part}
        known = {word for claim in self.claims for word in (claim.address, claim.email)}
        known |= {decision.address for decision in self.hearing.decisions}
        for path, unlawful in law.unlawful.items():
            contents = [law.registry.at(path), unlawful.lawful]
            if path in used or self._concerns(path, contents, people, known):
                places = [action.path for action in self.change.actions]
                yield about("rests-on-unapproved-rule", unlawful.status, places, path)

    def _delegations(self) -> list[Any]:
        found: list[Any] = [one for _, one in self.change.law.registry.below("policies/delegations/")]
        return [one.spec for one in found]

    def _concerns(self, path: str, contents: list[Resource | None], people: set[str], known: set[str]) -> bool:
        name = path.rpartition("/")[2].removesuffix(".yaml")
        if path == "policies/govops.yaml":
            return True
        if path.startswith("registry/roles/"):
            return any(name in self.people.named[one].roles for one in people if one in self.people.named)
        if path.startswith("registry/users/"):
            return name in people or any(addresses(one) & known for one in contents if one is not None)
        once: Any = contents[1]
        return once is not None and once.kind == "ApprovalPolicy" and self._speaks(once)

    def _speaks(self, policy: Any) -> bool:
        """Whether a policy would have been asked, but for its dates and fields."""
        return any(
            names(policy.spec, name) and selects(policy.spec, action, self.change.before, self.change.after)
            for action in self.change.actions
            for name in (action.name, action.name.removesuffix("_minor"))
        )


__all__ = ["Change", "Judge", "Met", "Need", "Verdict"]
