"""A rule that nothing was asked of shows nothing: which policies give the rules something to go by."""

from __future__ import annotations

import pytest

from govops.engine.grounds import GROUNDS, idle
from govops.finding import Severity
from govops.kinds import vocabulary
from govops.rule import Rule, Scope
from govops.rules import RULES
from tests.support.facts import law
from tests.support.files import File, clause, conflict, duty, framework, policy, segregation, settings

CLOCK = {
    "id": "serious",
    "title": "Report it",
    "clause": "1",
    "incidents": {"severities": ["critical"]},
    "initial": "15d",
}
ASKED: dict[str, tuple[File, set[str]]] = {
    "nothing": (policy("p", actions=["*"]), set()),
    "how old an approval may be": (policy("p", actions=["*"], max_age="30d"), {"approval-expired"}),
    "who may propose": (
        policy("p", actions=["*"], author={"permission": "model:register"}),
        {"author-lacks-permission"},
    ),
    "duties that are kept apart": (
        segregation(lifecycle=[conflict(duty("contribute", "model.*"), duty("approve", "model.*"))]),
        {"approver-conflicted", "conflicting-duties"},
    ),
    "roles that are kept apart": (
        segregation(role_pairs=[{"roles": ["operator", "approver"], "reason": "Two pairs of eyes"}]),
        {"conflict-not-ended", "conflicting-roles"},
    ),
    "roles that must not run out of people": (
        segregation(holders=[{"role": "approver", "minimum": 2}]),
        {"too-few-holders", "too-many-removed"},
    ),
    "times within which authorities hear": (framework("law", clause("1"), clocks=[CLOCK]), {"clock-overdue"}),
    "a framework without such times": (framework("law", clause("1")), set()),
    "reviews": (
        settings(reviews={"models": {"high": "90d"}}),
        {"review-not-established", "review-overdue"},
    ),
}


@pytest.mark.parametrize(("file", "served"), ASKED.values(), ids=ASKED)
def test_a_rule_shows_something_where_a_policy_asks_for_what_it_looks_after(file: File, served: set[str]) -> None:
    other = policy("other", actions=["docs.*"])
    rules = law(*({settings()[0]: settings(), other[0]: other, file[0]: file}.values()))
    assert idle(rules, {rule.id: rule for rule in RULES}) == tuple(sorted(GROUNDS.keys() - served))


EDITIONS = ("2026.1", "2027.1", "2028.1")


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_rule_of_a_later_edition_shows_nothing_yet(monkeypatch: pytest.MonkeyPatch, edition: str) -> None:
    monkeypatch.setattr(vocabulary, "EDITIONS", EDITIONS)
    rules = {one: Rule(one, Scope.CHANGE, Severity.HIGH, lambda facts: (), edition=one) for one in EDITIONS}
    asked = law(settings(edition=edition))
    assert [rule for rule in idle(asked, rules) if rule in rules] == list(EDITIONS[EDITIONS.index(edition) + 1 :])
