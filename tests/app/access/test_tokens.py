"""A token opens for the User who has its account, for as long as both stand, and is kept nowhere."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from govops.app.access import Doors, TokenFile, authenticate, logged, mint, revoke, tokens
from govops.app.governance import Actor, ForbiddenError, NotFoundError, Site, UnauthenticatedError
from govops.errors import UndecidableError, UsageError
from govops.evidence.records import Account
from tests.support.files import user
from tests.support.world import World

ALICE = Actor("alice", Account(forge="local", id="id-alice", login="alice", type="human"))
SECRET = "a-token-that-somebody-made-0123456789abcdef"


def bearer(secret: str) -> str:
    """As a request says it."""
    return f"Bearer {secret}"


@pytest.mark.threat("I01", "I02", "K06")
def test_a_token_says_who_asks(either: Site) -> None:
    made = mint(either, "alice", label="CI")
    assert authenticate(either, bearer(made.secret), Doors()) == ALICE
    assert authenticate(either, f"bEARER   {made.secret}", Doors()) == ALICE
    assert authenticate(either, bearer(made.secret), Doors(), request="r-1").request == "r-1"
    robot = mint(either, "robo", label="releases")
    assert authenticate(either, bearer(robot.secret), Doors()).account.type == "bot"


@pytest.mark.threat("I01")
@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer ",
        "Bearer short",
        "Basic YWxpY2U6YWxpY2U=",
        f"Bearer {'x' * 43}",
        f"Bearer govops_{'x' * 43}",
        f"Bearer {'x' * 9000}",
        "Bearer two tokens-of-which-one-is-good",
        "Bearer govops_\u00e4\u00f6\u00fc" + "x" * 40,
        "Bearer x' OR '1'='1",
    ],
)
def test_nobody_comes_in_without_one(site: Site, header: str | None) -> None:
    with pytest.raises(UnauthenticatedError):
        authenticate(site, header, Doors())


def test_a_token_that_is_nearly_right_is_wrong(site: Site) -> None:
    """Every character counts, and so does its being there once."""
    secret = mint(site, "alice", label="CI").secret
    for wrong in (secret[:-1], secret + "x", secret.upper(), secret.removeprefix("govops_"), f"{secret},{secret}"):
        with pytest.raises(UnauthenticatedError):
            authenticate(site, bearer(wrong), Doors())


def test_what_is_kept_does_not_tell_the_token(site: Site, tmp_path: Path) -> None:
    """The store has its SHA-256 only, and the token 256 random bits."""
    made, other = mint(site, "alice", label="CI"), mint(site, "alice", label="CI")
    assert made.secret != other.secret
    assert len(made.secret) == len("govops_") + 43
    authenticate(site, bearer(made.secret), Doors())
    held = b"".join(file.read_bytes() for file in tmp_path.glob("store.db*"))
    assert made.token.digest.encode() in held
    assert made.secret.encode() not in held
    assert made.secret.removeprefix("govops_").encode() not in held


def test_a_token_ends_when_it_is_revoked(either: Site) -> None:
    made, other = mint(either, "alice", label="CI"), mint(either, "alice", label="laptop")
    revoke(either, made.token.id)
    with pytest.raises(UnauthenticatedError, match="not accepted any more"):
        authenticate(either, bearer(made.secret), Doors())
    assert authenticate(either, bearer(other.secret), Doors()) == ALICE
    known = {token.id: token for token in tokens(either)}
    assert known[made.token.id].revoked is not None
    revoke(either, made.token.id)
    assert {token.id: token for token in tokens(either)} == known
    with pytest.raises(NotFoundError):
        revoke(either, "not-there")


def test_a_token_ends_when_its_time_is_over(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from govops.app.access import authentication

    made = mint(site, "alice", label="CI", expires="2099-01-01T00:00:00Z")
    for instant, is_good in (("2098-12-31T23:59:59Z", True), ("2099-01-01T00:00:00Z", False)):
        monkeypatch.setattr(authentication, "now", lambda instant=instant: instant)
        if is_good:
            assert authenticate(site, bearer(made.secret), Doors()) == ALICE
        else:
            with pytest.raises(UnauthenticatedError, match="not accepted any more"):
                authenticate(site, bearer(made.secret), Doors())


@pytest.mark.threat("I01", "I02")
def test_whoever_left_is_not_let_in_any_more(world: World, site: Site) -> None:
    """As soon as it stands on the protected branch: the token itself is still good."""
    made = mint(site, "alice", label="CI")
    assert authenticate(site, bearer(made.secret), Doors()) == ALICE
    world.push("carol", user("alice", active=False))
    with pytest.raises(ForbiddenError, match="alice is not active"):
        authenticate(site, bearer(made.secret), Doors(), request="r-1")
    world.push("carol", user("alice", accounts=[]))
    with pytest.raises(ForbiddenError, match="no User has the account"):
        authenticate(site, bearer(made.secret), Doors())
    taken = {"accounts": [{"forge": "local", "id": "id-alice"}]}
    world.push("carol", user("bob", **taken), user("dave", **taken))
    with pytest.raises(ForbiddenError, match="two Users have"):
        authenticate(site, bearer(made.secret), Doors())
    rows = logged(site).items
    assert [row["reason"] for row in rows] == [
        "two Users have the account of this token",
        "no User has the account of this token",
        "alice is not active",
    ]
    assert {row["account"] for row in rows} == {"account:local:id-alice"}


def test_a_token_is_of_one_repository(site: Site, tmp_path: Path) -> None:
    """Another one that shares the store does not know it."""
    secret = mint(site, "alice", label="CI").secret
    other = World(tmp_path / "other", settings={"repository": "local:acme/other"})
    with pytest.raises(UnauthenticatedError, match="not known"):
        authenticate(Site(other.path, store=site.store), bearer(secret), Doors())


def test_whose_account_a_token_is_for(world: World, site: Site) -> None:
    accounts = [{"forge": "github", "id": "7", "login": "al"}, {"forge": "ssh", "id": "ssh-ed25519 AAAA"}]
    world.push("carol", user("alice", accounts=accounts), user("bob", accounts=[]))
    only = mint(site, "alice", label="CI").token
    assert (only.forge, only.account) == ("github", "7")
    two = [*accounts, {"forge": "gitlab", "id": "8"}]
    world.push("carol", user("alice", accounts=two))
    with pytest.raises(UsageError, match="which account of alice") as refused:
        mint(site, "alice", label="CI")
    assert "github/7, gitlab/8" in refused.value.hint
    assert mint(site, "alice", label="CI", account="gitlab/8").token.account == "8"
    for wrong in ({"user": "nobody"}, {"user": "bob"}, {"user": "alice", "account": "gitlab/9"}):
        with pytest.raises(UsageError):
            mint(site, **{"label": "CI", **wrong})
    for label in ("", " ", "x" * 101):
        with pytest.raises(UsageError, match="label"):
            mint(site, "alice", label=label, account="gitlab/8")
    with pytest.raises(UsageError, match="has passed"):
        mint(site, "alice", label="CI", account="gitlab/8", expires="2020-01-01T00:00:00Z")


class TestTokenFile:
    """Tokens that somebody keeps in a file."""

    @pytest.fixture
    def file(self, tmp_path: Path) -> Path:
        """One token, alice's."""
        file = tmp_path / "tokens"
        file.write_text(f"# ours\n\n{line(SECRET)} CI of the fraud team\n", encoding="utf-8")
        file.chmod(0o600)
        return file

    def test_it_says_who_asks(self, world: World, file: Path) -> None:
        """There need not be a store."""
        assert authenticate(Site(world.path), bearer(SECRET), Doors(TokenFile(file))) == ALICE

    def test_what_changes_there_counts_at_once(self, world: World, file: Path) -> None:
        doors = Doors(TokenFile(file))
        site = Site(world.path)
        replace(file, "# nobody any more\n")
        with pytest.raises(UnauthenticatedError):
            authenticate(site, bearer(SECRET), doors)
        replace(file, f"{line('another-token-altogether-0123')}\n{line(SECRET, 'local/id-bob')}\n")
        assert authenticate(site, bearer(SECRET), doors).name == "bob"

    @pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
    def test_others_may_not_write_to_it(self, file: Path, mode: int) -> None:
        file.chmod(mode)
        with pytest.raises(UsageError, match="others can write to the file of tokens"):
            TokenFile(file)

    @pytest.mark.parametrize("text", [SECRET, f"sha256:abc {SECRET}", "sha256:" + "0" * 64, "sha1:x local/y"])
    def test_a_broken_file_lets_nobody_in_and_is_not_repeated(self, world: World, file: Path, text: str) -> None:
        doors = Doors(TokenFile(file))
        replace(file, f"{line(SECRET)}\n{text}\n")
        with pytest.raises(UndecidableError, match="line 2 of the file of tokens") as told:
            authenticate(Site(world.path), bearer(SECRET), doors)
        assert SECRET not in f"{told.value.message}{told.value.hint}"
        file.unlink()
        with pytest.raises(UndecidableError, match="cannot be read"):
            authenticate(Site(world.path), bearer(SECRET), doors)

    def test_a_broken_file_keeps_nobody_else_out(self, site: Site, file: Path) -> None:
        """Who has a token of the store does not need it."""
        doors = Doors(TokenFile(file))
        replace(file, "broken\n")
        assert authenticate(site, bearer(mint(site, "alice", label="CI").secret), doors) == ALICE

    def test_a_token_that_stands_there_twice_is_refused(self, file: Path) -> None:
        """It would be two people's."""
        replace(file, f"{line(SECRET)}\n{line(SECRET, 'local/id-bob')}\n")
        with pytest.raises(UsageError, match="stands there twice"):
            TokenFile(file)


def line(secret: str, account: str = "local/id-alice") -> str:
    """A line of the file."""
    return f"sha256:{hashlib.sha256(secret.encode()).hexdigest()} {account}"


def replace(file: Path, text: str) -> None:
    """As an editor saves it."""
    new = file.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    new.chmod(0o600)
    os.replace(new, file)
