"""Names and addresses become people: slugs, bots, groups, and what no User can be called."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from govops.app.people.draft import Draft, slug_for, type_of, wrong_email, wrong_name
from govops.app.people.from_history import faults_of, grouped
from govops.history import Ident
from govops.kinds.user import User
from govops.yamlio import load


@pytest.mark.parametrize(
    ("name", "email", "slug"),
    [
        ("Ann Example", "a@x.org", "ann-example"),
        ("Søren  Ångström-Łódź", "s@x.org", "soren-angstrom-lodz"),
        ("Юрий", "yuri.k@x.org", "yuri-k"),
        ("李", "李@x.org", "person"),
        ("Con", "c@x.org", "con-2"),
        ("-", "-@x.org", "person"),
        ("Bob", "b@x.org", "bob-3"),
        ("x" * 200, "x@x.org", "x" * 63),
        ("dependabot[bot]", "d@x.org", "dependabot-bot"),
    ],
)
def test_a_slug_is_ascii_and_free(name: str, email: str, slug: str) -> None:
    assert slug_for(name, email, {"bob", "bob-2"}) == slug


@pytest.mark.parametrize(
    ("name", "email", "kind"),
    [
        ("dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com", "bot"),
        ("Release bot", "r@x.org", "bot"),
        ("Build", "jenkins@x.org", "bot"),
        ("acme-ci", "a@x.org", "bot"),
        ("Abbott Botham", "a@x.org", "human"),
        ("Ci Wang", "ci.wang@x.org", "human"),
        ("Ann", "ann@bot.org", "human"),
    ],
)
def test_what_looks_like_a_bot_is_proposed_as_one(name: str, email: str, kind: str) -> None:
    assert type_of(name, email) == kind


@pytest.mark.parametrize(
    "email", ["", "ann", "@x.org", "ann@", "a b@x.org", "a\x1b[31m@x.org", "a\u202e@x.org", "\udcff@x"]
)
def test_an_address_that_is_none_is_refused_and_escaped(email: str) -> None:
    reason = wrong_email(email)
    assert reason is not None
    assert reason.isprintable()


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "Ann\nBob", "A\u200bnn", "\udcff"])
def test_a_name_that_is_none_is_refused_and_escaped(name: str) -> None:
    reason = wrong_name(name)
    assert reason is not None
    assert reason.isprintable()


def groups(*idents: tuple[str, str]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    found = grouped(Counter(Ident(name, email) for name, email in idents))
    return [(group.names, group.emails) for group in found]


def test_one_address_in_any_letter_case_is_one_person() -> None:
    assert groups(("Ann", "Ann@X.org"), ("Ann", "ann@x.org")) == [(("Ann",), ("ann@x.org",))]
    assert groups(("Ann", "a@x.org"), ("A. Example", "A@x.org")) == [(("A. Example", "Ann"), ("a@x.org",))]


def test_one_name_is_one_person_with_several_addresses() -> None:
    assert groups(("Ann  Example", "b@x.org"), ("ann example", "a@x.org"), ("ann example", "a@x.org")) == [
        (("ann example", "Ann  Example"), ("a@x.org", "b@x.org"))
    ]


def test_chains_of_names_and_addresses_meet_in_any_order() -> None:
    idents = [("Ann", "1@x.org"), ("Bea", "2@x.org"), ("Bea", "3@x.org"), ("Ann", "3@x.org")]
    assert groups(*idents) == groups(*reversed(idents))
    assert groups(*idents) == [(("Ann", "Bea"), ("3@x.org", "1@x.org", "2@x.org"))]


def test_a_name_that_is_nobodys_joins_nobody() -> None:
    """Two machines whose administrator commits as `root` are not one person."""
    assert groups(("root", "root@a.org"), ("root", "root@b.org")) == [
        (("root@a.org",), ("root@a.org",)),
        (("root@b.org",), ("root@b.org",)),
    ]


@given(st.lists(st.tuples(st.text(max_size=40), st.emails() | st.text(max_size=40)), max_size=12))
def test_whatever_is_not_refused_makes_a_valid_file_of_its_own(idents: list[tuple[str, str]]) -> None:
    """Nothing that a commit may hold gets past the checks and breaks a file, or a file of somebody else."""
    found = Counter(Ident(name.strip(), email.strip()) for name, email in idents)
    for ident in faults_of(found):
        del found[ident]
    slugs: set[str] = set()
    addresses: list[str] = []
    for group in grouped(found):
        slug = slug_for(group.names[0], group.emails[0], slugs)
        path, text = Draft(slug, group.names[0], group.emails, type=type_of(group.names[0], group.emails[0])).file()
        loaded = load(text.encode(), path=path)
        assert isinstance(loaded.resource, User)
        assert loaded.findings == ()
        slugs.add(slug)
        addresses += [email.lower() for email in loaded.resource.spec.emails]
    assert len(set(addresses)) == len(addresses)
    assert {ident.email.lower() for ident in found} == set(addresses)
