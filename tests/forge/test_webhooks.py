"""Real payloads of GitHub's webhooks hold the objects that its API returns: the same reader makes facts of them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from govops.evidence.records import Account
from govops.forge.answers import read
from govops.forge.github_answers import PullRequest, Review, User, proposal_of, reviews_of
from tests.support import parts

CODERTOCAT = Account(forge="github", id="21031067", login="Codertocat", type="human")


def payloads(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(parts.forge_part("webhooks.json").read_text(encoding="utf-8"))[name]
    return found


def test_every_pull_request_is_read() -> None:
    """Opened, closed, merged, locked, labelled: each is one proposal whose ends are known."""
    found = [read(PullRequest, payload["pull_request"]) for payload in payloads("pull_request")]
    assert len(found) >= 29
    for pull, payload in zip(found, payloads("pull_request"), strict=True):
        told = proposal_of(pull, (), (), ())
        raw = payload["pull_request"]
        assert (told.id, told.head, told.target) == (str(raw["number"]), raw["head"]["sha"], raw["base"]["ref"])
        assert told.opener.id == str(raw["user"]["id"])
        assert told.state == ("merged" if raw["merged"] else raw["state"])
        assert (told.merge_commit is None) == (not raw["merged"])
    assert {proposal_of(pull, (), (), ()).state for pull in found} >= {"open", "closed"}


@pytest.mark.threat("C19")
def test_reviews_submitted_and_dismissed_are_read() -> None:
    """Webhooks write states small, the API writes them large."""
    for payload in payloads("pull_request_review"):
        raw = payload["review"]
        (told,) = reviews_of([read(Review, raw)], [])
        assert (told.id, told.at, told.head) == (str(raw["id"]), raw["submitted_at"], raw["commit_id"])
        assert told.dismissed == (payload["action"] == "dismissed")
        assert told.account.id == str(raw["user"]["id"])
    actions = {payload["action"] for payload in payloads("pull_request_review")}
    assert actions == {"submitted", "dismissed"}


def test_the_sender_of_a_push_is_an_account() -> None:
    for payload in payloads("push"):
        account = read(User, payload["sender"]).account
        assert account.type in ("human", "bot")
        assert account.id.isdigit()
    assert CODERTOCAT in [read(User, payload["sender"]).account for payload in payloads("push")]
