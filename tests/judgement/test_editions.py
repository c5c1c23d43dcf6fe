"""A rule judges the changes of its edition and of later ones: an upgrade of govops turns no old history red."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from govops.engine import run
from govops.finding import Finding, Report, Severity, Status
from govops.kinds import vocabulary
from govops.rule import HistoryFacts, JudgedChange, ResourceFacts, Rule, Scope
from govops.rules import RULES
from tests.engine.walk import opened
from tests.support.audit import change_of, only, verdict
from tests.support.change import Landed
from tests.support.files import model, settings
from tests.support.world import World

LATER = "2099.1"


def no_titles(facts: ResourceFacts) -> Iterator[Finding]:
    """Whatever has a title breaks it."""
    yield facts.finding("no-titles", f"{facts.resource.title} has a title")


def no_changes(facts: JudgedChange) -> Iterator[Finding]:
    """Nothing may have a cause; the rule takes not-approved for its own."""
    yield from (facts.finding(cause, "it is not approved at all") for cause in facts.causes("not-approved"))


def no_history(facts: HistoryFacts) -> Iterator[Finding]:
    yield Finding("no-history", "there is a history", commit=facts.tip)


NEW = Rule("no-titles", Scope.RESOURCE, Severity.HIGH, no_titles, ("Model",), edition=LATER)
WHOLE = Rule("no-history", Scope.HISTORY, Severity.HIGH, no_history, edition=LATER)
MOVED = Rule("not-approved", Scope.CHANGE, Severity.HIGH, no_changes, edition=LATER)


@pytest.fixture(autouse=True)
def _later(monkeypatch: pytest.MonkeyPatch) -> None:
    """This govops knows one edition more."""
    monkeypatch.setattr(vocabulary, "EDITIONS", (*vocabulary.EDITIONS, LATER))


def upgraded(world: World, *rules: Rule) -> Report:
    """What a govops says that has these rules too, or in the place of its own of the same id."""
    own = tuple(rule for rule in RULES if rule.id not in {one.id for one in rules})
    with opened(world) as facts:
        return run((*own, *rules), facts)


def register(world: World, name: str, **spec: str) -> Landed:
    return world.propose("alice", f"Register {name}", model(name, **spec)).approve("bob").merge("squash")


def move_on(world: World) -> Landed:
    return world.propose("erin", "The new edition", settings(edition=LATER)).approve("carol").merge("squash")


def test_an_upgrade_turns_no_old_history_red(world: World) -> None:
    """The report of the new govops is that of the old one, to the last finding and record."""
    register(world, "fraud")
    world.push("mallory", model("churn"))
    assert upgraded(world, NEW, WHOLE) == verdict(world)


def test_a_rule_judges_from_the_change_after_the_one_that_names_its_edition(world: World) -> None:
    before = register(world, "fraud")
    moved = move_on(world)
    after = register(world, "churn")
    report = upgraded(world, NEW)
    assert change_of(report, before).status is Status.PASS
    assert change_of(report, moved).status is Status.PASS
    only(report, "no-titles", after, path=model("churn")[0])


def test_what_a_new_rule_finds_wrong_as_it_stands_is_nobodys_fault(world: World) -> None:
    """The model was registered under the old edition; an edit of it answers for nothing that it does not bring."""
    register(world, "fraud")
    move_on(world)
    edited = world.propose("alice", "Edit", model("fraud", purpose="Another")).approve("bob").merge("squash")
    assert change_of(upgraded(world, NEW), edited).status is Status.PASS


def test_a_rule_on_the_history_as_a_whole_goes_by_the_edition_at_its_end(world: World) -> None:
    register(world, "fraud")
    assert [found.rule for found in upgraded(world, WHOLE).findings] == []
    move_on(world)
    assert [found.rule for found in upgraded(world, WHOLE).findings] == ["no-history"]


def test_what_only_a_later_rule_holds_against_a_change_does_not_count(world: World) -> None:
    """Were it a rule of the new edition that changes are approved, the old push would be fine."""
    before = world.push("mallory", model("fraud"))
    move_on(world)
    after = world.push("mallory", model("churn"))
    report = upgraded(world, MOVED)
    assert [change_of(report, landed).status for landed in (before, after)] == [Status.PASS, Status.FAIL]


def test_going_back_to_an_older_edition_takes_the_rule_away_again(world: World) -> None:
    move_on(world)
    world.propose("erin", "Back", settings(edition="2026.1")).approve("carol").merge("squash")
    landed = register(world, "fraud")
    assert change_of(upgraded(world, NEW), landed).status is Status.PASS


@pytest.mark.threat("C24", rule="rests-on-unapproved-rule")
def test_whoever_changes_the_edition_without_approval_gains_nothing(world: World) -> None:
    move_on(world)
    world.push("mallory", settings(edition="2026.1"))
    after = register(world, "churn")
    assert change_of(upgraded(world, NEW), after).status is Status.FAIL


def test_an_edition_that_nobody_knows_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    world = World(tmp_path)
    landed = world.propose("erin", "Ahead", settings(edition="2100.1")).approve("carol").merge("squash")
    (found,) = only(verdict(world), "invalid-resource", landed)
    assert "`2100.1` is no edition" in found.message
    assert f"2026.1, {LATER}" in found.message


def test_every_rule_belongs_to_an_edition_that_there_is() -> None:
    assert {rule.edition for rule in RULES} <= set(vocabulary.EDITIONS)
