"""The users' own rules: what a change answers for, and what stands.

A rule of the scope ``resource`` is asked of what a change touches. One of the scope ``snapshot`` must always hold:
what its answers rested on is kept, so that a change of any of it answers for what no longer holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from govops.decision import Law, RuleInForce
from govops.decision.requirements import path_matches
from govops.engine.breach import Asked, in_force, told, without_library
from govops.expression import AnyResource, Facts, Programs, Undecided, is_installed, tokens, words_of
from govops.expression.vocabulary import HISTORY, OF_THE_CHANGE, asks_registry
from govops.finding import Finding
from govops.history.deeds import Deeds
from govops.history.snapshot import Snapshot
from govops.kinds import Resource
from govops.kinds.rule import Rule, RuleMatch

_REGISTRY = ""  # stands for a path where a rule is about the registry as a whole


@dataclass(frozen=True, slots=True)
class Touched:
    """One file as a change finds and leaves it; None where there is nothing that can be read."""

    path: str
    old: AnyResource | None
    new: AnyResource | None


@dataclass(slots=True)
class _Watched:
    """What is known of one rule of the scope ``snapshot``: how bad each path is, and on what that rests."""

    rule: Rule
    gravity: dict[str, int] = field(default_factory=dict)
    rests_on: dict[str, frozenset[str]] = field(default_factory=dict)
    resting: dict[str, set[str]] = field(default_factory=dict)

    def note(self, path: str, gravity: int, asked: frozenset[str]) -> None:
        """Know this of the path, of which nothing is known."""
        self.gravity[path], self.rests_on[path] = gravity, asked
        for token in asked:
            self.resting.setdefault(token, set()).add(path)

    def forget(self, path: str) -> None:
        """Know nothing of the path any more."""
        self.gravity.pop(path, None)
        for token in self.rests_on.pop(path, ()):
            self.resting[token].discard(path)


class OwnRules:
    """Asks the rules of ``law`` about a registry that somebody else moves on.

    ``read`` gives the document of a kind of the user's own at a path. Without ``deeds`` no history is read.
    """

    def __init__(
        self, law: Law, snapshot: Snapshot, read: Callable[[str], AnyResource | None], deeds: Deeds | None
    ) -> None:
        self._law = law
        self._snapshot = snapshot
        self._read = read
        self.deeds = deeds
        self._watched: dict[int, _Watched] = {}
        self._seen: tuple[RuleInForce, ...] | None = None
        self._programs: Programs | None = None

    def before(self) -> tuple[RuleInForce, ...]:
        """The rules that a change will be judged by, which is about to be taken into the registry."""
        rules = self._law.rules()
        if rules is self._seen:
            return rules
        self._seen = rules
        lasting = {id(found.rule): found.rule for found in rules if found.rule.spec.scope == "snapshot"}
        if (lasting or self._watched) and is_installed():
            self._watched = {at: known for at, known in self._watched.items() if at in lasting}
            self._settle([rule for at, rule in lasting.items() if at not in self._watched])
        return rules

    def after(self, rules: Sequence[RuleInForce], touched: Sequence[Touched], time: str | None) -> Iterator[Finding]:
        """What the change, which has been taken now, did against these rules, by rule and path."""
        if not is_installed():
            yield from self._unable(rules, touched, time)
            return
        moved = [Asked(one.path, one.new, one.old, time) for one in touched]
        for rule in rules:
            begun = in_force(rule.rule, time)
            lasts = rule.rule.spec.scope == "snapshot"
            for asked, answer in self._lasting(rule.rule, touched) if lasts else self._momentary(rule.rule, moved):
                if begun is not False and answer is not True:
                    yield told(rule, asked, _undecided(answer), self._snapshot, is_begun=begun is True)

    def standing(self) -> Iterator[Finding]:
        """What stands against the rules, but those that speak of changes and of history."""
        rules = self._law.rules()
        if not is_installed():
            yield from map(without_library, rules)
            return
        for asked, rules_there in self._everything([rule for rule in rules if not speaks_of_changes(rule.rule)]):
            for rule in rules_there:
                answer = self.programs.holds(rule.rule.spec.expression, asked.question(self.programs))
                if answer is not True:
                    yield told(
                        rule, asked, _undecided(answer), self._snapshot, is_begun=in_force(rule.rule, None) is True
                    )

    def forget(self) -> None:
        """Know nothing of what stands: it moved on by something else than a change."""
        self._watched.clear()
        self._seen = None

    @property
    def programs(self) -> Programs:
        """The compiled expressions, and what they may ask."""
        if self._programs is None:
            law = self._law
            outside = law.snapshot if law.retrospective else None
            facts = Facts(self._snapshot, self.deeds, law.custom_kinds, self._read, outside)
            self._programs = Programs(facts)
        return self._programs

    def _unable(self, rules: Sequence[RuleInForce], touched: Sequence[Touched], time: str | None) -> Iterator[Finding]:
        """Without the library: every rule that would have been asked."""
        for rule in rules:
            match = rule.rule.spec.match
            lasts = rule.rule.spec.scope == "snapshot" and touched
            if in_force(rule.rule, time) is not False and (
                lasts or any(one.new and match and matches(match, one.path, one.new) for one in touched)
            ):
                yield without_library(rule)

    def _momentary(self, rule: Rule, moved: Sequence[Asked]) -> Iterator[tuple[Asked, bool | Undecided]]:
        """Answers on what is touched."""
        match = rule.spec.match
        for asked in moved:
            if asked.resource is not None and match is not None and matches(match, asked.path, asked.resource):
                yield asked, self.programs.holds(rule.spec.expression, asked.question(self.programs))

    def _lasting(self, rule: Rule, touched: Sequence[Touched]) -> Iterator[tuple[Asked, bool | Undecided]]:
        """Answers on what is touched, and on the rest where it is worse than it was."""
        known, own = self._watched[id(rule)], {one.path for one in touched}
        sides = [side for one in touched for side in (one.old, one.new) if side is not None]
        stirred = {token for side in sides for token in tokens(side)}
        for path in sorted(own.union(*(known.resting.get(token, ()) for token in stirred))):
            before = known.gravity.get(path, 0)
            known.forget(path)
            if not self._is_about(rule, path):
                continue
            asked = self._asked(path)
            answer = self._noted(known, asked)
            if path in own or _gravity(answer) > before:
                yield asked, answer

    def _settle(self, fresh: Sequence[Rule]) -> None:
        """Ask rules that are new about all that stands: nobody's fault, and known from now on."""
        found = [RuleInForce("", rule) for rule in fresh]
        self._watched.update((id(rule), _Watched(rule)) for rule in fresh)
        for asked, rules in self._everything(found):
            for rule in rules:
                self._noted(self._watched[id(rule.rule)], asked)

    def _noted(self, known: _Watched, asked: Asked) -> bool | Undecided:
        answer = self.programs.holds(known.rule.spec.expression, asked.question(self.programs))
        known.note(asked.path, _gravity(answer), frozenset(self.programs.facts.asked))
        return answer

    def _everything(self, rules: Sequence[RuleInForce]) -> Iterator[tuple[Asked, list[RuleInForce]]]:
        """All that rules are about, by path, each with its rules."""
        about: dict[str, list[RuleInForce]] = {}
        for rule in rules:
            for path in self._paths(rule.rule):
                about.setdefault(path, []).append(rule)
        for path in sorted(about):
            yield self._asked(path), about[path]

    def _asked(self, path: str) -> Asked:
        """What stands at the path, to be asked about as it stands."""
        resource = self._resource(path)
        return Asked(path, resource, resource)

    def _resource(self, path: str) -> AnyResource | None:
        file = self._snapshot.files.get(path)
        if file is None or file.resource is not None:
            return file.resource if file else None
        return self._read(path)

    def _is_about(self, rule: Rule, path: str) -> bool:
        if rule.spec.match is None:
            return path == _REGISTRY
        resource = self._resource(path)
        return resource is not None and matches(rule.spec.match, path, resource)

    def _paths(self, rule: Rule) -> list[str]:
        """Where that stands which the rule is about, sorted."""
        match = rule.spec.match
        if match is None:
            return [_REGISTRY]
        paths = {path for kind in match.kinds for path in self._snapshot.paths_of(kind)}
        own = [kind for kind in self._law.custom_kinds() if kind.name in match.kinds]
        paths |= {path for kind in own for path in self._snapshot.files if kind.match(path) is not None}
        return sorted(path for path in paths if self._is_about(rule, path))


def speaks_of_changes(rule: Rule) -> bool:
    """Whether a rule says nothing of files as they stand: it asks what a change does, or what was done before."""
    return bool(words_of(rule.spec.expression) & (HISTORY | OF_THE_CHANGE))


def judged_by(rules: Sequence[RuleInForce], touched: Sequence[Touched], time: str | None) -> Iterator[tuple[str, int]]:
    """(name, how many touched resources it is about) of each rule that judges the change; the registry is one."""
    for found in rules:
        match = found.rule.spec.match
        about = [one.new is not None and matches(match, one.path, one.new) for one in touched] if match else [True]
        if any(about) and in_force(found.rule, time):
            yield found.rule.metadata.name, sum(about)


def asks_of(law: Law) -> tuple[bool, bool]:
    """Whether any rule or policy in force asks for more than a change touches: for the registry, and for history."""
    expressions = [rule.rule.spec.expression for rule in law.rules()]
    expressions += [policy.spec.match.condition for _, policy in law.policies() if policy.spec.match.condition]
    words = {word for expression in expressions for word in words_of(expression)}
    lasts = any(rule.rule.spec.scope == "snapshot" for rule in law.rules())
    return lasts or asks_registry(words), bool(words & HISTORY)


def matches(match: RuleMatch, path: str, resource: AnyResource) -> bool:
    """Whether a rule is about this resource."""
    if resource.key.kind not in match.kinds:
        return False
    if match.paths and not any(path_matches(path, pattern) for pattern in match.paths):
        return False
    return not match.labels or match.labels.items() <= _labels(resource).items()


def _undecided(answer: object) -> Undecided | None:
    return answer if isinstance(answer, Undecided) else None


def _gravity(answer: object) -> int:
    """0 where a rule holds, 1 where nobody can tell, 2 where it does not."""
    return 0 if answer is True else 1 if isinstance(answer, Undecided) else 2


def _labels(resource: AnyResource) -> dict[str, str]:
    if isinstance(resource, Resource):
        return dict(resource.metadata.labels)
    metadata = resource.document.get("metadata")
    found = metadata.get("labels") if isinstance(metadata, dict) else None
    return dict(found) if isinstance(found, dict) else {}
