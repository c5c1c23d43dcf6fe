"""The rules in force: what stands, what last stood validly, and what landed without approval."""

from __future__ import annotations

import pytest

from govops.decision import Law, Unlawful, is_rule_file
from govops.finding import Status
from govops.history.snapshot import File
from tests.support.cast import public_line
from tests.support.facts import entry, law, oid, read, snapshot, standing
from tests.support.files import File as Text
from tests.support.files import kind, model, policy, role, settings, user

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
def test_a_broken_person_or_role_grants_nothing() -> None:
    rules = (user("bob"), role("approver"))
    assert law(*rules).holders(role="approver") == ("bob",)
    assert moved(law(*rules), rules[0][0], broken(rules[0])).holders(role="approver") == ()
    assert moved(law(*rules), rules[1][0], broken(rules[1])).holders(role="approver") == ()


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
