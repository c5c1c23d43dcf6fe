"""A forge that is down, slow, limited, broken or hostile is never taken for one that has nothing to tell."""

from __future__ import annotations

import logging
import traceback

import pytest

from govops.errors import UsageError
from govops.forge import IncompleteEvidenceError, open_forge
from govops.forge.http import Session
from tests.forge.story import BOB, FIRST, Waits, at, client, tell
from tests.support.fake_facts import Made, Seen
from tests.support.fake_forge import REPOSITORY, TOKEN, FakeForge, Fault, Wrong

pytestmark = pytest.mark.threat("H12")
PARTS = {  # what a proposal is made of, by what is asked for it
    "github": ["/pulls/7$", "/pulls/7/reviews", "/pulls/7/commits", "/timeline", "/activity"],
    "gitlab": ["/merge_requests/7$", "/commits$", "/versions", "/approvals", "/notes", "/events", "/users/1001"],
}
EVERY_PART = [(kind, part) for kind, parts in PARTS.items() for part in parts]
FOR_EVER: list[Wrong] = ["status", "cut", "close", "html", "deep", "redirect"]


@pytest.mark.parametrize("wrong", FOR_EVER)
@pytest.mark.parametrize(("kind", "part"), EVERY_PART)
def test_what_stays_broken_is_incomplete(kind: str, part: str, wrong: Wrong) -> None:
    with FakeForge("github" if kind == "github" else "gitlab") as fake:
        tell(fake)
        fake.faults.append(Fault(part, wrong, to="https://evil.example/"))
        waits = Waits()
        with pytest.raises(IncompleteEvidenceError):
            client(fake, waits).proposal("7")
        assert sum(waits.slept) <= 300


@pytest.mark.parametrize("wrong", ["status", "close"])
@pytest.mark.parametrize(("kind", "part"), EVERY_PART)
def test_what_is_broken_for_a_moment_is_asked_again(kind: str, part: str, wrong: Wrong) -> None:
    """The answer is the one that an unbroken forge gives, and each wait is longer than the one before it."""
    with FakeForge("github" if kind == "github" else "gitlab") as fake:
        tell(fake)
        whole = client(fake).proposal("7")
        fake.faults.append(Fault(part, wrong, times=3, status=502))
        waits = Waits()
        assert client(fake, waits).proposal("7") == whole
        assert waits.slept == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("kind", "part"), [(kind, part) for kind, part in EVERY_PART if "7$" not in part and "users" not in part]
)
def test_a_404_in_the_middle_is_not_nothing(kind: str, part: str) -> None:
    """An account alone may be gone: it then is of unknown type."""
    with FakeForge("github" if kind == "github" else "gitlab") as fake:
        tell(fake)
        fake.faults.append(Fault(part, "status", status=404))
        with pytest.raises(IncompleteEvidenceError):
            client(fake).proposal("7")


@pytest.mark.parametrize("wrong", ["status", "repeat", "cut", "html", "close"])
def test_a_second_page_that_is_missing_repeated_or_broken_is_incomplete(fake: FakeForge, wrong: Wrong) -> None:
    long_story(fake)
    fake.faults.append(Fault("reviews|versions", wrong, page=2, status=404))
    with pytest.raises(IncompleteEvidenceError):
        client(fake).proposal("7")


def test_a_page_that_is_empty_all_of_a_sudden_is_incomplete(fake: FakeForge) -> None:
    long_story(fake)
    fake.faults.append(Fault("reviews|versions", "drop", page=2))
    with pytest.raises(IncompleteEvidenceError):
        client(fake).proposal("7")


def test_another_total_than_the_entries_is_incomplete(gitlab: FakeForge) -> None:
    tell(gitlab)
    gitlab.faults.append(Fault("/versions", "count"))
    with pytest.raises(IncompleteEvidenceError, match="2 entries, and the forge counts 7"):
        client(gitlab).proposal("7")


def test_a_list_that_leads_back_to_itself_ends(github: FakeForge) -> None:
    tell(github)
    url = f"{github.url}/repos/{REPOSITORY}/pulls/7/reviews?per_page=100"
    github.faults.append(Fault("/reviews", "link", to=url))
    with pytest.raises(IncompleteEvidenceError, match="leads back"):
        client(github).proposal("7")


def test_an_answer_that_does_not_end_is_cut_off(fake: FakeForge) -> None:
    tell(fake)
    fake.faults.append(Fault("/(pulls|merge_requests)/7$", "huge"))
    with pytest.raises(IncompleteEvidenceError, match="more than 33554432 bytes"):
        client(fake).proposal("7")


@pytest.mark.slow
def test_an_answer_that_does_not_come_is_not_waited_for(fake: FakeForge) -> None:
    tell(fake)
    fake.faults.append(Fault("/(pulls|merge_requests)/7$", "slow", times=2))
    waits = Waits()
    assert client(fake, waits, read=0.3).proposal("7").id == "7"
    assert len(waits.slept) == 2


# ---- limits


@pytest.mark.parametrize(
    ("status", "headers", "waited"),
    [
        (429, {"Retry-After": "17"}, 17.0),
        (403, {"Retry-After": "60"}, 60.0),
        (429, {}, 1.0),
        (503, {"Retry-After": "5"}, 5.0),
        (503, {"Retry-After": "Thu, 01 Jan 1970 00:00:00 GMT"}, 1.0),
        (
            403,
            {
                "X-RateLimit-Remaining": "0",
                "X-RateLimit-Reset": "1772445645",
                "Date": "Mon, 02 Mar 2026 10:00:00 GMT",
            },
            45.0,
        ),
    ],
)
def test_a_limit_is_waited_out_as_the_forge_says(
    fake: FakeForge, status: int, headers: dict[str, str], waited: float
) -> None:
    """When a limit ends is counted from the forge's own clock: this machine's may be wrong."""
    tell(fake)
    fake.faults.append(Fault("7$", "status", times=1, status=status, headers=headers))
    waits = Waits()
    assert client(fake, waits).proposal("7").id == "7"
    assert waits.slept == [waited]


def test_a_limit_of_an_hour_is_not_waited_for(fake: FakeForge) -> None:
    tell(fake)
    fake.faults.append(Fault("7$", "status", status=429, headers={"Retry-After": "3600"}))
    waits = Waits()
    with pytest.raises(IncompleteEvidenceError, match="rate limit"):
        client(fake, waits).proposal("7")
    assert waits.slept == []


def test_all_waiting_of_a_session_is_bounded_together(fake: FakeForge) -> None:
    tell(fake)
    fake.faults.append(Fault("7$", "status", status=429, headers={"Retry-After": "100"}))
    waits = Waits()
    forge = client(fake, waits)
    for _ in range(3):
        with pytest.raises(IncompleteEvidenceError):
            forge.proposal("7")
    assert waits.slept == [100.0, 100.0, 100.0]


def test_what_may_have_been_written_is_not_written_twice(fake: FakeForge) -> None:
    tell(fake)
    fake.faults.append(Fault("POST", "close", times=1))
    with pytest.raises(IncompleteEvidenceError):
        client(fake).comment("7", marker="<!-- m -->", body="<!-- m --> hello")
    assert [one["body"] for one in fake.comments[7]] == ["<!-- m --> hello"]


# ---- hosts and tokens


@pytest.mark.threat("H09")
@pytest.mark.parametrize("wrong", ["redirect", "link"])
def test_the_token_goes_to_no_other_host(fake: FakeForge, wrong: Wrong) -> None:
    tell(fake)
    with FakeForge(fake.kind) as other:
        for target in (f"{other.url}/x", "https://evil.example/", "//evil.example/", f"http://u@{fake.url[7:]}/x"):
            fake.faults = [Fault("reviews|versions", wrong, to=target)]
            with pytest.raises(IncompleteEvidenceError, match="another host"):
                client(fake).proposal("7")
        assert other.asked == []


def test_a_redirect_on_the_same_host_is_followed(fake: FakeForge) -> None:
    """A repository that was renamed."""
    tell(fake)
    whole = client(fake).proposal("7")
    part = "/pulls/7$" if fake.kind == "github" else "/merge_requests/7$"
    fake.faults.append(Fault(part, "redirect", times=1, to=fake.asked[0].path))
    assert client(fake).proposal("7") == whole


@pytest.mark.threat("H09")
@pytest.mark.parametrize(
    "base",
    [
        "http://github.example",
        "ftp://github.example",
        "https://user:secret@github.example",
        "https://",
        "github.example",
        "http://127.0.0.1.evil.example",
        "http://[::1",
        "http://localhost:99999",
    ],
)
def test_an_address_that_would_leak_the_token_is_refused(base: str) -> None:
    with pytest.raises(UsageError, match="not one that govops asks"):
        Session(base, {})


@pytest.mark.threat("H09", "G12")
def test_the_token_stands_in_no_message_and_no_log(fake: FakeForge, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tell(fake)
    forge = open_forge(fake.kind, f"{fake.kind}:{REPOSITORY}", fake.environment)
    fake.faults.append(Fault("7", "html"))
    with pytest.raises(IncompleteEvidenceError) as error:
        forge.proposal("7")
    told = "".join(traceback.format_exception(error.value)) + caplog.text + repr(vars(forge)["_session"])
    assert TOKEN not in told
    assert fake.asked


@pytest.mark.threat("H09")
def test_a_refused_token_says_which_rights_it_takes(fake: FakeForge) -> None:
    tell(fake)
    for status in (401, 403):
        fake.faults = [Fault("7$", "status", status=status)]
        with pytest.raises(UsageError) as error:
            client(fake).proposal("7")
        assert "use-a-forge" in error.value.hint


def test_an_answer_without_what_it_must_have_names_the_fields() -> None:
    with FakeForge() as fake:
        pull = tell(fake)
        setattr(pull, "title", 7)  # noqa: B010  what a broken forge may send
        with pytest.raises(IncompleteEvidenceError, match="PullRequest lacks what it must have: title"):
            client(fake).proposal("7")


def long_story(fake: FakeForge) -> None:
    """Two hundred and fifty reviews, or versions."""
    pull = tell(fake)
    pull.reviews = [Seen(n, BOB, "comment", at(10), FIRST) for n in range(1, 251)]
    pull.versions = [(FIRST, at(9))] * 250
    pull.commits = [Made(FIRST, "One", ("A", "a@acme.example"), ("A", "a@acme.example"))]
