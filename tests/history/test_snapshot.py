"""A snapshot is carried along the chain: moved step by step it is what it would be if it were built anew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.history.snapshot import File, Snapshot, addresses, binding_references, folded
from tests.support.cast import public_line
from tests.support.facts import entry, read, snapshot, standing
from tests.support.files import deployment, model, role, usecase, user, version

PEOPLE = (
    user("bob"),
    user("bob", emails=["Bob@ACME.example"]),
    user("bob", active=False, display_name="Zoe"),
    user("zoe", emails=["bob@acme.example"], roles=["approver", "analyst"]),
)
FILES = (
    model("fraud"),
    model("fraud", risk_tier="high"),
    version("fraud", "1.0"),
    deployment("production", "fraud", "1.0"),
    usecase("claims", models=[{"model": "fraud", "versions": "*"}]),
    *PEOPLE,
)
STEP = st.one_of(
    st.sampled_from(FILES).map(lambda text: (text[0], standing(text))),
    st.sampled_from(FILES).map(lambda text: (text[0], None)),
    st.sampled_from(FILES).map(lambda text: (text[0], File(entry("broken"), None, read(text)))),
    st.sampled_from(FILES).map(lambda text: (text[0], File(entry("absent"), None, None, is_missing=True))),
)


def answers(of: Snapshot) -> object:
    """Everything that the indexes say."""
    kinds = ("Model", "ModelVersion", "Deployment", "UseCase", "User")
    names = {(kind, name) for kind in kinds for name in of.names(kind)}
    return (
        of.files,
        of.broken,
        of.missing,
        {kind: list(of.of_kind(kind)) for kind in kinds},
        {kind: of.paths_of(kind) for kind in kinds},
        {key: (of.find(*key), of.path_of(*key)) for key in names},
        [of.referrers("Model", "fraud"), of.referrers("ModelVersion", "fraud/1.0"), of.referrers("User", "alice")],
        [of.people_at(f"email:{address}") for address in ("bob@acme.example", "zoe@acme.example")],
        [of.people_like(name) for name in ("Bob", "B0b", "Zoe")],
        {role: sorted(of.serving(role)) for role in ("approver", "analyst", "admin")},
        {path: of.twins(path) for path in of.files},
    )


@given(st.lists(STEP, max_size=25))
def test_moved_step_by_step_it_is_what_it_would_be_if_built_anew(steps: list[tuple[str, File | None]]) -> None:
    moved, anew = Snapshot(), Snapshot()
    for path, file in steps:
        moved.put(path, file)
    for path, file in dict(steps).items():
        anew.put(path, file)
    assert answers(moved) == answers(anew)


def test_a_broken_file_stands_and_is_no_resource() -> None:
    path, _ = model("fraud")
    stands = snapshot(model("fraud"))
    stands.put(path, File(entry("broken"), None, read(model("fraud"))))
    assert stands.find("Model", "fraud") is None
    assert stands.broken == {path}
    stands.put(path, None)
    assert (stands.files, stands.broken) == ({}, set())


@pytest.mark.threat("D07")
def test_an_address_leads_to_everybody_who_has_it() -> None:
    stands = snapshot(PEOPLE[0], PEOPLE[-1])
    assert stands.people_at("email:bob@acme.example") == ("bob", "zoe")
    assert stands.people_at("email:BOB@acme.example") == (), "callers ask in lower case"


def test_whoever_reads_alike_is_found_by_the_look_of_the_name() -> None:
    stands = snapshot(user("bob", display_name="Bob Oak"), user("mallory", display_name="B0b 0ak"))
    assert stands.people_like("bob oak") == ("bob", "mallory")
    assert stands.people_like("Rob Oak") == ()


def test_only_active_humans_serve_in_a_role() -> None:
    stands = snapshot(user("bob"), user("robot", type="bot"), user("gone", active=False))
    assert list(stands.serving("approver")) == ["bob"]
    stands.put("registry/users/bob.yaml", None)
    assert list(stands.serving("approver")) == []


@pytest.mark.threat("D06")
def test_an_account_is_its_id_and_never_its_login() -> None:
    found = addresses(read(user("bob")))
    assert "account:local:id-bob" in found
    assert not any(address.endswith(":bob") for address in found)


def test_a_key_is_an_address_without_its_comment() -> None:
    line = public_line("bob")
    assert addresses(read(user("bob", keys=[f"{line} bob@laptop"]))) == addresses(read(user("bob", keys=[line])))


def test_only_a_user_has_addresses() -> None:
    assert addresses(read(role("approver"))) == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("registry/models/a/model.yaml", "registry/models/A/model.yaml", True),
        ("registry/caf\u00e9", "registry/cafe\u0301", True),
        ("registry/stra\u00dfe", "registry/STRASSE", True),
        ("registry/a", "registry/b", False),
    ],
)
def test_two_paths_collide_where_a_file_system_could_not_tell_them_apart(one: str, other: str, *, same: bool) -> None:
    assert (folded(one) == folded(other)) is same


def test_what_a_reviewer_judged_with_a_file_binds_and_people_do_not() -> None:
    used = read(usecase("claims", models=[{"model": "fraud", "versions": "*"}]))
    assert {reference.kind for reference in used.references()} == {"User", "Model"}
    assert {reference.kind for reference in binding_references(used)} == {"Model"}
    assert [str(r.key) for r in binding_references(read(deployment("staging", "fraud", "1.0")))] == [
        "ModelVersion/fraud/1.0"
    ]
