"""Who is who, and whether enough people are there for the policies."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.finding import Status
from tests.rules.builders import Registry, asking, person, staff
from tests.support.cast import public_line
from tests.support.files import model, settings

TWINS: dict[str, dict[str, Any]] = {
    "an e-mail": {"emails": ["bob@acme.example"]},
    "an e-mail in capitals": {"emails": ["BOB@acme.example"]},
    "an account": {"accounts": [{"forge": "local", "id": "u-2", "login": "twin"}]},
    "a key with another comment": {"keys": [" ".join(public_line("bob").split()[:2]) + " twin"]},
}
BOB = person(
    "bob",
    emails=["bob@acme.example"],
    accounts=[{"forge": "local", "id": "u-2", "login": "bob"}],
    keys=[public_line("bob")],
)


@pytest.mark.threat("D07", rule="address-conflict")
@pytest.mark.parametrize("shared", TWINS.values(), ids=TWINS)
def test_two_users_share_no_address(shared: dict[str, Any]) -> None:
    """Each of the two files has the finding, since either may be the one to change."""
    found = Registry(BOB, person("twin", **shared)).found("address-conflict")
    assert [finding.path for finding in found] == ["registry/users/bob.yaml", "registry/users/twin.yaml"]
    assert "of twin belongs to bob too" in found[1].message
    assert all(finding.line for finding in found)


def test_everyone_has_addresses_of_their_own() -> None:
    """The same id at two forges is two accounts, and the same login proves nothing."""
    accounts = [{"forge": "github", "id": "u-2", "login": "bob"}]
    assert Registry(BOB, person("twin", accounts=accounts), model("fraud")).found("address-conflict") == []


@pytest.mark.threat("D08", rule="confusable-name")
@pytest.mark.parametrize(
    "name",
    [
        "Alice Stone",
        "alice  stone",
        "A1ice Stone",
        "AIice Stone",
        "Аlice Stоne",
        "Αlice Stone",
        "Ａlice Stone",
        "Alice St0ne",
    ],
    ids=["the same", "case", "digit one", "capital i", "Cyrillic", "Greek", "full width", "digit zero"],
)
def test_names_that_look_alike_are_a_warning(name: str) -> None:
    """Both people are named, by the names that cannot be confused."""
    registry = Registry(person("alice", display_name="Alice Stone"), person("mallory", display_name=name))
    first, second = registry.found("confusable-name")
    assert (first.path, second.path) == ("registry/users/alice.yaml", "registry/users/mallory.yaml")
    assert first.status is Status.WARN
    assert "of mallory" in first.message


@pytest.mark.parametrize("name", ["Alicia Stone", "Alice Stone (Legal)", "Stone Alice", "Алиса Стоун"])
def test_names_that_differ_are_fine(name: str) -> None:
    """Another name in whatever script is another name."""
    registry = Registry(person("alice", display_name="Alice Stone"), person("other", display_name=name), model("fraud"))
    assert registry.found("confusable-name") == []


EITHER = {"role": "approver"}


@pytest.mark.threat("C26", rule="unsatisfiable-policy")
@pytest.mark.parametrize(
    ("registry", "words"),
    [
        (Registry(*staff("bob"), asking({"count": 2, "role": "approver"})), "only bob could serve"),
        (Registry(*staff(), asking({"role": "approver"})), "no active person"),
        (Registry(asking({"role": "aprover"})), "no active person"),
        (Registry(*staff("bob"), asking({"permission": "policy:change"})), "permission policy:change"),
        (
            Registry(*staff(), person("bob", roles=["approver"], active=False), asking({"role": "approver"})),
            "no active",
        ),
        (Registry(*staff(), person("bob", roles=["approver"], type="bot"), asking({"role": "approver"})), "no active"),
        (
            Registry(
                *staff("bob", roles=["approver", "admin"]),
                asking({"role": "approver"}, {"role": "admin"}),
            ),
            "2 different approvers",
        ),
        (
            Registry(*staff("bob"), asking({"any_of": [{"role": "operator"}, {"count": 2, "role": "approver"}]})),
            "either 1 approval by role operator or 2 by role approver can never be given: only bob could serve",
        ),
        (
            Registry(*staff("bob"), asking({"role": "approver"}, {"any_of": [EITHER, EITHER]})),
            "2 different approvers",
        ),
    ],
    ids=[
        "one of two",
        "nobody",
        "a typo",
        "a permission",
        "inactive",
        "a bot",
        "one person for two roles",
        "no alternative",
        "one person for a role and any alternative",
    ],
)
def test_a_policy_that_nobody_can_satisfy_is_a_warning(registry: Registry, words: str) -> None:
    """It blocks changes and lets none through, so it only warns."""
    (finding,) = registry.found("unsatisfiable-policy")
    assert finding.status is Status.WARN
    assert finding.path == "policies/approvals/models.yaml"
    assert words in finding.message


@pytest.mark.parametrize(
    "registry",
    [
        Registry(*staff("bob"), asking({"role": "approver"})),
        Registry(*staff("bob", "carol"), asking({"count": 2, "role": "approver"})),
        Registry(*staff("bob", roles=["admin"]), asking({"permission": "policy:change"})),
        Registry(*staff("bob", "carol", roles=["approver", "admin"]), asking({"role": "approver"}, {"role": "admin"})),
        Registry(model("fraud")),
        Registry(*staff("bob"), asking({"any_of": [{"role": "operator"}, {"role": "approver"}]})),
    ],
    ids=["one", "two", "a permission by *", "two for two roles", "no policy", "one alternative"],
)
def test_a_policy_that_can_be_satisfied_is_fine(registry: Registry) -> None:
    """As many active people as are asked for."""
    assert registry.found("unsatisfiable-policy") == []


CAST = ("ann", "bea", "cy", "dan", "eve", "flo", "gus")
ROLES = ("approver", "operator")


@given(
    held=st.lists(st.sets(st.sampled_from(ROLES)), min_size=len(CAST), max_size=len(CAST)),
    counts=st.tuples(st.integers(1, 4), st.integers(1, 4)),
)
def test_a_policy_is_satisfiable_exactly_if_everybody_together_satisfies_it(
    held: list[set[str]], counts: tuple[int, int]
) -> None:
    """The rule looks at no more people than are wanted; who else there is makes no difference."""
    people = [person(name, roles=sorted(roles)) for name, roles in zip(CAST, held, strict=True)]
    approvals = [{"count": count, "role": role} for count, role in zip(counts, ROLES, strict=True)]
    registry = Registry(*staff(), *people, asking(*approvals))
    either = sum(1 for roles in held if roles)
    each = [sum(1 for roles in held if role in roles) for role in ROLES]
    possible = all(have >= count for have, count in zip(each, counts, strict=True)) and either >= sum(counts)
    found = registry.found("unsatisfiable-policy")
    assert (not found) is possible
    everyone = [name for name, roles in zip(CAST, held, strict=True) if roles]
    if found and "different approvers" in found[0].message:
        assert f"only {', '.join(everyone[:5])} could serve" in found[0].message


ALONE = settings(single_maintainer=True)


def test_one_maintainer_is_one_person() -> None:
    """Two who may change policy could review each other."""
    (finding,) = Registry(ALONE, *staff("bob", "carol", roles=["admin"])).found("single-maintainer-contradicted")
    assert "bob and carol" in finding.message
    assert finding.line is not None


@pytest.mark.parametrize(
    "registry",
    [
        Registry(ALONE, *staff("bob", roles=["admin"]), person("carol", roles=["operator"])),
        Registry(ALONE, *staff("bob", roles=["admin"]), person("carol", roles=["admin"], active=False)),
        Registry(ALONE, *staff("bob", roles=["admin"]), person("robot", roles=["admin"], type="bot")),
        Registry(settings(), *staff("bob", "carol", roles=["admin"])),
    ],
    ids=["another role", "left", "a bot", "not declared"],
)
def test_a_repository_of_one_may_say_so(registry: Registry) -> None:
    """Others who may not change policy are no contradiction."""
    assert registry.found("single-maintainer-contradicted") == []
