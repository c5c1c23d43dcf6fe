"""What govops writes to a forge: one comment of its own, and a commit status."""

from __future__ import annotations

import pytest

from govops.errors import UsageError
from govops.forge import Opened, Request, StatusState
from tests.forge.story import MALLORY, SECOND, client, tell
from tests.support.fake_facts import User
from tests.support.fake_forge import FakeForge

MARKER = "<!-- govops:gate -->"


def bodies(fake: FakeForge) -> list[str]:
    return [str(comment["body"]) for comment in fake.comments.get(7, [])]


def test_the_comment_is_written_once_and_then_edited(fake: FakeForge) -> None:
    tell(fake)
    for verdict in ("missing one", "allowed"):
        client(fake).comment("7", marker=MARKER, body=f"{MARKER}\n{verdict}")
    assert bodies(fake) == [f"{MARKER}\nallowed"]


@pytest.mark.threat("H09")
def test_a_comment_of_somebody_else_is_left_alone(fake: FakeForge) -> None:
    """Whoever copies the marker gets no comment of theirs rewritten, and cannot hide the real one."""
    tell(fake)
    me, fake.me = fake.me, MALLORY
    client(fake).comment("7", marker=MARKER, body=f"{MARKER}\nforged")
    fake.me = me
    client(fake).comment("7", marker=MARKER, body=f"{MARKER}\nallowed")
    client(fake).comment("7", marker=MARKER, body=f"{MARKER}\nmissing")
    assert bodies(fake) == [f"{MARKER}\nforged", f"{MARKER}\nmissing"]


def test_a_comment_that_only_quotes_the_marker_is_another_one(fake: FakeForge) -> None:
    tell(fake)
    client(fake).comment("7", marker="<!-- other -->", body=f"see {MARKER}")
    client(fake).comment("7", marker=MARKER, body=f"{MARKER}\nallowed")
    assert len(bodies(fake)) == 2


def test_an_installation_edits_what_a_bot_wrote(github: FakeForge) -> None:
    """The token of a workflow may not ask who it is; people cannot write as bots."""
    tell(github)
    github.me = MALLORY
    client(github).comment("7", marker=MARKER, body=f"{MARKER}\nforged")
    github.me = None
    for verdict in ("missing", "allowed"):
        client(github).comment("7", marker=MARKER, body=f"{MARKER}\n{verdict}")
    assert bodies(github) == [f"{MARKER}\nforged", f"{MARKER}\nallowed"]


@pytest.mark.parametrize(
    ("state", "gitlab_state"),
    [("pending", "pending"), ("success", "success"), ("failure", "failed"), ("error", "failed")],
)
def test_a_status_is_posted_on_the_commit(fake: FakeForge, state: StatusState, gitlab_state: str) -> None:
    client(fake).set_status(SECOND, state=state, context="govops/gate", description="x" * 300, url="https://ci.example")
    (posted,) = fake.statuses
    assert posted["sha"] == SECOND
    assert posted["state"] == (state if fake.kind == "github" else gitlab_state)
    assert posted["context" if fake.kind == "github" else "name"] == "govops/gate"
    assert len(posted["description"]) == (140 if fake.kind == "github" else 255)


def test_a_status_that_stands_already_is_no_error(gitlab: FakeForge) -> None:
    for _ in range(2):
        client(gitlab).set_status(SECOND, state="pending", context="govops/gate", description="")
    assert len(gitlab.statuses) == 1


def test_what_the_forge_refuses_is_said(fake: FakeForge) -> None:
    from tests.support.fake_forge import Fault

    fake.faults.append(Fault("POST", "status", status=422))
    with pytest.raises(UsageError, match="refused POST"):
        client(fake).set_status(SECOND, state="pending", context="govops/gate", description="")


def test_an_account_is_known_by_its_id_and_not_by_its_login(fake: FakeForge) -> None:
    tell(fake)
    mine = fake.me
    assert mine is not None
    fake.me = User(31337, mine.login)
    client(fake).comment("7", marker=MARKER, body=f"{MARKER}\nforged")
    fake.me = mine
    client(fake).comment("7", marker=MARKER, body=f"{MARKER}\nallowed")
    assert bodies(fake) == [f"{MARKER}\nforged", f"{MARKER}\nallowed"]


@pytest.mark.threat("I07")
def test_a_proposal_is_opened_once_however_often_it_is_asked_for(fake: FakeForge) -> None:
    """What a lost answer opened is found again; one of the same name that has landed, or of a fork, is another."""
    pull = tell(fake)
    wanted = Request("fraud", "main", "Once more", "Because")
    first = client(fake).open(wanted)
    assert first == client(fake).open(wanted)
    assert first == Opened("8", first.url)
    assert first.url.startswith("https://")
    assert sorted(fake.pulls) == [7, 8]
    told = client(fake).proposal("8")
    assert (told.title, told.target, told.state, fake.pulls[8].body) == ("Once more", "main", "open", "Because")
    assert pull.merged_at
    fake.pulls[8].from_fork = True
    fake.pulls[8].branch = "other"
    assert client(fake).open(wanted).number == "9"
