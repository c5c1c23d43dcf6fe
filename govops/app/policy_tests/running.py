"""Every case judged, and compared with what it expects. One that fails hides no other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from govops.app.imagining import Acts, Done, Told, imagined_facts, reachable
from govops.app.policy_tests.reading import Bench, open_bench
from govops.decision import ChangeFacts, Law, Verdict, conditions, judge
from govops.decision.verdict import Holds
from govops.engine import Checks
from govops.engine.ledger import change_record
from govops.engine.meaning import deeds_of
from govops.engine.own_rules import OwnRules, Touched
from govops.errors import UsageError
from govops.evidence.testimony import Testimony
from govops.finding import ChangeRecord, Finding, Status, worst_of
from govops.history.deeds import Deeds
from govops.history.snapshot import File
from govops.kinds import Resource
from govops.kinds.custom import CustomResource
from govops.kinds.policy_test import Expected, ImaginedChange, PolicyCase, PolicyTest
from govops.kinds.user import User
from govops.outlook import Trial, Tried
from govops.rule import JudgedChange
from govops.rules import RULES
from govops.workspace.files import TreeDocuments

_LONG_AGO = "1970-01-01T00:00:00Z"
_DATES = ("effective_from", "until", "starts")
_WORDS = {Status.PASS: "pass", Status.FAIL: "fail", Status.UNVERIFIABLE: "unverifiable"}


def run(path: Path, *, wanted: str = "", is_required: bool = False) -> Trial:
    """Try the cases of the tests at ``path`` whose names hold ``wanted``, whatever its letter case.

    Nothing is tried where policies, people or roles are broken. UsageError if no case has such a name.
    """
    bench = open_bench(path)
    problems = bench.problems()
    if any(finding.path not in _tests(bench) for finding in problems):
        return Trial((), problems, is_required=is_required)
    runner = _Runner(bench)
    broken = {finding.path for finding in problems}
    cases = tuple(runner.tried(broken, wanted.casefold()))
    if wanted and not cases:
        raise UsageError(f'no case is called anything with "{wanted[:60]}"', hint="without -k all cases are tried")
    law = Law(bench.tree.snapshot)
    policies = sorted([path for path, _ in law.policies()] + [found.path for found in law.rules()])
    is_whole = not (wanted or bench.only or problems)
    untried = tuple(path for path in policies if path not in runner.exercised) if is_whole else ()
    return Trial(cases, problems, untried, len(policies), is_whole, is_required)


def _tests(bench: Bench) -> frozenset[str]:
    """Paths of all tests, those included that cannot be read."""
    return frozenset(path for path in bench.tree.snapshot.files if path.startswith("policies/tests/"))


class _Runner:
    """Tries one case after the other on the same tree, which each leaves as it was."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._documents = TreeDocuments(bench.tree)
        self._checks = Checks(RULES, self._documents)
        self._snapshot = bench.tree.snapshot
        self.exercised: set[str] = set()
        for path, user in list(self._snapshot.of_kind("User")):
            if isinstance(user, User):
                known = reachable(user)
                self._snapshot.put(path, File(self._snapshot.files[path].entry, known, known))

    def tried(self, broken: set[str | None], wanted: str) -> Iterator[Tried]:
        """By path, in the order of each file; tests that are broken are left out."""
        for path, test in self._bench.tests():
            for number, case in enumerate(test.spec.cases) if path not in broken else ():
                if wanted in f"{test.metadata.name}: {case.name}".casefold():
                    yield self._tried(path, test, number, case)

    def _tried(self, path: str, test: PolicyTest, number: int, case: PolicyCase) -> Tried:
        line, column = self._bench.place(path, ("spec", "cases", number))
        where = (test.metadata.name, case.name, path, line, column)
        change = case.change or test.spec.change
        assert change is not None  # noqa: S101  the kind sees to it
        law = Law(self._snapshot)  # one of its own, since it remembers who did what
        law.held_at = self._holds
        acts = Acts(law, self._snapshot, self._standing)
        try:
            done = acts.perform(change.acts)
            _refuse_guesses(done, law)
            own = OwnRules(law, self._snapshot, acts.standing, Deeds())
            facts = self._facts(law, done, self._told(change, case), own)
            verdict, record, findings = self._judged(facts, done, own, acts)
        except UsageError as error:
            return Tried(*where, "broken", (error.message, *([error.hint] if error.hint else ())))
        finally:
            acts.undo()
        differences = (*_misnamed(change, facts), *_differences(case.expect, record.status, findings, verdict))
        return Tried(*where, "differs" if differences else "pass", differences, record, findings)

    def _facts(self, law: Law, done: Done, told: Told, own: OwnRules) -> ChangeFacts:
        """Conditions of policies are asked only where the whole content is known."""
        if not done.is_documented:
            return imagined_facts(law, self._snapshot, done, told)

        def asked(testimony: Testimony) -> Holds:
            return conditions(lambda: own.programs, law, testimony, told.at)

        facts = imagined_facts(law, self._snapshot, done, told, conditions=asked)
        own.deeds = facts.deeds
        return facts

    def _judged(
        self, facts: ChangeFacts, done: Done, own: OwnRules, acts: Acts
    ) -> tuple[Verdict, ChangeRecord, tuple[Finding, ...]]:
        """As the walk along a history judges: the approvals, and then what the files do against rules of one's own."""
        self._checks.reach(facts.law.settings.edition)
        verdict = self._checks.admitted(judge(facts))
        judged = JudgedChange(facts, verdict, self._documents.position, done.missteps)
        findings, rules = list(self._checks.change(judged)), own.before()
        touched = [Touched(path, old, new) for path, (old, new) in sorted(done.content.items())]
        acts.land(done)
        facts.deeds.add(deeds_of(facts, verdict))
        findings += own.after(rules, touched, facts.time)
        record = change_record(facts, verdict, worst_of({verdict.status, *(finding.status for finding in findings)}))
        self.exercised.update(path for needed in record.requirements for path in needed.source.split(", "))
        self.exercised.update(path for finding in findings for path in finding.evidence)
        return verdict, record, tuple(findings)

    def _told(self, change: ImaginedChange, case: PolicyCase) -> Told:
        at = None if change.at == "unknown" else change.at or self._last_date()
        return Told(change.makers, change.merger, at, case.approvals, change.before)

    def _last_date(self) -> str:
        """The latest instant at which a policy or a delegation begins or ends, so that what has ended is over."""
        specs = [
            resource.spec for kind in ("ApprovalPolicy", "Delegation") for _, resource in self._snapshot.of_kind(kind)
        ]
        found = (getattr(spec, name, None) for spec in specs for name in _DATES)
        return max((instant for instant in found if instant), default=_LONG_AGO)

    def _standing(self, path: str) -> Resource | CustomResource | None:
        found = self._bench.tree.parsed.get(path)
        return found.resource if found else None

    def _holds(self, person: str, role: str, commit: str) -> bool:
        """Roles are held as they stand, at every commit."""
        user = self._snapshot.find("User", person)
        return isinstance(user, User) and role in user.spec.roles


def _refuse_guesses(done: Done, law: Law) -> None:
    """A Model or UseCase that stands nowhere has no tier or impact, and policies that ask for it say nothing."""
    for action in done.actions:
        field = {"Model": "risk_tier", "UseCase": "impact"}.get(action.kind)
        if field is None or action.old is not None or action.new is not None:
            continue
        if any(getattr(policy.spec.match, f"{field}s") for _, policy in law.policies_on(action.name)):
            raise UsageError(
                f"{action.kind}/{action.resource} does not stand in the registry, and policies ask for its {field}",
                hint=f"give the change a `{field}`, or the document as `new`",
            )


def _misnamed(change: ImaginedChange, facts: ChangeFacts) -> Iterator[str]:
    """Documents that do not mean what the test says they do."""
    meant = [action.name for action in facts.actions]
    for act in change.acts:
        if act.has_documents and act.action and act.action not in meant:
            yield f"expected the documents to mean {act.action}, and they mean {', '.join(meant) or 'nothing'}"


def _differences(expected: Expected, status: Status, findings: tuple[Finding, ...], verdict: Verdict) -> Iterator[str]:
    """What was expected and what came instead, in words; nothing where both are the same."""
    got = _WORDS.get(status, status.value)
    if got != expected.status:
        yield f"expected status {expected.status}, got {got}"
    if expected.rules is not None:
        reported = {finding.rule for finding in findings}
        surely = {finding.rule for finding in findings if finding.status is not Status.WARN}
        yield from (f"expected {rule} to report, and it does not" for rule in expected.rules if rule not in reported)
        yield from (f"expected no {rule}, and it reports" for rule in sorted(surely - set(expected.rules)))
    if expected.counted is not None:
        counted = {weighed.opinion.person for weighed in verdict.weighed if weighed.counted}
        if counted != set(expected.counted):
            yield f"expected the approvals of {_people(expected.counted)} to count, and {_people(counted)} counted"


def _people(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "nobody"
