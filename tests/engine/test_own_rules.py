"""Rules of the company's own: what a change answers for, and what stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from govops.engine.own_rules import OwnRules, Touched, asks_of, judged_by, matches, speaks_of_changes
from govops.expression import AnyResource, is_installed, words_of
from govops.finding import Finding, Status
from govops.history.deeds import Deed, Deeds
from govops.history.snapshot import File as Standing
from govops.kinds.custom import CustomResource
from govops.kinds.rule import Rule, RuleMatch
from tests.support.facts import entry, law, read, standing
from tests.support.files import File, deployment, incident, kind, model, policy, rule, usecase, user

FRAUD = model("fraud")[0]
BAD = model("fraud", owner="mallory")
OWNED = rule("owned", "resource.spec.owner != 'mallory'")
ALWAYS_OWNED = rule("owned", "resource.spec.owner != 'mallory'", scope="snapshot")
HOLDS, UNKNOWN = "resource.metadata.name != ''", "User.get('nobody').spec.active"
CALM = rule("calm", "!Incident.about(key).exists(i, i.spec.severity == 'critical')", scope="snapshot")
OUTAGE = incident("outage", severity="critical")
EARLY, START = "2026-01-04T23:59:59Z", "2026-01-05T00:00:00Z"
SHEETS = kind("DataSheet", "data/sheets")
SHEET = "data/sheets/a.yaml"


class Company:
    """A registry with rules of its own; each change is judged by those that stood before it."""

    def __init__(self, *files: File, deeds: tuple[Deed, ...] = (), sheets: Mapping[str, Any] | None = None) -> None:
        self.law = law(*files)
        self.sheets: dict[str, AnyResource] = {}
        self.own = OwnRules(self.law, self.law.snapshot, self.sheets.get, Deeds(deeds))
        for name, document in (sheets or {}).items():
            self._sheet(name, document)

    def lands(
        self,
        *files: File,
        gone: tuple[str, ...] = (),
        time: str | None = START,
        sheets: Mapping[str, Any] | None = None,
    ) -> list[tuple[str, str]]:
        """(rule, path) of what is found against a change."""
        return [(one.rule, one.path or "") for one in self.found(*files, gone=gone, time=time, sheets=sheets)]

    def found(
        self,
        *files: File,
        gone: tuple[str, ...] = (),
        time: str | None = START,
        sheets: Mapping[str, Any] | None = None,
    ) -> list[Finding]:
        """What is found against a change."""
        rules, snapshot = self.own.before(), self.law.snapshot
        paths = [*(path for path, _ in files), *gone, *(f"data/sheets/{name}.yaml" for name in sheets or {})]
        before = {path: self._at(path) for path in paths}
        for file in files:
            snapshot.put(file[0], standing(file))
        for path in gone:
            snapshot.put(path, None)
        for name, document in (sheets or {}).items():
            self._sheet(name, document)
        for path in paths:
            self.law.moved(path)
        return list(self.own.after(rules, [Touched(path, before[path], self._at(path)) for path in paths], time))

    def stands(self) -> list[tuple[str, str]]:
        """(rule, path) of what is found against all that stands."""
        return [(one.rule, one.path or "") for one in self.own.standing()]

    def _sheet(self, name: str, document: Mapping[str, Any]) -> None:
        path = f"data/sheets/{name}.yaml"
        self.law.snapshot.put(path, Standing(entry(str(document))))
        self.sheets[path] = CustomResource("DataSheet", name, document)

    def _at(self, path: str) -> AnyResource | None:
        file = self.law.snapshot.files.get(path)
        return (file.resource or self.sheets.get(path)) if file else None


# ---- what a change touches


def test_a_rule_is_asked_of_what_a_change_leaves() -> None:
    company = Company(OWNED)
    assert company.lands(model("twin"), BAD, usecase("claims", owner="mallory")) == [("owned", FRAUD)]
    assert company.lands(model("fraud")) == []
    assert company.lands(BAD) == [("owned", FRAUD)]
    assert company.lands(gone=(FRAUD,)) == []


def test_what_a_change_does_not_touch_is_not_asked() -> None:
    assert Company(OWNED, BAD).lands(model("twin")) == []


def test_a_rule_sees_what_the_change_does() -> None:
    company = Company(rule("kept", "!changed('spec.owner')"), model("fraud", owner="alice"))
    assert company.lands(model("fraud", owner="alice", title="Another")) == []
    assert company.lands(model("fraud", owner="bob")) == [("kept", FRAUD)]


def test_a_rule_judges_from_the_change_after_the_one_that_brings_it() -> None:
    company = Company()
    assert company.lands(OWNED, BAD) == []
    assert company.lands(model("fraud", owner="mallory", title="Another")) == [("owned", FRAUD)]


def test_a_rule_sees_when_the_change_landed() -> None:
    company = Company(rule("timely", f"time < timestamp('{START}')"))
    assert company.lands(BAD, time=EARLY) == []
    assert company.lands(BAD, time=START) == [("timely", FRAUD)]


def test_findings_come_by_rule_and_then_by_file() -> None:
    twin = model("twin", owner="mallory")
    company = Company(OWNED, rule("a-rule", "resource.spec.owner != 'mallory'"))
    assert company.lands(BAD, twin) == [
        ("a-rule", FRAUD),
        ("a-rule", twin[0]),
        ("owned", FRAUD),
        ("owned", twin[0]),
    ]


@pytest.mark.parametrize("scope", ["resource", "snapshot"])
def test_a_rule_with_dates_is_asked_of_changes_between_them(scope: str) -> None:
    company = Company(rule("owned", "resource.spec.owner != 'mallory'", scope=scope, effective_from=START))
    assert company.lands(BAD, time=EARLY) == []
    (told,) = company.found(BAD, time=None)
    assert (told.status, "in force then" in told.message) == (Status.UNVERIFIABLE, True)
    (told,) = company.found(BAD, time=START)
    assert (told.status, "in force then" in told.message) == (Status.FAIL, False)
    assert company.lands(model("fraud"), time=None) == []


@pytest.mark.parametrize("scope", ["resource", "snapshot"])
def test_a_rule_without_an_answer_is_told_as_that(scope: str) -> None:
    (told,) = Company(rule("owned", UNKNOWN, scope=scope)).found(model("fraud"))
    assert (told.status, told.rule) == (Status.UNVERIFIABLE, "owned")
    assert told.message.startswith("whether Model/fraud keeps the rule cannot be told: ")


# ---- what must always hold


def test_what_breaks_by_a_change_of_something_else_is_found_at_what_is_broken() -> None:
    company = Company(CALM, model("fraud"), model("twin"))
    assert company.lands(OUTAGE) == [("calm", FRAUD)]


def test_what_was_broken_before_is_nobodys_fault_but_of_whoever_touches_it() -> None:
    company = Company(CALM, model("fraud"), OUTAGE)
    assert company.lands(incident("leak", severity="critical")) == []
    assert company.lands(model("fraud", title="Another")) == [("calm", FRAUD)]


def test_what_was_mended_and_broken_again_is_found_again() -> None:
    company = Company(CALM, model("fraud"), OUTAGE)
    assert company.lands(incident("outage", severity="info")) == []
    assert company.lands(OUTAGE) == [("calm", FRAUD)]
    assert company.lands(gone=(OUTAGE[0],)) == []
    assert company.lands(OUTAGE) == [("calm", FRAUD)]


def test_what_was_removed_is_not_known_any_more() -> None:
    company = Company(CALM, model("fraud"))
    company.lands(gone=(FRAUD,))
    assert company.lands(OUTAGE) == []
    assert company.lands(model("fraud")) == [("calm", FRAUD)]
    assert company.lands(gone=(OUTAGE[0],)) == []
    assert company.lands(OUTAGE) == [("calm", FRAUD)]


def test_what_came_since_is_known_too() -> None:
    company = Company(CALM)
    company.lands(model("fraud"))
    assert company.lands(OUTAGE) == [("calm", FRAUD)]


def test_it_is_worse_not_to_hold_than_not_to_be_known_and_worse_not_to_be_known_than_to_hold() -> None:
    company = Company(rule("led", "User.get('alice').spec.active", scope="snapshot"), model("fraud"), user("alice"))
    alice = "registry/users/alice.yaml"
    assert company.lands(gone=(alice,)) == [("led", FRAUD)]
    assert company.lands(user("alice", active=False)) == [("led", FRAUD)]
    assert company.lands(user("alice", active=False, display_name="Al")) == []
    assert company.lands(gone=(alice,)) == []


def test_a_rule_that_is_new_blames_nobody_for_what_stands() -> None:
    company = Company(model("fraud"), OUTAGE)
    assert company.lands(CALM) == []
    assert company.lands(incident("leak", severity="critical")) == []
    assert company.lands(model("twin")) == []


def test_a_rule_that_is_changed_is_new() -> None:
    """What it says now was broken before; what it said before is asked no more."""
    company = Company(CALM, model("fraud"))
    company.lands(model("twin"))
    stricter = rule("calm", "Incident.about(key).size() == 0", scope="snapshot")
    company.lands(incident("slow"))
    assert company.lands(stricter) == []
    assert company.lands(incident("slower")) == []
    company.lands(gone=tuple(incident(name)[0] for name in ("slow", "slower")))
    assert company.lands(incident("slow")) == [("calm", FRAUD)]


def test_a_rule_without_a_match_is_about_the_registry_as_a_whole() -> None:
    some = rule("few", "Model.all().size() < 2", kinds=())
    company = Company(some)
    assert company.lands(model("fraud")) == []
    (told,) = company.found(model("twin"))
    assert (told.rule, told.path, told.subject) == ("few", some[0], "the registry")
    assert company.lands(model("third")) == []
    assert Company(some, model("fraud"), model("twin")).stands() == [("few", some[0])]


def test_after_what_was_no_change_everything_is_looked_at_anew() -> None:
    company = Company(CALM, model("fraud"))
    company.lands(model("twin"))
    company.law.snapshot.put(OUTAGE[0], standing(OUTAGE))
    company.own.forget()
    assert company.lands(incident("leak", severity="critical")) == []
    company.lands(gone=(OUTAGE[0], "registry/incidents/leak.yaml"))
    assert company.lands(OUTAGE) == [("calm", FRAUD)]


def test_rules_of_both_scopes_stand_beside_each_other() -> None:
    company = Company(CALM, OWNED, model("fraud"))
    assert company.lands(BAD, OUTAGE) == [("calm", FRAUD), ("owned", FRAUD)]


def test_what_nobody_could_tell_before_is_nobodys_fault_either() -> None:
    led = "User.get('alice').spec.active && User.get('bob').spec.active"
    company = Company(rule("led", led, scope="snapshot"), model("fraud"))
    assert company.lands(user("bob")) == []
    assert company.lands(user("alice", active=False)) == [("led", FRAUD)]


def test_several_rules_about_what_stands_are_each_known() -> None:
    company = Company(CALM, ALWAYS_OWNED, model("fraud"))
    assert company.lands(OUTAGE) == [("calm", FRAUD)]
    assert company.lands(BAD) == [("calm", FRAUD), ("owned", FRAUD)]
    assert company.lands(rule("few", "Model.all().size() < 2", kinds=())) == []
    assert company.lands(model("twin"), incident("leak", severity="critical")) == [("few", "policies/rules/few.yaml")]


@pytest.mark.parametrize("scope", ["resource", "snapshot"])
def test_a_rule_about_some_paths_is_asked_there_alone(scope: str) -> None:
    match = {"kinds": ["Model"], "paths": ["registry/models/fr*/*"]}
    company = Company(rule("owned", "resource.spec.owner != 'mallory'", match=match, scope=scope))
    twin = model("twin", owner="mallory")
    assert company.lands(BAD, twin) == [("owned", FRAUD)]
    assert company.stands() == [("owned", FRAUD)]
    touched = [Touched(path, None, read((path, text))) for path, text in (BAD, twin)]
    assert list(judged_by(company.law.rules(), touched, None)) == [("owned", 1)]


# ---- kinds of the company's own


GOOD, LOST = {"status": "here"}, {"status": "lost"}


@pytest.mark.parametrize("scope", ["resource", "snapshot"])
def test_a_rule_can_be_about_a_kind_of_the_companys_own(scope: str) -> None:
    found = rule("kept", "resource.status != 'lost'", kinds=("DataSheet",), scope=scope)
    company = Company(SHEETS, found, sheets={"a": GOOD})
    assert company.stands() == []
    assert company.lands(sheets={"a": LOST, "b": LOST}) == [("kept", SHEET), ("kept", "data/sheets/b.yaml")]
    assert company.stands() == [("kept", SHEET), ("kept", "data/sheets/b.yaml")]
    assert company.lands(gone=(SHEET,)) == []
    assert company.stands() == [("kept", "data/sheets/b.yaml")]


def test_a_rule_can_be_about_both_and_of_files_that_cannot_be_read_nothing_is_asked() -> None:
    found = rule("any", "key == ''", kinds=("DataSheet", "Model"))
    company = Company(SHEETS, kind("Other", "data/others"), found, model("fraud"), sheets={"a": GOOD})
    for path in ("data/sheets/broken.yaml", "data/others/x.yaml", "registry/models/broken/model.yaml"):
        company.law.snapshot.put(path, Standing(entry("broken")))
    company.sheets["data/others/x.yaml"] = CustomResource("Other", "x", GOOD)
    assert company.stands() == [("any", SHEET), ("any", FRAUD)]


# ---- what stands


def test_what_stands_is_asked_all_rules_that_say_something_of_it() -> None:
    company = Company(
        OWNED, CALM, rule("kept", "!changed('spec.owner')"), rule("old", "old.spec.owner == ''"), BAD, OUTAGE
    )
    assert company.stands() == [("calm", FRAUD), ("owned", FRAUD)]


def test_what_stands_is_found_by_path_and_then_by_rule() -> None:
    again = rule("z-owned", "resource.spec.owner != 'mallory'")
    company = Company(again, OWNED, model("twin", owner="mallory"), BAD)
    twin = model("twin")[0]
    assert company.stands() == [("owned", FRAUD), ("z-owned", FRAUD), ("owned", twin), ("z-owned", twin)]


def test_of_what_stands_nobody_can_tell_whether_a_rule_with_dates_is_in_force() -> None:
    company = Company(rule("owned", "resource.spec.owner != 'mallory'", effective_from=START), BAD)
    (told,) = company.own.standing()
    assert (told.status, "in force then" in told.message) == (Status.UNVERIFIABLE, True)
    (told,) = Company(OWNED, BAD).own.standing()
    assert told.status is Status.FAIL
    (told,) = Company(rule("owned", UNKNOWN), BAD).own.standing()
    assert "cannot be told" in told.message


SPEAKS: dict[str, tuple[str, bool]] = {
    "its content": ("resource.spec.owner != ''", False),
    "other resources": ("Model.all().size() > 0", False),
    "what it was": ("old.spec.owner != ''", True),
    "whether it changed": ("!changed('spec.owner')", True),
    "the time": ("time > timestamp('2026-01-01T00:00:00Z')", True),
    "approvals": ("approved_by(key).size() > 0", True),
}


@pytest.mark.parametrize(("expression", "speaks"), SPEAKS.values(), ids=SPEAKS)
def test_a_rule_speaks_of_changes_or_of_what_stands(expression: str, *, speaks: bool) -> None:
    assert speaks_of_changes(read_rule(rule("r", expression))) is speaks


def read_rule(file: File) -> Rule:
    found = read(file)
    assert isinstance(found, Rule)
    return found


# ---- which rules judge, and what they ask for


def test_each_rule_in_force_judges_what_it_is_about() -> None:
    always, later = rule("few", "Model.all().size() < 9", kinds=()), rule("later", HOLDS, effective_from=START)
    rules = law(OWNED, always, later, rule("cases", HOLDS, kinds=("UseCase",))).rules()
    touched = [Touched("a", None, read(model("a"))), Touched("b", read(model("b")), read(model("b")))]
    touched += [Touched("c", read(model("c")), None)]
    assert list(judged_by(rules, touched, START)) == [("few", 1), ("later", 2), ("owned", 2)]
    assert list(judged_by(rules, touched, EARLY)) == [("few", 1), ("owned", 2)]
    assert list(judged_by(rules, touched[2:], None)) == [("few", 1)]


ASKS: dict[str, tuple[tuple[File, ...], tuple[bool, bool]]] = {
    "nothing": ((), (False, False)),
    "what is touched": ((OWNED,), (False, False)),
    "what always holds": ((ALWAYS_OWNED,), (True, False)),
    "other resources": ((rule("r", UNKNOWN),), (True, False)),
    "history": ((rule("r", "approved_by(key).size() > 0"),), (False, True)),
    "a policy that asks nothing": ((policy("p", actions=["model.*"]),), (False, False)),
    "a policy on history": (
        (policy("p", actions=["model.*"], match={"condition": "contributors('Model/fraud').size() > 0"}),),
        (False, True),
    ),
    "a policy on other resources": (
        (policy("p", actions=["model.*"], match={"condition": "Model.all().size() > 0"}),),
        (True, False),
    ),
}


@pytest.mark.parametrize(("files", "asked"), ASKS.values(), ids=ASKS)
def test_rules_and_policies_ask_for_more_than_is_touched(files: tuple[File, ...], asked: tuple[bool, bool]) -> None:
    assert asks_of(law(*files)) == asked


def labelled(**labels: str) -> AnyResource:
    path, text = model("fraud")
    told = ", ".join(f"{name}: {value}" for name, value in labels.items())
    return read((path, text.replace(b"spec:", f"  labels: {{{told}}}\nspec:".encode(), 1)))


MATCHES: dict[str, tuple[dict[str, Any], AnyResource, bool]] = {
    "its kind": ({}, read(model("fraud")), True),
    "another kind": ({}, read(usecase("fraud")), False),
    "its path": ({"paths": ["else/**", "registry/models/**"]}, read(model("fraud")), True),
    "another path": ({"paths": ["else/**"]}, read(model("fraud")), False),
    "its label": ({"labels": {"eu": "yes"}}, labelled(eu='"yes"', us='"no"'), True),
    "another value": ({"labels": {"eu": "yes"}}, labelled(eu='"no"'), False),
    "no label": ({"labels": {"eu": "yes"}}, read(model("fraud")), False),
    "its path and not its label": (
        {"paths": ["registry/**"], "labels": {"eu": "yes"}},
        read(model("fraud")),
        False,
    ),
    "the label of a document": (
        {"labels": {"eu": "yes"}},
        CustomResource("Sheet", "a", {"metadata": {"labels": {"eu": "yes"}}}),
        True,
    ),
    "a document without labels": ({"labels": {"eu": "yes"}}, CustomResource("Sheet", "a", {"metadata": {}}), False),
    "a document without metadata": ({"labels": {"eu": "yes"}}, CustomResource("Sheet", "a", {}), False),
    "whose metadata is a text": (
        {"labels": {"eu": "yes"}},
        CustomResource("Sheet", "a", {"metadata": "labels"}),
        False,
    ),
    "whose labels are a list": (
        {"labels": {"eu": "yes"}},
        CustomResource("Sheet", "a", {"metadata": {"labels": ["eu"]}}),
        False,
    ),
}


@pytest.mark.parametrize(("match", "resource", "about"), MATCHES.values(), ids=MATCHES)
def test_a_rule_is_about_what_is_all_that_it_asks(match: dict[str, Any], resource: AnyResource, *, about: bool) -> None:
    assert matches(RuleMatch(kinds=("Model", "Sheet"), **match), FRAUD, resource) is about


# ---- history


def test_a_rule_can_ask_what_was_done() -> None:
    done = Deed("Deployment/staging/fraud", "model.deploy_staging", "c" * 40, approvers=("bob",))
    seen = rule("seen", "approved_by(key).size() > 0", kinds=("Deployment",))
    edit = deployment("staging", "fraud", "1.0", deployment_id="two")
    assert Company(seen, deployment("staging", "fraud", "1.0"), deeds=(done,)).lands(edit) == []
    assert Company(seen, deployment("staging", "fraud", "1.0")).lands(edit) == [("seen", edit[0])]


# ---- without the library


@pytest.fixture
def _absent(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As Python has it where nobody installed the library."""
    is_installed.cache_clear()
    words_of.cache_clear()
    monkeypatch.setitem(sys.modules, "cel_expr_python", None)
    yield
    is_installed.cache_clear()
    words_of.cache_clear()


@pytest.mark.usefixtures("_absent")
def test_without_the_library_every_rule_that_would_be_asked_is_told() -> None:
    early = rule("early", HOLDS, until="2026-01-01T00:00:00Z")
    elsewhere = rule("else", HOLDS, match={"kinds": ["Model"], "paths": ["else/*"]})
    cases = rule("cases", HOLDS, kinds=("UseCase",))
    company = Company(OWNED, CALM, early, cases, rule("few", "1 > 0", kinds=()), elsewhere)
    rules = {name: rule(name, HOLDS)[0] for name in ("calm", "few", "owned", "cases", "early")}
    assert company.lands(model("fraud")) == [(name, rules[name]) for name in ("calm", "few", "owned")]
    assert company.lands(gone=(FRAUD,)) == [(name, rules[name]) for name in ("calm", "few")]
    assert company.lands() == []
    assert [name for name, _ in company.lands(model("fraud"), time=None)] == ["calm", "early", "few", "owned"]
    assert [name for name, _ in company.stands()] == ["calm", "cases", "early", "else", "few", "owned"]
    assert {one.status for one in company.own.standing()} == {Status.UNVERIFIABLE}
