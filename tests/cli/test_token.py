"""`govops store` and `govops token`: a store is made when it is asked for, and a token is printed once."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from govops.app.access import Doors, authenticate
from govops.app.governance import Site, UnauthenticatedError
from govops.index.durable import store
from govops.index.engines import forget
from tests.support.cli import govops
from tests.support.files import user
from tests.support.postgres import PASSWORD, Postgresql
from tests.support.world import World

REFUSED = 2


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Adopted, and nothing else."""
    return World(tmp_path / "world")


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Where the store is; the folder of the test has a name that should not be seen."""
    found = f"sqlite:///{tmp_path}/store.db"
    yield found
    forget(store.database(found))


def test_a_token_is_printed_once_and_works_until_it_is_revoked(world: World, url: str) -> None:
    assert govops("store", "upgrade", "--store", url).out == "the store has version 0001; it had none\n"
    assert govops("store", "upgrade", "--store", url).out == "the store has version 0001\n"
    where = ("--store", url, "--repository", world.path)
    made = govops("token", "add", "alice", "--label", "CI \u202e of fraud", "--expires", "2099-01-31", *where)
    secret = made.out.strip()
    site = Site(world.path, store=url)
    assert authenticate(site, f"Bearer {secret}", Doors()).name == "alice"
    assert secret not in made.err
    listed = govops("token", "list", *where)
    assert listed.out == made.err
    assert "local/id-alice" in listed.out
    assert "until 2099-01-31T00:00:00Z: CI \\u{202e} of fraud" in listed.out
    name = listed.out.split()[0]
    assert govops("token", "revoke", name, *where).code == 0
    with pytest.raises(UnauthenticatedError):
        authenticate(site, f"Bearer {secret}", Doors())
    assert ", revoked 2" in govops("token", "list", *where).out


def test_the_store_and_the_repository_are_found_without_options(
    world: World, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the environment, and by where one stands."""
    monkeypatch.setenv("GOVOPS_STORE", url)
    (world.path / "below").mkdir()
    monkeypatch.chdir(world.path / "below")
    assert govops("store", "upgrade").code == 0
    assert govops("token", "add", "bob", "--label", "laptop").out.startswith("govops_")


@pytest.mark.threat("K07")
def test_nothing_makes_a_store_by_the_way(world: World, url: str, tmp_path: Path) -> None:
    for verb in (("add", "alice", "--label", "CI"), ("list",), ("revoke", "abc")):
        ran = govops("token", *verb, "--store", url, "--repository", world.path)
        assert (ran.code, ran.out) == (REFUSED, "")
        assert "the store is not there" in ran.err
        assert str(tmp_path) not in ran.err
    assert os.listdir(tmp_path) == ["world"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("add", "nobody", "--label", "CI"), "there is no active User `nobody`"),
        (("add", "erin", "--label", "CI"), "which account of erin?"),
        (("add", "alice", "--label", "CI", "--expires", "2020-01-01"), "2020-01-01T00:00:00Z has passed"),
        (("add", "alice", "--label", "CI", "--expires", "soon"), "'soon' is not an instant"),
        (("revoke", "abc"), "there is no token `abc`"),
    ],
)
def test_what_cannot_be_done_is_said(world: World, url: str, arguments: tuple[str, ...], message: str) -> None:
    govops("store", "upgrade", "--store", url)
    world.push("carol", user("erin", accounts=[]))
    ran = govops("token", *arguments, "--store", url, "--repository", world.path)
    assert (ran.code, ran.out) == (REFUSED, "")
    assert message in ran.err


@pytest.mark.parametrize("address", ["", "mysql://u:s3cret@h/n", "sqlite:///nowhere/at/all/store.db"])
def test_a_store_that_cannot_be_made_is_told_without_secrets(address: str) -> None:
    ran = govops("store", "upgrade", "--store", address)
    assert ran.code == REFUSED
    assert "hint: " in ran.err
    assert "s3cret" not in ran.err


@pytest.mark.slow
@pytest.mark.threat("K09")
def test_postgresql_that_loses_writes_is_warned_about(postgresql: Postgresql) -> None:
    """The server of the tests waits for no disk."""
    ran = govops("store", "upgrade", "--store", postgresql.new())
    assert (ran.code, ran.out) == (0, "the store has version 0001; it had none\n")
    assert "warning: the store has fsync = off: a power loss can damage it\n" in ran.err
    assert PASSWORD not in ran.err
