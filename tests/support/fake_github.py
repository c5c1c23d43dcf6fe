"""The fake forge's answers in GitHub's spelling, field names as in its OpenAPI description."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.support.fake_facts import Made, Pull, Push, Seen, User

if TYPE_CHECKING:
    from tests.support.fake_forge import Asked, FakeForge

_STATES = {"approve": "APPROVED", "reject": "CHANGES_REQUESTED", "comment": "COMMENTED"}
_REPO = "/repos/acme/ai-governance"
Reply = tuple[int, Any]


def answer(forge: FakeForge, asked: Asked) -> Reply:
    """(status, JSON) of one request."""
    for method, pattern, respond in _ROUTES:
        found = re.fullmatch(pattern, asked.path)
        if found and method == asked.method:
            return respond(forge, asked, *found.groups())
    return 404, {"message": "Not Found"}


def _pull(forge: FakeForge, asked: Asked, number: str) -> Reply:
    pull = forge.pulls.get(int(number))
    return (200, pull_json(pull)) if pull else (404, {"message": "Not Found"})


def _pulls(forge: FakeForge, asked: Asked) -> Reply:
    wanted = asked.query["head"], asked.query["base"], asked.query["state"]
    found = (pull for pull in forge.pulls.values() if not pull.from_fork)
    shown = [pull_json(pull) for pull in found if (f"acme:{pull.branch}", pull.target, "open") == wanted]
    return 200, [pull for pull in shown if pull["state"] == "open"]


def _open(forge: FakeForge, asked: Asked) -> Reply:
    pull = forge.opened(asked.body["head"], asked.body["base"], asked.body["title"], asked.body["body"])
    return (201, pull_json(pull)) if pull else (422, {"message": "Validation Failed"})


def _reviews(forge: FakeForge, asked: Asked, number: str) -> Reply:
    return 200, [review_json(seen) for seen in forge.pulls[int(number)].reviews]


def _commits(forge: FakeForge, asked: Asked, number: str) -> Reply:
    return 200, [commit_json(made) for made in forge.pulls[int(number)].commits[:250]]


def _compare(forge: FakeForge, asked: Asked, base: str, head: str) -> Reply:
    pull = next(pull for pull in forge.pulls.values() if (pull.base, pull.head) == (base, head))
    size, page = int(asked.query["per_page"]), int(asked.query["page"])
    shown = pull.commits[(page - 1) * size : page * size]
    return 200, {"total_commits": len(pull.commits), "commits": [commit_json(made) for made in shown]}


def _timeline(forge: FakeForge, asked: Asked, number: str) -> Reply:
    pull = forge.pulls[int(number)]
    found: list[dict[str, Any]] = [{"event": "committed", "sha": made.oid} for made in pull.commits]
    for seen in pull.reviews:
        found.append({"event": "reviewed", **review_json(seen)})
        if seen.dismissed_at and seen.told:
            found.append(
                {
                    "event": "review_dismissed",
                    "id": 500_000 + seen.id,
                    "actor": seen.dismissed_by and user_json(seen.dismissed_by),
                    "created_at": seen.dismissed_at,
                    "dismissed_review": {
                        "state": _STATES[seen.decision].lower(),
                        "review_id": seen.id,
                        "dismissal_message": "",
                    },
                }
            )
    forced = [
        {"event": "head_ref_force_pushed", "id": 600_000 + place, "actor": user_json(user)}
        for place, user in enumerate(pull.forced_by)
    ]
    return 200, found + forced


def _pulls_of(forge: FakeForge, asked: Asked, oid: str) -> Reply:
    return 200, [pull_json(forge.pulls[number]) for number in forge.contains.get(oid, [])]


def _activity(forge: FakeForge, asked: Asked) -> Reply:
    pushes = [push for push in forge.pushes if f"refs/heads/{push.branch}" == asked.query.get("ref")]
    return 200, [_push_json(number, push) for number, push in reversed(list(enumerate(pushes)))]


def _comments(forge: FakeForge, asked: Asked, number: str) -> Reply:
    return 200, forge.comments.get(int(number), [])


def _write_comment(forge: FakeForge, asked: Asked, number: str) -> Reply:
    thread = forge.comments.setdefault(int(number), [])
    author = forge.me or User(41898282, "github-actions[bot]", "Bot")
    thread.append({"id": len(thread) + 1, "body": asked.body["body"], "user": user_json(author)})
    return 201, thread[-1]


def _edit_comment(forge: FakeForge, asked: Asked, id_: str) -> Reply:
    found = next(one for thread in forge.comments.values() for one in thread if one["id"] == int(id_))
    found["body"] = asked.body["body"]
    return 200, found


def _status(forge: FakeForge, asked: Asked, oid: str) -> Reply:
    forge.statuses.append({"sha": oid, **asked.body})
    return 201, {"id": len(forge.statuses)}


def _protection(forge: FakeForge, asked: Asked, branch: str) -> Reply:
    if not forge.may_see_protection:
        return 403, {"message": "Resource not accessible by integration"}
    return (200, forge.protection) if forge.protection else (404, {"message": "Branch not protected"})


def _rules(forge: FakeForge, asked: Asked, branch: str) -> Reply:
    return 200, forge.rulesets


def _me(forge: FakeForge, asked: Asked) -> Reply:
    return (200, user_json(forge.me)) if forge.me else (403, {"message": "Resource not accessible by integration"})


_ROUTES: tuple[tuple[str, str, Callable[..., Reply]], ...] = (
    ("GET", rf"{_REPO}/pulls/(\d+)", _pull),
    ("GET", rf"{_REPO}/pulls", _pulls),
    ("POST", rf"{_REPO}/pulls", _open),
    ("GET", rf"{_REPO}/pulls/(\d+)/reviews", _reviews),
    ("GET", rf"{_REPO}/pulls/(\d+)/commits", _commits),
    ("GET", rf"{_REPO}/compare/(\w+)\.\.\.(\w+)", _compare),
    ("GET", rf"{_REPO}/issues/(\d+)/timeline", _timeline),
    ("GET", rf"{_REPO}/commits/(\w+)/pulls", _pulls_of),
    ("GET", rf"{_REPO}/activity", _activity),
    ("GET", rf"{_REPO}/issues/(\d+)/comments", _comments),
    ("POST", rf"{_REPO}/issues/(\d+)/comments", _write_comment),
    ("PATCH", rf"{_REPO}/issues/comments/(\d+)", _edit_comment),
    ("POST", rf"{_REPO}/statuses/(\w+)", _status),
    ("GET", rf"{_REPO}/branches/([^/]+)/protection", _protection),
    ("GET", rf"{_REPO}/rules/branches/([^/]+)", _rules),
    ("GET", r"/user", _me),
)


def user_json(user: User) -> dict[str, Any]:
    """A simple user."""
    return {"id": user.id, "login": user.login, "type": user.type, "site_admin": False}


def pull_json(pull: Pull) -> dict[str, Any]:
    """A pull request; its head repository is another one for a fork."""
    return {
        "number": pull.number,
        "id": 1000 + pull.number,
        "title": pull.title,
        "state": "closed" if pull.merged_at or pull.closed else "open",
        "merged": pull.merged_at is not None,
        "user": user_json(pull.opener),
        "created_at": pull.opened_at,
        "merged_at": pull.merged_at,
        "merged_by": user_json(pull.merger) if pull.merger else None,
        "merge_commit_sha": pull.merge_commit or "f" * 40,  # open ones have a test merge here
        "base": {"ref": pull.target, "sha": pull.base, "repo": {"id": 1}},
        "head": {"ref": pull.branch, "sha": pull.head, "repo": {"id": 2 if pull.from_fork else 1}},
        "commits": len(pull.commits) if pull.count is None else pull.count,
        "html_url": f"https://github.example/acme/ai-governance/pull/{pull.number}",
    }


def review_json(seen: Seen) -> dict[str, Any]:
    """A review, which forgets what it said once it is dismissed."""
    return {
        "id": seen.id,
        "user": user_json(seen.user),
        "state": "DISMISSED" if seen.dismissed_at else _STATES[seen.decision],
        "submitted_at": seen.at,
        "commit_id": seen.head,
        "body": "",
    }


def commit_json(made: Made) -> dict[str, Any]:
    """A commit with the accounts that its addresses map to."""
    return {
        "sha": made.oid,
        "commit": {
            "message": made.message,
            "author": {"name": made.author[0], "email": made.author[1], "date": "2026-01-05T09:00:00Z"},
            "committer": {"name": made.committer[0], "email": made.committer[1], "date": "2026-01-05T09:00:00Z"},
        },
        "author": user_json(made.user) if made.user else None,
        "committer": {},
    }


def _push_json(number: int, push: Push) -> dict[str, Any]:
    return {
        "id": number,
        "before": push.before,
        "after": push.after,
        "ref": f"refs/heads/{push.branch}",
        "timestamp": push.at,
        "activity_type": "push",
        "actor": user_json(push.user) if push.user else None,
    }
