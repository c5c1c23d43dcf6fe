"""From the first commit to the last: which commits are one change, whose word counts, and what became law."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from govops.kinds import Resource, path_of_key
from tests.oracle import hearing
from tests.oracle.demands import Law, Unlawful, cover
from tests.oracle.duties import Act
from tests.oracle.exceptions import Exceptions
from tests.oracle.found import FAIL, OPEN, PASS, WAIVED, WARN, Found, worst
from tests.oracle.hearing import Claim, Decision, Hearing, People, Sides
from tests.oracle.judge import Change, Judge, Verdict
from tests.oracle.meaning import Action, Registry, actions, is_governed, is_rule
from tests.oracle.past import Commit, Past, Record, differences
from tests.oracle.poll import AS_REVIEWED, seconds

SETTINGS = "policies/govops.yaml"
Given = Mapping[str, Iterable[Found]]  # commit -> what rules say of its files and resources


@dataclass(frozen=True, slots=True)
class Outcome:
    """The whole history: governed changes in order, what is found of none of them, the sums, the exit code."""

    changes: tuple[Verdict, ...]
    history: frozenset[Found]
    sums: Mapping[str, int]
    exit: int


@dataclass(slots=True)
class State:
    """What was learnt on the way."""

    valid: dict[str, Resource] = field(default_factory=dict)
    unlawful: dict[str, Unlawful] = field(default_factory=dict)
    spent: set[str] = field(default_factory=set)  # records
    landed: set[tuple[str, str]] = field(default_factory=set)  # proposals
    time: str | None = None
    keys: set[tuple[str, str]] = field(default_factory=set)
    ran: dict[str, list[str]] = field(default_factory=dict)  # deployment file -> versions, in their order
    acts: list[Act] = field(default_factory=list)  # what people did
    tenures: dict[tuple[str, str], str] = field(default_factory=dict)  # person and role -> the change that gave it


def judge(past: Past, given: Given) -> Outcome:
    """The walk again and again, until it teaches no new recorder's key."""
    keys: set[tuple[str, str]] = set()
    while True:
        walk = Walk(past, given, keys)
        outcome = walk.outcome()
        if walk.state.keys == keys:
            return outcome
        keys = set(walk.state.keys)


class Walk:
    """One walk along the chain, believing the recorders with these keys."""

    def __init__(self, past: Past, given: Given, keys: set[tuple[str, str]]) -> None:
        self.past = past
        self.given = given
        self.chain = past.chain()
        self.place = {commit.id: place for place, commit in enumerate(self.chain)}
        self.start = next(place for place, commit in enumerate(self.chain) if SETTINGS in commit.tree)
        self.state = State(keys=set(keys))
        self.aside: frozenset[Found] = frozenset()  # found of changes that land nothing
        self.exceptions = Exceptions()
        self.verdicts: dict[str, Verdict] = {}
        self._adopt()

    def outcome(self) -> Outcome:
        """Every change after the adoption, judged."""
        sums = {"chain": self.start + 1, "no_claim": self.start + 1, "evaluated": 0, "undecidable": 0}
        at = self.start + 1
        while at < len(self.chain):
            end = self._end(at)
            verdict = self._change(at, end)
            self.verdicts |= {verdict.id: verdict} if verdict is not None else {}
            sums["chain"] += 1
            at = end + 1
        verdicts = [self._by_now(verdict) for verdict in self.verdicts.values()]
        sums["undecidable"] = sum(verdict.status == OPEN for verdict in verdicts)
        sums["evaluated"] = sums["chain"] - sums["no_claim"] - sums["undecidable"]
        for name, status in {"approved": PASS, "violating": FAIL, "waived": WAIVED}.items():
            sums[name] = sum(verdict.status == status for verdict in verdicts)
        sums["governed"] = len(verdicts)
        told = {verdict.id for verdict in verdicts}
        history = frozenset(self._history()) | self.aside
        found = {one.status for verdict in verdicts for one in verdict.findings} | {one.status for one in history}
        found |= {one.status for of, all_ in self.given.items() if of not in told for one in all_}
        return Outcome(tuple(verdicts), history, sums, 3 if OPEN in found else int(FAIL in found))

    # ---- one change

    def _change(self, at: int, end: int) -> Verdict | None:
        commits, base = self.chain[at : end + 1], self.chain[at - 1]
        tip = commits[-1]
        landed = differences(base.tree, tip.tree)
        before, after = Registry(base.tree, self.past.texts), Registry(tip.tree, self.past.texts)
        law = Law(before, dict(self.state.valid), dict(self.state.unlawful))
        heard = self._hearing(commits, base, landed, law)
        self._tell_time(heard, law)
        governed = {path: sides for path, sides in landed.items() if is_governed(path)}
        done = tuple(self._actions(governed, before, after))
        side = self._side(commits, base)
        change = Change(
            id=tip.id,
            base=base.id,
            landed=landed,
            governed=governed,
            actions=done,
            before=before,
            after=after,
            law=law,
            hearing=heard,
            time=self.state.time,
            spent=frozenset(self.state.spent),
            is_spent=heard.proposal is not None and _name(heard.proposal) in self.state.landed,
            problem=self._problem(commits, heard, law),
            transient=self._passed(base, commits, side, governed),
            gainers=self.exceptions.gainers(done, after, law.people),
            acts=self.state.acts,
        )
        given = [one for commit in commits for one in self.given.get(commit.id, ())]
        proposed = [one["path"] for one in heard.proposal["subjects"]] if heard.proposal else []
        if not (governed or change.transient or any(is_governed(path) for path in proposed)):
            return None
        verdict = self._judged(change, given)
        self._spend(heard, landed, verdict.grace)
        self._run(governed, after)
        self._enact(verdict, change)
        if not governed and verdict.status == PASS:
            self.aside |= verdict.findings
            return None
        return verdict

    def _judged(self, change: Change, given: list[Found]) -> Verdict:
        """A verdict as waivers leave it."""
        brought = self._ratifications(change)
        given = [*given, *(found for path, spec in brought for found in self.exceptions.in_vain(path, spec))]
        verdict = Judge(self.past, change).verdict(given)
        findings = self.exceptions.hear(change, verdict.findings, verdict.makers)
        return replace(verdict, findings=findings, status=worst(findings))

    def _ratifications(self, change: Change) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = [(action.path, change.after.at(action.path)) for action in change.actions]
        return [(path, one.spec) for path, one in found if one is not None and one.kind == "Ratification"]

    def _by_now(self, verdict: Verdict) -> Verdict:
        """A verdict as ratifications leave it."""
        findings = self.exceptions.left(verdict.id, verdict.findings)
        remedied = self.exceptions.remedied.get(verdict.id, "")
        return replace(verdict, findings=findings, status=worst(findings), remedied=remedied)

    def _actions(self, governed: Mapping[str, Sides], before: Registry, after: Registry) -> Iterable[Action]:
        for path in governed:
            old, new = before.at(path) or self.state.valid.get(path), after.at(path)
            for action in actions(path, old, after):
                deploys = path.startswith("registry/deployments/") and new is not None
                yield replace(self._deploys(path, new, before, after) if deploys else action, old=old)

    def _deploys(self, path: str, new: Any, before: Registry, after: Registry) -> Action:
        old: Any = before.at(path) or self.state.valid.get(path)
        spec = new.spec
        if old is not None and old.spec.version == spec.version:
            return Action("model.update_deployment", path)
        ran = self.state.ran.get(path, [])
        fresh = spec.rollback is not None and (
            old is None or old.spec.rollback is None or old.spec.rollback.reason != spec.rollback.reason
        )
        current = old.spec.version if old else None
        earlier = ran[: ran.index(current)] if current in ran else ran
        back = spec.version in earlier and fresh and old is not None
        name = path_of_key(_version_key(new))
        version: Any = after.at(name or "")
        status = version.spec.status if version is not None else None
        legal = status in (None, "approved") or (back and status == "deprecated")
        legal = legal and (back or spec.rollback is None)
        return Action("model.rollback" if back else f"model.deploy_{spec.environment}", path, legal=legal)

    def _problem(self, commits: list[Commit], heard: Hearing, law: Law) -> str | None:
        if len(commits) == 1 and len(commits[0].parents) > 2:
            return "octopus-merge"
        needed = law.settings.evidence.mode == "receipt"
        return heard.doubt if needed or heard.doubt in ("receipt-mismatch", "receipts-disagree") else None

    def _hearing(self, commits: list[Commit], base: Commit, landed: Mapping[str, Sides], law: Law) -> Hearing:
        tip, side = commits[-1], self._side(commits, base)
        doubt = hearing.doubt_of(self.past.records, self.believed, base.id, tip.id)
        exact = hearing.receipts_of(self.believed, base.id, tip.id)
        receipt = exact[0] if doubt is None else None
        payload = receipt.payload if receipt else None
        decisions = [*hearing.reviews_of(receipt.id, receipt.payload)] if receipt else []
        governed = {path: sides for path, sides in landed.items() if is_governed(path)}
        decisions += [one for _, one in hearing.signed(self._ours()) if self._speaks(one, governed)]
        if "trailer" in law.settings.evidence.accept:
            decisions += hearing.trailers_of(self.past, commits, law.settings)
        claims = self._claims(commits, side, payload, governed, law.people)
        return Hearing(payload, doubt, tuple(claims), tuple(decisions))

    def _claims(
        self, commits: list[Commit], side: list[Commit], receipt: Any, landed: Mapping[str, Sides], people: People
    ) -> list[Claim]:
        opened = [
            one
            for one in (hearing.openers_of(self._ours(), landed, side) if receipt is None else ())
            if people.at(str(one.key)) == [one.payload["person"]]
        ]
        merged = any(self._merges(commits, one, landed) for one in opened)
        claims = [Claim("opener", str(one.key), attested=True) for one in opened]
        claims += hearing.claims_of([] if merged else commits, side, receipt)
        if not any(claim.attested for claim in claims):
            claims += [one for one in hearing.signatures_of(commits, side) if people.at(one.address)]
        return claims

    def _merges(self, commits: list[Commit], proposed: Record, landed: Mapping[str, Sides]) -> bool:
        """Whether the change merges just this: its head, and nothing else that is governed."""
        about = hearing.states(proposed.payload["subjects"])
        if len(commits) > 1 or commits[0].parents[1:] != (proposed.payload["head"],):
            return False
        return all(cover(landed[path], about.get(path), self.past.texts) in AS_REVIEWED for path in landed)

    def _speaks(self, decision: Decision, landed: Mapping[str, Sides]) -> bool:
        """Whether somebody said anything of what landed: of a step from where the file stood, or of one that fits."""
        return any(
            path in landed and (landed[path][0] == sides[0] or cover(landed[path], sides, self.past.texts) == "replay")
            for path, sides in (decision.subjects or {}).items()
        )

    def _ours(self) -> list[Record]:
        """Records that speak of this repository and branch."""
        place = (self.settings.repository, self.settings.protected_branch)
        return [one for one in self.past.records if (one.payload["repository"], one.payload["branch"]) == place]

    def _side(self, commits: list[Commit], base: Commit) -> list[Commit]:
        reached = self.past.reach(*(commit.id for commit in commits)) - self.past.reach(base.id)
        return [self.past.commits[oid] for oid in sorted(reached - {commit.id for commit in commits})]

    def _passed(
        self, base: Commit, commits: list[Commit], side: list[Commit], governed: Collection[str]
    ) -> tuple[str, ...]:
        """Governed files that changed on the way and not in the end."""
        touched: set[str] = set()
        for commit in (*commits, *side) if len(commits) > 1 else side:
            before = self.past.commits[commit.parents[0]].tree if commit.parents else {}
            states = differences(before, commit.tree).items()
            touched |= {path for path, (_, state) in states if state != base.tree.get(path)}
        return tuple(sorted(path for path in touched if is_governed(path) and path not in governed))

    # ---- whose word counts, and what time it is

    def _adopt(self) -> None:
        registry = Registry(self.chain[self.start].tree, self.past.texts)
        for path, resource in registry.below(""):
            self.state.valid[path] = resource
        self._learn()
        start = self.chain[self.start].id
        self.state.tenures = {(name, role): start for name, one in People(registry).named.items() for role in one.roles}
        for path, resource in registry.below("registry/deployments/"):
            self.state.ran.setdefault(path, []).append(_version(resource))

    @property
    def settings(self) -> Any:
        found: Any = self.state.valid[SETTINGS]
        return found.spec

    @property
    def believed(self) -> list[Record]:
        """The records that count by what is known of recorders and their keys."""
        return [one for one in self.past.records if self._believes(one)]

    def _learn(self) -> None:
        self.state.keys |= {(one.name, " ".join(one.key.split()[:2])) for one in self.settings.recorders}

    def _believes(self, record: Record) -> bool:
        told = record.payload
        if "recorder" not in told or (told["repository"], told["branch"]) != (
            self.settings.repository,
            self.settings.protected_branch,
        ):
            return False
        if record.key is None:
            return bool(self.settings.evidence.accept_unsigned)
        return (told["recorder"], record.key) in self.state.keys

    def _end(self, at: int) -> int:
        """Where the change that begins here ends: where a receipt that counts says so."""
        base = self.chain[at - 1].id
        ends = [
            self.place[one.payload["tip"]]
            for one in hearing.receipts(self.believed)
            if one.payload["base"] == base and self.place.get(one.payload["tip"], -1) >= at
        ]
        return max(ends, default=at)

    def _tell_time(self, heard: Hearing, law: Law) -> None:
        told = [heard.landed_at] if heard.landed_at else []
        if not told and law.settings.evidence.mode != "receipt":
            signed = (one for one in heard.decisions if one.kind == "signature" and law.people.at(one.address))
            told = [one.at for one in signed if one.at]
        self.state.time = max([one for one in (*told, self.state.time) if one], default=None)

    def _spend(self, heard: Hearing, landed: Mapping[str, Sides], grace: int) -> None:
        """Approvals that what landed uses up: all that were given until then; one of each signer where nobody knows."""
        used: dict[str, str] = {}
        for one in sorted(
            (one for _, one in hearing.signed(self.past.records)), key=lambda one: (one.at or "", one.record)
        ):
            about = (one.subjects or {}).items()
            covers = {cover(landed[path], sides, self.past.texts) for path, sides in about if path in landed}
            if not covers & set(AS_REVIEWED) or one.record in self.state.spent:
                continue
            if heard.landed_at is None:
                used.setdefault(one.address, one.record)
            elif one.at and seconds(heard.landed_at, one.at) <= grace:
                self.state.spent.add(one.record)
        self.state.spent |= set(used.values())
        if heard.proposal:
            self.state.landed.add(_name(heard.proposal))

    # ---- what becomes law

    def _enact(self, verdict: Verdict, change: Change) -> None:
        for path, (_, entry) in change.landed.items():
            resource = change.after.at(path)
            if is_rule(path):
                self._becomes(path, verdict, change.before, resource, is_there=entry is not None)
            if entry is None and path != SETTINGS:
                self.state.valid.pop(path, None)
            elif resource is not None:
                self.state.valid[path] = resource
        self.state.acts += verdict.acts
        for action in change.actions:
            self.exceptions.backers.setdefault(action.path, set()).update(verdict.backers)
        self._hold(change)
        if verdict.allowed == PASS:
            self._learn()
            self._mend(verdict, change)

    def _mend(self, verdict: Verdict, change: Change) -> None:
        """What an approved change does to earlier ones."""
        if verdict.status == PASS:
            self.exceptions.restore(change.id, change.landed)
        for path, spec in self._ratifications(change):
            before = {of: self._by_now(self.verdicts[of]).status for of in spec.changes if of in self.verdicts}
            for of in self.exceptions.accept(path, spec):
                if before.get(of, WAIVED) != WAIVED and self._by_now(self.verdicts[of]).status == WAIVED:
                    self._pardon(of, verdict)

    def _pardon(self, change: str, verdict: Verdict) -> None:
        """The rule files that a violation left are law from now on, and whoever ratified that approved them."""
        for path, record in list(self.state.unlawful.items()):
            if (record.change, record.status) == (change, FAIL):
                del self.state.unlawful[path]
                self.exceptions.backers.setdefault(path, set()).update(verdict.backers)

    def _hold(self, change: Change) -> None:
        """Since when people have their roles."""
        held = {(name, role) for name, user in People(change.after).named.items() for role in user.roles}
        self.state.tenures = {key: self.state.tenures.get(key, change.id) for key in held}

    def _becomes(self, path: str, verdict: Verdict, before: Registry, now: Resource | None, *, is_there: bool) -> None:
        """Policies count with their last valid content; people and roles that cannot be read grant nothing any more."""
        status, known = verdict.allowed, self.state.unlawful.get(path)
        if is_there and now is None and (known is not None or path.startswith("policies/")):
            return
        counted = before.at(path) or (self.state.valid.get(path) if path.startswith("policies/") else None)
        same = now is not None and now == counted  # it has other comments only
        if status == PASS or (known.lawful == now if known else same):
            self.state.unlawful.pop(path, None)
            return
        lawful = known.lawful if known else before.at(path) or self.state.valid.get(path)
        self.state.unlawful[path] = Unlawful(status, lawful, verdict.id)

    def _run(self, governed: Mapping[str, Sides], after: Registry) -> None:
        for path in governed:
            resource = after.at(path)
            if resource is not None and resource.kind == "Deployment":
                ran = self.state.ran.setdefault(path, [])
                if not ran or ran[-1] != _version(resource):
                    ran.append(_version(resource))

    # ---- the history as a whole

    def _broken(self) -> Iterable[str]:
        """Recorders whose believed records are not numbered one after the other, each naming the one before."""
        chains: dict[str, list[Record]] = {}
        for one in sorted(self.believed, key=lambda one: one.payload["sequence"]):
            chains.setdefault(one.payload["recorder"], []).append(one)
        for name, chain in chains.items():
            told = [(one.payload["sequence"], one.payload["previous"]) for one in chain]
            if told != list(enumerate([None, *(one.id for one in chain[:-1])])):
                yield name

    def _introduces(self, oid: str) -> bool:
        reached = self.past.reach(oid)
        return [one for one in reached if SETTINGS in self.past.commits[one].tree] == [oid]

    def _history(self) -> Iterable[Found]:
        for one in self.believed:
            tip = one.payload["tip"]
            if tip not in self.place and not (tip in self.past.commits and self.past.tip in self.past.reach(tip)):
                yield Found("history-rewritten", OPEN)
        first = [oid for oid in self.past.reach(self.past.tip) if self._introduces(oid)]
        if any(oid != self.chain[self.start].id for oid in first):
            yield Found("adoption-not-on-chain", OPEN)
        if self.past.spoiled or any(self._broken()):
            yield Found("record-tampered", OPEN)
        if self.past.junk:
            yield Found("junk-record", WARN)
        end = self.chain[-1].tree
        law = Law(Registry(end, self.past.texts), self.state.valid, self.state.unlawful)
        yield from self.exceptions.standing(law, self.state.time)
        yield from self._together(law)
        for path, entry in self.chain[self.start].tree.items():
            if path.startswith("policies/") and path.endswith(".yaml") and path not in self.state.valid:
                if end.get(path) != entry:
                    continue  # a change answers for what stands there
                yield Found("policy-never-readable", WARN, path)

    def _together(self, law: Law) -> Iterable[Found]:
        """Roles that people still hold together against a strict rule, where no change was refused for that."""
        for kept in law.kept:
            for pair in kept.spec.role_pairs if kept.breach != WARN else ():
                for name in sorted({name for name, _ in self.state.tenures}):
                    since = [self.state.tenures.get((name, role)) for role in pair.roles]
                    if None not in since:
                        latest = max((str(one) for one in since), key=self.place.__getitem__)
                        known = self.verdicts[latest].findings if latest in self.verdicts else ()
                        if not any(one.rule == "conflicting-roles" and one.person == name for one in known):
                            roles = " ".join(f"role {role}" for role in pair.roles)
                            yield Found("conflict-not-ended", kept.breach, kept.path, f"{name} {roles}")


def _name(proposal: Mapping[str, Any]) -> tuple[str, str]:
    return proposal["forge"], proposal["id"]


def _version(resource: Resource) -> str:
    spec: Any = resource.spec
    return str(spec.version)


def _version_key(resource: Any) -> Any:
    from govops.kinds import ResourceKey

    return ResourceKey("ModelVersion", f"{resource.metadata.name}/{resource.spec.version}")
