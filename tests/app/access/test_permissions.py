"""Whether somebody may is asked of the rules at the protected tip, and every answer leaves its trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from govops.app.access import Doors, authenticate, in_force, log, logged, mint, permitted, require
from govops.app.governance import Actor, BusyError, ForbiddenError, NotFoundError, Site
from govops.errors import UsageError
from govops.evidence.records import Account
from govops.index.durable import opened
from govops.index.durable.log import Entry
from govops.index.engines import Database, writing
from tests.support.files import delegation, role, user
from tests.support.git import git
from tests.support.world import World


def actor(name: str) -> Actor:
    """One of the cast, signed in."""
    return Actor(name, Account(forge="local", id=f"id-{name}"))


@pytest.mark.threat("I03", "I19", "K06")
def test_what_is_asked_is_logged_whether_it_is_allowed_or_not(either: Site) -> None:
    require(either, actor("alice"), "model:register", resource="models/fraud", request="r-1")
    with pytest.raises(ForbiddenError, match="mallory does not hold model:register"):
        require(either, actor("mallory"), "model:register", resource="models/fraud", request="r-2")
    denied, allowed = logged(either).items
    assert (denied["person"], denied["allowed"], denied["request"]) == ("mallory", False, "r-2")
    assert denied["reason"] == "mallory does not hold model:register"
    assert (allowed["person"], allowed["account"]) == ("alice", "account:local:id-alice")
    assert (allowed["permission"], allowed["resource"], allowed["allowed"]) == ("model:register", "models/fraud", True)
    assert allowed["commit"] == in_force(either.repository).commit


@pytest.mark.threat("I03")
def test_the_rules_at_the_tip_decide_from_one_request_to_the_next(world: World, site: Site) -> None:
    before = world.main
    assert not permitted(site, "mallory", "model:register")
    world.push("carol", user("mallory", roles=["analyst"]))
    assert permitted(site, "mallory", "model:register")
    world.push("carol", role("analyst", permissions=["audit:read"]))
    assert not permitted(site, "mallory", "model:register")
    world.push("carol", user("mallory", roles=["admin"]))
    assert permitted(site, "mallory", "system:config")
    world.push("carol", user("mallory", roles=["admin"], active=False))
    assert not permitted(site, "mallory", "system:config")
    assert permitted(site, "alice", "model:register", as_of=before)
    with pytest.raises(ForbiddenError, match="mallory is not active"):
        require(site, actor("mallory"), "system:config")


def test_a_proposal_does_not_grant_what_it_asks_for(world: World, site: Site) -> None:
    """It stands on a branch of its own until it lands."""
    change = world.propose("mallory", "Promote me", user("mallory", roles=["admin"]))
    assert not permitted(site, "mallory", "system:config")
    with pytest.raises(NotFoundError, match="is not on the protected branch"):
        permitted(site, "mallory", "system:config", as_of=change.head)


def test_a_role_that_is_lent_counts(world: World, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """For as long as it is, by today's date."""
    from govops.app.access import permissions

    world.push("carol", delegation("holidays", "bob", "dave", ["approver"]))
    for instant, counts in (("2026-06-01T00:00:00Z", True), ("2027-01-01T00:00:00Z", False)):
        monkeypatch.setattr(permissions, "now", lambda instant=instant: instant)
        assert permitted(site, "dave", "model:approve") is counts


def test_nobody_and_nothing(site: Site) -> None:
    assert not permitted(site, "nobody", "audit:read")
    with pytest.raises(UsageError, match="there is no permission"):
        permitted(site, "alice", "model:*")
    with pytest.raises(UsageError, match="there is no permission"):
        require(site, actor("carol"), "*")


def test_rules_are_read_once_for_each_tip(world: World, site: Site) -> None:
    """The same object is given until the branch moves, whether git has packed its refs or not."""
    in_force(site.repository)
    first = in_force(site.repository)
    assert in_force(site.repository) is first
    world.propose("alice", "Something", user("mallory", roles=["analyst"]))
    git(world.path / ".git", "pack-refs", "--all")
    assert in_force(site.repository) is first
    world.push("carol", user("mallory", roles=["analyst"]))
    assert in_force(site.repository).commit == world.main
    git(world.path / ".git", "pack-refs", "--all")
    assert in_force(site.repository).commit == world.main


def test_pages_of_the_log_hang_together(site: Site) -> None:
    """Newest first; what is added in between does not shift the next page."""
    for number in range(7):
        log(site, actor("alice"), Entry(event="result", status=200 + number))
    first = logged(site, limit=3)
    log(site, actor("bob"), Entry(event="result", status=500))
    second = logged(site, after=first.next, limit=3)
    last = logged(site, after=second.next, limit=3)
    told = [row["status"] for page in (first, second, last) for row in page.items]
    assert told == [206, 205, 204, 203, 202, 201, 200]
    assert last.next is None


def test_the_log_is_filtered_by_what_its_columns_say(site: Site) -> None:
    log(site, actor("alice"), Entry(event="decision", permission="audit:read", allowed=True))
    log(site, actor("bob"), Entry(event="decision", permission="audit:read", allowed=False))
    assert [row["person"] for row in logged(site, {"allowed": "false"}).items] == ["bob"]
    assert [row["person"] for row in logged(site, {"person": "alice", "permission": "audit:read"}).items] == ["alice"]
    assert logged(site, {"person": "x' OR '1'='1"}).items == ()
    for wrong in ({"number": "1"}, {"repository": "x"}, {"allowed": "yes"}):
        with pytest.raises(UsageError):
            logged(site, wrong)


@pytest.mark.threat("I19")
def test_the_log_never_holds_a_token(world: World, site: Site) -> None:
    """Neither of those who come in nor of those who do not."""
    made = mint(site, "mallory", label="CI")
    who = authenticate(site, f"Bearer {made.secret}", Doors())
    with pytest.raises(ForbiddenError):
        require(site, who, "model:approve", resource="models/fraud", request="r-1")
    world.push("carol", user("mallory", active=False))
    with pytest.raises(ForbiddenError):
        authenticate(site, f"Bearer {made.secret}", Doors())
    text = str(logged(site).items)
    assert len(logged(site).items) == 2
    assert made.secret not in text
    assert made.token.digest not in text


@pytest.mark.threat("I19", "K08")
def test_what_cannot_be_logged_is_not_done(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """While another writer holds the store, whoever asks is told to come again."""
    from govops.app.access import logbook

    hasty = Database(site.store, "the store", patience=0.05)
    monkeypatch.setattr(logbook, "opened", lambda url: hasty)
    with writing(opened(site.store)), pytest.raises(BusyError, match="the store is busy") as busy:
        require(site, actor("alice"), "model:register")
    assert busy.value.retry_after >= 1


def test_without_a_store_nothing_is_logged_and_the_rules_hold(world: World) -> None:
    site = Site(world.path)
    require(site, actor("alice"), "model:register")
    with pytest.raises(ForbiddenError):
        require(site, actor("mallory"), "model:register")
    with pytest.raises(UsageError, match="no store was named"):
        logged(site)


def test_a_repository_without_rules_lets_nobody_do_anything(tmp_path: Path) -> None:
    world = World(tmp_path / "empty", adopt=False)
    world.commit_raw(("README.md", b"nothing here\n"), author="carol")
    with pytest.raises(UsageError, match="no readable policies"):
        permitted(Site(world.path), "alice", "model:register")
