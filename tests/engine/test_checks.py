"""Running rules: what each is shown, how grave its findings are, and who answers for what a change brings about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from govops.decision import Cause, Verdict
from govops.engine import Checks, Parsed, check_snapshot
from govops.engine.checks import Standing, keys_of
from govops.finding import Finding, Severity, Status
from govops.history.snapshot import File as Stands
from govops.history.snapshot import Snapshot
from govops.kinds import ResourceKey, vocabulary
from govops.kinds.custom import custom_kind
from govops.kinds.kind_definition import KindDefinition
from govops.lifecycle import Misstep
from govops.rule import FileFacts, HistoryFacts, JudgedChange, ResourceFacts, Rule, Scope
from tests.decision.sample import facts, house
from tests.engine.shelf import Shelf
from tests.support.facts import entry, oid, read, snapshot, standing
from tests.support.files import File, deployment, kind, model, policy, role, settings, usecase, user, version

FRAUD, CHURN = model("fraud"), model("churn")


class Listener:
    """A rule of each scope, which keeps what it is shown and finds something in all of it."""

    def __init__(self, status: Status = Status.FAIL, outside: Snapshot | None = None) -> None:
        self.shown: list[Any] = []
        self._status = status
        self.shelf = Shelf()
        rules = [Rule(scope, scope, Severity.CRITICAL, self._check) for scope in Scope]
        self.checks = Checks(rules, self.shelf, outside)

    def _check(self, told: Any) -> Iterable[Finding]:
        self.shown.append(told)
        yield Finding("some-rule", "found", self._status, severity=Severity.LOW, path=getattr(told, "path", None))


REPORTS = read(kind("Report", "reports"))
assert isinstance(REPORTS, KindDefinition)
REPORT = custom_kind(REPORTS)


def shown(
    path: str, content: bytes = b"x", *, beside: Snapshot | None = None, parsed: Parsed | None = None
) -> FileFacts:
    """What a rule sees of an executable file where the company has a kind of its own."""
    listener = Listener()
    stands = replace(listener.shelf.keep((path, content)), mode="100755")
    list(listener.checks.file(path, stands, parsed or Parsed(), snapshot=beside or Snapshot(), custom=(REPORT,)))
    (told,) = listener.shown
    assert isinstance(told, FileFacts)
    assert told.entry == stands
    return told


ALLOWED: dict[str, tuple[str, bool]] = {
    "where a kind stands": (FRAUD[0], True),
    "a document": ("registry/README.md", True),
    "a kind of one's own": ("reports/a.yaml", True),
    "a control file": (".github/workflows/x.yaml", True),
    "where nothing may stand": ("registry/fraud.yaml", False),
    "beside a kind of one's own": ("reports/a.txt", False),
}


@pytest.mark.parametrize(("path", "allowed"), ALLOWED.values(), ids=ALLOWED)
def test_a_rule_is_told_whether_a_file_may_stand_where_it_stands(path: str, *, allowed: bool) -> None:
    told = shown(path)
    assert (told.path, told.allowed) == (path, allowed)


@pytest.mark.threat("C33")
@pytest.mark.parametrize("path", [".gitattributes", "src/.gitattributes"])
def test_of_attributes_a_rule_is_told_the_text_and_which_folders_are_governed(path: str) -> None:
    told = shown(path, b"* -diff\n")
    assert (told.text, told.folders) == (b"* -diff\n", (REPORT.folder,))


@pytest.mark.parametrize("path", [FRAUD[0], "registry/x.gitattributes"])
def test_of_no_other_file_a_rule_is_told_the_text(path: str) -> None:
    assert (shown(path).text, shown(path).folders) == (None, ())


def test_a_rule_is_told_what_the_reader_found_and_which_paths_collide() -> None:
    problem = Finding("forbidden-yaml", "an anchor", path=FRAUD[0])
    beside = snapshot(FRAUD)
    told = shown(FRAUD[0].replace("fraud", "Fraud"), beside=beside, parsed=Parsed(None, (problem,)))
    assert (told.problems, told.twins) == ((problem,), (FRAUD[0],))


@pytest.mark.parametrize("status", list(Status))
def test_a_finding_is_as_grave_as_its_rule_and_a_warning_as_it_says_itself(status: Status) -> None:
    listener = Listener(status)
    whole = HistoryFacts(oid("tip"))
    (found,) = listener.checks.history(whole)
    assert listener.shown == [whole]
    assert found.severity is (Severity.LOW if status is Status.WARN else Severity.CRITICAL)
    assert (found.rule, found.status) == ("some-rule", status)


CHANGES: dict[str, tuple[dict[str, Any], bool]] = {
    "clean": ({}, False),
    "with a cause": ({"verdict": Verdict(Status.FAIL, causes=(Cause("not-approved", Status.FAIL),))}, True),
    "with a misstep": ({"missteps": (Misstep("a", (), "no", ""),)}, True),
    "with a transient path": ({"transient": ("a",)}, True),
}


@pytest.mark.parametrize(("fields", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_is_shown_where_there_is_something_to_say(fields: dict[str, Any], *, expected: bool) -> None:
    listener = Listener()
    judged = replace(JudgedChange(facts(house()), Verdict(Status.PASS), listener.shelf.position), **fields)
    assert bool(list(listener.checks.change(judged))) is expected
    assert listener.shown == ([judged] if expected else [])


def test_resources_are_shown_and_what_cannot_be_read_is_not() -> None:
    outside = snapshot(user("bob"))
    listener, stands = Listener(outside=outside), snapshot(FRAUD)
    stands.put(CHURN[0], Stands(entry("broken"), None, read(CHURN)))
    found = [
        finding for path in (FRAUD[0], CHURN[0], "registry/none") for finding in listener.checks.resource(path, stands)
    ]
    assert [finding.path for finding in found] == [FRAUD[0]]
    (told,) = listener.shown
    assert (told.resource, told.entry, told.snapshot) == (read(FRAUD), stands.files[FRAUD[0]].entry, stands)
    assert told.position("oid", ()) is None
    assert told.outside is outside
    assert list(told.rules) == list(Scope)


def test_a_snapshot_by_itself_is_checked_whole_in_the_order_of_paths() -> None:
    """What is odd about a file comes first, with what the reader said of it; then the resource."""
    listener, stands = Listener(), snapshot(FRAUD, CHURN, user("bob"))
    problem = Finding("stray-file", "told by the reader")
    found = list(check_snapshot(listener.checks, stands, {CHURN[0]: Parsed(None, (problem,))}, custom=(REPORT,)))
    assert [finding.path for finding in found] == [CHURN[0], *sorted(stands.files)]
    file, *resources = listener.shown
    assert isinstance(file, FileFacts)
    assert (file.problems, file.entry) == ((problem,), stands.files[CHURN[0]].entry)
    assert [type(told) for told in resources] == [ResourceFacts] * 3


EDITIONS = ("2026.1", "2027.1", "2028.1")


@pytest.fixture
def of_editions(monkeypatch: pytest.MonkeyPatch) -> Checks:
    """Of each edition one rule on the history, which is called as the edition is and finds something."""
    monkeypatch.setattr(vocabulary, "EDITIONS", EDITIONS)

    def rule(edition: str) -> Rule:
        return Rule(edition, Scope.HISTORY, Severity.HIGH, lambda facts: [Finding(edition, "found")], edition=edition)

    return Checks(map(rule, EDITIONS), Shelf())


def heard(checks: Checks) -> list[str]:
    """The rules that say something."""
    return [found.rule for found in checks.history(HistoryFacts(oid("tip")))]


def test_until_an_edition_is_reached_every_rule_judges(of_editions: Checks) -> None:
    assert (of_editions.edition, heard(of_editions)) == ("", list(EDITIONS))


def test_a_rule_judges_by_its_edition_and_by_later_ones(of_editions: Checks) -> None:
    """And by none before it, even where a repository goes back."""
    for edition, others in [("2027.1", True), ("2028.1", True), ("2028.1", False), ("2026.1", True)]:
        assert of_editions.reach(edition) is others
        assert heard(of_editions) == list(EDITIONS[: EDITIONS.index(edition) + 1])
        assert of_editions.edition == edition


def test_an_edition_without_rules_of_its_own_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "EDITIONS", EDITIONS)
    checks = Checks((), Shelf())
    assert not checks.reach("2027.1")
    assert not checks.reach("2028.1")
    assert checks.edition == "2028.1"


def test_a_verdict_holds_nothing_against_a_change_that_only_a_later_rule_would(of_editions: Checks) -> None:
    of_editions.reach("2027.1")
    open_, failed = Cause("2027.1", Status.UNVERIFIABLE), Cause("2028.1", Status.FAIL)
    assert of_editions.admitted(Verdict(Status.FAIL, causes=(open_, failed))) == Verdict(
        Status.UNVERIFIABLE, causes=(open_,)
    )
    assert of_editions.admitted(Verdict(Status.FAIL, causes=(failed,))) == Verdict(Status.PASS)
    unchanged = Verdict(Status.FAIL, causes=(open_,))
    assert of_editions.admitted(unchanged) is unchanged


class Company:
    """What stands, and a rule that finds fault with the resources that are named wrong."""

    def __init__(self, *files: File) -> None:
        self.wrong: set[str] = set()
        self.looked: list[str] = []
        self.snapshot = snapshot(*files)
        rule = Rule("some-rule", Scope.RESOURCE, Severity.HIGH, self._check)
        self.standing = Standing(Checks([rule], Shelf()), self.snapshot)

    def _check(self, told: ResourceFacts) -> Iterator[Finding]:
        self.looked.append(told.path)
        if told.path in self.wrong:
            yield told.finding("some-rule", "wrong")

    def news(self, *files: File, gone: Iterable[File] = ()) -> list[str | None]:
        """Paths with new findings now that these files were put and others removed."""
        keys = list(keys_of(read(file) for file in (*files, *gone)))
        for file in files:
            self.snapshot.put(file[0], standing(file))
        for file in gone:
            self.snapshot.put(file[0], None)
        self.looked.clear()
        return [found.path for found in self.standing.after(keys, (file[0] for file in (*files, *gone)))]


def test_what_is_wrong_at_the_adoption_is_nobodys_fault_later() -> None:
    company = Company(FRAUD, CHURN)
    company.wrong = {FRAUD[0]}
    assert [found.path for found in company.standing.settle()] == [FRAUD[0]]
    assert company.looked == sorted([FRAUD[0], CHURN[0]])
    assert company.news(FRAUD, CHURN) == []


def test_what_a_change_mends_and_a_later_one_breaks_again_is_new() -> None:
    company = Company(FRAUD)
    company.wrong = {FRAUD[0]}
    assert company.news(FRAUD) == [FRAUD[0]]
    assert company.news(FRAUD) == []
    company.wrong = set()
    assert company.news(FRAUD) == []
    company.wrong = {FRAUD[0]}
    assert company.news(FRAUD) == [FRAUD[0]]


def test_what_another_walk_found_out_is_known() -> None:
    company, known = Company(FRAUD, CHURN), Company(FRAUD, CHURN)
    company.wrong = known.wrong = {FRAUD[0]}
    list(known.standing.settle())
    assert set(known.standing.known) == {FRAUD[0]}
    company.standing.recall(known.standing.known)
    assert company.news(FRAUD) == []
    company.wrong.add(CHURN[0])
    assert company.news(CHURN) == [CHURN[0]]
    assert set(known.standing.known) == {FRAUD[0]}


def test_that_two_are_alike_is_told_once_and_where_it_came_about() -> None:
    """Of the one that stood there before it is known from then on, and no news when somebody touches it."""
    alike = model("fraud2", title="The fraud model", purpose=read(FRAUD).spec.purpose)  # type: ignore[attr-defined]  # a model
    company = Company(FRAUD, CHURN)
    company.wrong = {FRAUD[0], alike[0]}
    assert company.news(alike) == [alike[0]]
    assert company.looked == [alike[0], FRAUD[0]]
    assert company.news(FRAUD) == []


LINKED = usecase("claims", models=[{"model": "fraud", "versions": "*"}])
CONCERNED: dict[str, tuple[tuple[File, ...], File, list[File]]] = {
    "a person, with whatever rests on people": (
        (policy("p", actions=["*"]), settings(), FRAUD, user("alice"), user("bob")),
        user("bob", active=False),
        [policy("p", actions=["*"]), settings(), user("bob")],
    ),
    "the owner of a model": ((FRAUD, user("alice")), user("alice", active=False), [FRAUD, user("alice")]),
    "a role, with whatever rests on roles": (
        (policy("p", actions=["*"]), settings(), user("bob")),
        role("approver"),
        [policy("p", actions=["*"]), settings(), role("approver"), user("bob")],
    ),
    "a model, with its versions and use cases": (
        (FRAUD, CHURN, version("fraud", "1.0"), version("churn", "1.0"), LINKED),
        FRAUD,
        [FRAUD, version("fraud", "1.0"), LINKED],
    ),
    "a use case, with what runs in production for it": (
        (
            deployment("production", "fraud", "1.0"),
            deployment("production", "churn", "1.0"),
            deployment("staging", "fraud", "1.0"),
            LINKED,
        ),
        LINKED,
        [deployment("production", "fraud", "1.0"), LINKED],
    ),
    "a use case of which nothing runs": ((FRAUD, LINKED), LINKED, [LINKED]),
    "a version, with the use cases in force of its model": (
        (
            version("fraud", "1.0"),
            version("fraud", "1.1"),
            usecase("claims", status="approved", models=[{"model": "fraud", "versions": "*"}]),
            usecase("drafted", models=[{"model": "fraud", "versions": "*"}]),
            usecase("other", status="approved", models=[{"model": "churn", "versions": "*"}]),
        ),
        version("fraud", "1.0", status="deprecated"),
        [version("fraud", "1.0"), usecase("claims")],
    ),
}


@pytest.mark.parametrize(("stands", "changed", "expected"), CONCERNED.values(), ids=CONCERNED)
def test_whatever_a_changed_resource_concerns_is_looked_at_again(
    stands: tuple[File, ...], changed: File, expected: list[File]
) -> None:
    company = Company(*stands)
    company.wrong = set(company.snapshot.files) | {changed[0]}
    paths = sorted(file[0] for file in expected)
    assert company.news(changed) == paths
    assert company.looked == paths


def needs(name: str, *others: str) -> File:
    """A use case that depends on others."""
    return usecase(name, dependencies=list(others))


def test_of_one_kind_referrers_are_looked_at_however_far_they_are() -> None:
    """A circle may be closed by a change at any of its places."""
    ring = [needs("a", "b"), needs("b", "c"), needs("c"), needs("d")]
    company = Company(*ring)
    closed = needs("c", "a")
    company.news(closed)
    assert company.looked == sorted(file[0] for file in ring[:3])


def test_a_circle_that_a_change_merely_reaches_is_walked_once() -> None:
    ring = [needs("a", "b", "x"), needs("b", "c"), needs("c", "a"), needs("x")]
    company = Company(*ring)
    company.news(needs("x"))
    assert company.looked == sorted(file[0] for file in ring)


def test_what_refers_to_something_that_is_gone_is_looked_at() -> None:
    company = Company(FRAUD, LINKED)
    company.wrong = {LINKED[0]}
    assert company.news(gone=[FRAUD]) == [LINKED[0]]


def test_keys_are_those_of_what_is_there() -> None:
    assert list(keys_of([None, read(FRAUD), None])) == [ResourceKey("Model", "fraud")]
