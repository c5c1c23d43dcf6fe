"""The rules in force: what stands, what last stood validly, and what landed without approval."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from govops.decision import Law, Unlawful, is_rule_file
from govops.decision.law import Lent
from govops.finding import Status
from govops.history.deeds import Deeds
from govops.history.snapshot import File
from govops.kinds.delegation import Delegation
from tests.support.cast import public_line
from tests.support.facts import entry, law, oid, read, snapshot, standing
from tests.support.files import File as Text
from tests.support.files import (
    clause,
    delegation,
    escalation,
    framework,
    kind,
    model,
    policy,
    role,
    rule,
    segregation,
    settings,
    user,
    waiver,
)

PUSHED = oid("pushed")


def broken(text: Text) -> File:
    """The file as it stands when its content cannot be read any more."""
    return File(entry("broken"), None, read(text))


def moved(law: Law, path: str, file: File | None) -> Law:
    law.snapshot.put(path, file)
    law.moved(path)
    return law


@pytest.mark.threat("C26")
def test_a_broken_policy_counts_with_its_last_valid_content() -> None:
    text = policy("models", actions=["model.*"])
    found = moved(law(text, settings()), text[0], broken(text))
    assert [path for path, _ in found.policies()] == [text[0]]
    found = moved(found, settings()[0], broken(settings(protected_branch="trunk")))
    assert found.settings.protected_branch == "trunk"


def test_a_policy_that_is_gone_counts_for_nothing_even_if_it_was_broken_before() -> None:
    text = policy("models", actions=["model.*"])
    found = moved(law(text), text[0], broken(text))
    assert moved(found, text[0], None).policies() == ()


@pytest.mark.threat("C26")
def test_a_broken_person_role_or_delegation_grants_nothing() -> None:
    rules = (user("bob"), role("approver"), delegation("away", "bob", "dave", ["approver"]))
    assert law(*rules).holders(role="approver") == ("bob",)
    assert moved(law(*rules), rules[0][0], broken(rules[0])).holders(role="approver") == ()
    assert moved(law(*rules), rules[1][0], broken(rules[1])).holders(role="approver") == ()
    assert len(law(*rules).lent_to("dave")) == 1
    assert moved(law(*rules), rules[2][0], broken(rules[2])).lent_to("dave") == ()


def test_without_any_settings_the_strictest_hold_which_nothing_satisfies() -> None:
    found = law().settings
    assert (found.recorders, found.single_maintainer, found.evidence.accept_unsigned) == ((), False, False)
    assert found.evidence.contributors == "attested"


def test_what_was_derived_from_a_policy_is_derived_again_when_it_moves() -> None:
    found = law(settings(), policy("a", actions=["*"]), kind("Report", "reports"))
    assert (len(found.policies()), len(found.custom_kinds())) == (1, 1)
    moved(found, policy("b", actions=["*"])[0], standing(policy("b", actions=["*"])))
    moved(found, kind("Report", "reports")[0], None)
    assert (len(found.policies()), len(found.custom_kinds())) == (2, 0)


DERIVED: dict[str, Callable[[Law], Any]] = {
    "settings": lambda law: law.settings,
    "policies": Law.policies,
    "policies on an action": lambda law: law.policies_on("model.update"),
    "segregations": Law.segregations,
    "frameworks": Law.frameworks,
    "rules": Law.rules,
    "custom kinds": Law.custom_kinds,
    "waivers": Law.waivers,
    "unlawful waivers": Law.unlawful_waivers,
    "delegations": lambda law: law.lent_to("bob"),
}


@pytest.mark.parametrize("ask", DERIVED.values(), ids=DERIVED)
def test_what_is_derived_from_policies_is_made_once_as_long_as_they_stay(ask: Callable[[Law], Any]) -> None:
    """Models and people, of which there are many, come and go meanwhile."""
    own = (
        rule("owned", "true"),
        waiver("gap"),
        segregation(role_pairs=PAIR),
        kind("Report", "reports"),
        framework("house", clause("1")),
    )
    pushed = {waiver("push")[0]: Unlawful(Status.FAIL, PUSHED, None)}
    lent = delegation("away", "carol", "bob", ["approver"])
    found = law(settings(), policy("models", actions=["model.*"]), lent, waiver("push"), *own, unlawful=pushed)
    made = ask(found)
    moved(moved(found, *_standing(model("fraud"))), *_standing(user("bob")))
    assert ask(found) is made
    moved(found, *_standing(settings(protected_branch="trunk")))
    assert ask(found) is not made


def _standing(text: Text) -> tuple[str, File]:
    return text[0], standing(text)


PAIR = [{"roles": ["operator", "auditor"], "reason": "Who audits does not operate"}]
A, B = "It says this", "It says that"
Named = Callable[[str, str], Text]
OF_KIND: dict[str, tuple[Named, Callable[[Law], Any]]] = {
    "waivers": (lambda name, said: waiver(name, reason=said), Law.waivers),
    "frameworks": (lambda name, said: framework(name, clause("1"), title=said), Law.frameworks),
    "escalation rules": (lambda name, said: escalation(name, (1, [said])), Law.escalation_rules),
    "rules": (
        lambda name, said: rule(name, "true", description=said),
        lambda law: tuple((found.path, found.rule, found.status) for found in law.rules()),
    ),
    "segregations": (lambda name, said: segregation(name, description=said, role_pairs=PAIR), Law.segregations),
}
LANDED: dict[str, tuple[str, str, Status | None, dict[str, str]]] = {
    # how: (what stands, what last did lawfully, the status of the change that left it so, what counts; a "?" is unsure)
    "approved": ("A", "", None, {"": "A"}),
    "changed by a push": ("B", "A", Status.FAIL, {"": "A"}),
    "removed by a push": ("", "A", Status.FAIL, {"": "A"}),
    "brought by a push": ("B", "", Status.FAIL, {"": ""}),
    "changed, and nobody can tell how": (
        "B",
        "A",
        Status.UNVERIFIABLE,
        {"": "A", "rules": "A?B?", "segregations": "A?B?"},
    ),
    "removed, and nobody can tell how": ("", "A", Status.UNVERIFIABLE, {"": "A", "rules": "A?", "segregations": "A?"}),
    "brought, and nobody can tell how": ("B", "", Status.UNVERIFIABLE, {"": "", "rules": "B?", "segregations": "B?"}),
}


@pytest.mark.threat("C24")
@pytest.mark.parametrize(("stands", "was", "status", "counts"), LANDED.values(), ids=LANDED)
@pytest.mark.parametrize("what", OF_KIND)
def test_what_was_not_approved_counts_as_it_lawfully_was(
    what: str, stands: str, was: str, status: Status | None, counts: dict[str, str]
) -> None:
    """Beside others of its kind, which stand, and another rule file that was pushed."""
    named, ask = OF_KIND[what]
    before, after, texts = named("a", A), named("z", A), {"A": named("m", A), "B": named("m", B)}
    path = texts["A"][0]
    records = {role("approver")[0]: Unlawful(Status.FAIL, PUSHED, read(role("approver")))}
    if status is not None:
        records[path] = Unlawful(status, PUSHED, read(texts[was]) if was else None)
    standing = [texts[stands]] if stands else []
    found = ask(law(before, *standing, after, role("approver", permissions=["*"]), unlawful=records))
    letters = counts.get(what, counts[""])
    sides = [texts[letter] for letter in letters.replace("?", "")]
    assert [(path, one) for path, one, *_ in found] == [(text[0], read(text)) for text in (before, *sides, after)]
    if what == "rules":
        assert [status for *_, status in found] == _sure(letters, Status.FAIL, Status.UNVERIFIABLE)
    if what == "segregations":
        assert [surely for *_, surely in found] == _sure(letters, True, False)


def _sure(letters: str, surely: Any, unsure: Any) -> list[Any]:
    """What is said of the one before, of these, and of the one after."""
    return [surely, *[unsure if "?" in letters else surely for _ in letters.replace("?", "")], surely]


@pytest.mark.threat("C26")
@pytest.mark.parametrize(("named", "ask"), OF_KIND.values(), ids=OF_KIND)
def test_what_was_broken_counts_as_it_last_was(named: Named, ask: Callable[[Law], Any]) -> None:
    """And is of its own kind still."""
    text, other = named("m", A), policy("models", actions=["*"])
    found = moved(law(text, other), text[0], broken(text))
    found = moved(found, other[0], broken(other))
    assert [(path, one) for path, one, *_ in ask(found)] == [(text[0], read(text))]


@pytest.mark.threat("C24")
def test_a_waiver_that_was_pushed_is_told_with_the_change_that_left_it_so() -> None:
    """One that is as it lawfully was is none of these, nor is one that is gone."""
    changed, brought, same, gone, approved = (waiver(name, reason=B) for name in ("e", "d", "c", "b", "a"))
    records = {
        changed[0]: Unlawful(Status.FAIL, oid("first"), read(waiver("e", reason=A))),
        brought[0]: Unlawful(Status.UNVERIFIABLE, oid("second"), None),
        same[0]: Unlawful(Status.FAIL, PUSHED, read(same)),
        gone[0]: Unlawful(Status.FAIL, PUSHED, read(gone)),
        role("approver")[0]: Unlawful(Status.FAIL, PUSHED, None),
    }
    found = law(changed, brought, same, approved, role("approver"), unlawful=records)
    assert found.unlawful_waivers() == (
        (changed[0], read(changed), oid("first")),
        (brought[0], read(brought), oid("second")),
    )


@pytest.mark.threat("C24")
def test_delegations_are_told_by_whom_they_are_to_and_whether_they_are_lawful() -> None:
    """Those to one person by path, and all of them by person."""
    lent = [delegation(name, "carol", to, ["approver"]) for name, to in (("c", "bob"), ("a", "bob"), ("b", "alice"))]
    found = law(*lent, unlawful={lent[0][0]: Unlawful(Status.UNVERIFIABLE, PUSHED, None)})
    c, a, b = (_lent(text) for text in lent)
    c = Lent(c.path, c.spec, Status.UNVERIFIABLE)
    assert (found.lent_to("bob"), found.lent_to("alice"), found.lent_to("carol")) == ([a, c], [b], ())
    assert list(found.lent()) == [b, a, c]


def _lent(text: Text) -> Lent:
    found = read(text)
    assert isinstance(found, Delegation)
    return Lent(text[0], found.spec)


def test_rule_files_that_the_repository_lacks_are_unread() -> None:
    lacking = File(entry("lost"), is_missing=True)
    found = Law(snapshot(role("admin")))
    for path in (user("bob")[0], model("fraud")[0], policy("p", actions=["*"])[0]):
        found.snapshot.put(path, lacking)
    assert found.unread() == (policy("p", actions=["*"])[0], user("bob")[0])


def test_rules_are_those_of_the_time_and_keep_nothing_apart_unless_told_otherwise() -> None:
    assert (law().retrospective, Law(snapshot(), retrospective=True).retrospective) == (False, True)
    assert law().acts(Deeds()).taken_by("model.update", "approve") == ()


def test_nobody_tells_who_held_a_role_once_where_no_history_is_known() -> None:
    assert law().held_at("bob", "approver", PUSHED) is None


HOLDERS: dict[str, tuple[Text, bool]] = {
    "an active human": (user("bob"), True),
    "a bot": (user("bob", type="bot"), False),
    "an agent": (user("bob", type="agent"), False),
    "somebody who left": (user("bob", active=False), False),
    "somebody with another role": (user("bob", roles=["analyst"]), False),
    "somebody with a role that does not stand": (user("bob", roles=["ghost"]), False),
}


@pytest.mark.parametrize(("person", "serves"), HOLDERS.values(), ids=HOLDERS)
def test_who_could_serve_is_active_human_and_holds_it(person: Text, *, serves: bool) -> None:
    found = law(person, role("approver"), role("analyst"))
    assert (found.holders(role="approver") == ("bob",)) is serves
    assert (found.holders(permission="model:approve") == ("bob",)) is serves


def test_whoever_holds_it_by_two_roles_is_one_person() -> None:
    found = law(user("carol"), role("admin"), role("approver"))
    assert found.roles_for("carol", permission="model:approve") == ("admin", "approver")
    assert found.holders(permission="model:approve") == ("carol",)


def test_a_star_is_every_permission_and_no_role() -> None:
    found = law(user("erin"), role("admin"), role("approver"))
    assert found.roles_for("erin", permission="policy:change") == ("admin",)
    assert found.roles_for("erin", role="approver") == ()
    assert found.roles_for("nobody", role="admin") == ()


def test_a_kind_claims_its_paths_and_those_that_it_had_when_it_was_last_lawful() -> None:
    lawful, pushed = kind("Report", "reports"), kind("Report", "elsewhere")
    found = law(pushed, unlawful={pushed[0]: Unlawful(Status.FAIL, PUSHED, read(lawful))})
    places = ("reports/a.yaml", "elsewhere/a.yaml", "reports/a.txt", "reports/b/a.yaml", "other/a.yaml")
    assert [path for path in places if found.claims(path)] == ["reports/a.yaml", "elsewhere/a.yaml"]
    record = found.unlawful[pushed[0]]
    assert [path for path in places if found.defines(pushed[0], record, [path])] == [
        "reports/a.yaml",
        "elsewhere/a.yaml",
    ]


def test_a_kind_that_was_removed_unlawfully_still_claims_its_paths() -> None:
    gone = kind("Report", "reports")
    found = law(unlawful={gone[0]: Unlawful(Status.FAIL, PUSHED, read(gone))})
    assert found.claims("reports/a.yaml")
    assert found.custom_kinds() == ()


def test_a_policy_that_is_no_kind_defines_nothing() -> None:
    text = policy("models", actions=["*"])
    record = Unlawful(Status.FAIL, PUSHED, None)
    assert not law(text).defines(text[0], record, ["reports/a.yaml", text[0]])


UNLAWFUL: dict[str, tuple[Text, Text | None, list[str], list[str], bool]] = {
    "their own file": (user("bob"), None, ["bob"], [], True),
    "somebody else's": (user("bob"), None, ["carol"], [], False),
    "a role that they hold": (role("approver"), None, ["bob"], [], True),
    "a role that they do not hold": (role("analyst"), None, ["bob"], [], False),
    "an address taken from somebody": (user("bob", emails=[]), user("bob"), [], ["email:bob@acme.example"], True),
    "an address given to somebody": (user("bob"), user("bob", emails=[]), [], ["email:bob@acme.example"], True),
    "a key taken from somebody": (user("bob", keys=[]), user("bob"), [], [f"key:{public_line('bob')}"], True),
    "an address that nobody lost": (user("bob", emails=[]), user("bob"), [], ["email:x@acme.example"], False),
}


@pytest.mark.threat("C24")
@pytest.mark.parametrize(("stands", "was", "names", "known", "concerned"), UNLAWFUL.values(), ids=UNLAWFUL)
def test_an_unlawful_person_or_role_concerns_those_whom_it_makes_or_unmakes(
    stands: Text, was: Text | None, names: list[str], known: list[str], *, concerned: bool
) -> None:
    record = Unlawful(Status.FAIL, PUSHED, read(was) if was else None)
    found = Law(snapshot(user("bob"), user("carol", roles=[]), role("approver"), role("analyst"), stands))
    found.unlawful[stands[0]] = record
    assert list(found.unlawful_people(names, known)) == ([(stands[0], record)] if concerned else [])


def test_rule_files_are_policies_people_and_roles() -> None:
    assert all(map(is_rule_file, (settings()[0], policy("p", actions=["*"])[0], user("bob")[0], role("admin")[0])))
    assert not any(map(is_rule_file, (model("fraud")[0], "registry/userspace.yaml", "src/policies/x.yaml")))
