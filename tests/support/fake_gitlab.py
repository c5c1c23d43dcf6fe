"""The fake forge's answers in GitLab's spelling, field names as in its REST API's documentation."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.support.fake_facts import Made, Pull, Push, User

if TYPE_CHECKING:
    from tests.support.fake_forge import Asked, FakeForge

_PROJECT = "/api/v4/projects/acme%2Fai-governance"
Reply = tuple[int, Any]


def answer(forge: FakeForge, asked: Asked) -> Reply:
    """(status, JSON) of one request."""
    for method, pattern, respond in _ROUTES:
        found = re.fullmatch(pattern, asked.path)
        if found and method == asked.method:
            return respond(forge, asked, *found.groups())
    return 404, {"message": "404 Not Found"}


def _request(forge: FakeForge, asked: Asked, number: str) -> Reply:
    pull = forge.pulls.get(int(number))
    return (200, request_json(pull)) if pull else (404, {"message": "404 Not found"})


def _requests(forge: FakeForge, asked: Asked) -> Reply:
    wanted = asked.query["source_branch"], asked.query["target_branch"], asked.query["state"]
    shown = [request_json(pull) for pull in forge.pulls.values()]
    return 200, [one for one in shown if (one["source_branch"], one["target_branch"], one["state"]) == wanted]


def _open(forge: FakeForge, asked: Asked) -> Reply:
    ends = asked.body["source_branch"], asked.body["target_branch"]
    pull = forge.opened(*ends, asked.body["title"], asked.body["description"])
    return (201, request_json(pull)) if pull else (409, {"message": "Another open merge request already exists"})


def _commits(forge: FakeForge, asked: Asked, number: str) -> Reply:
    return 200, [commit_json(made) for made in forge.pulls[int(number)].commits]


def _versions(forge: FakeForge, asked: Asked, number: str) -> Reply:
    versions = list(enumerate(forge.pulls[int(number)].versions))
    return 200, [{"id": n, "head_commit_sha": head, "created_at": at} for n, (head, at) in reversed(versions)]


def _approvals(forge: FakeForge, asked: Asked, number: str) -> Reply:
    seen = [one for one in forge.pulls[int(number)].reviews if one.decision == "approve" and not one.dismissed_at]
    latest = {one.user.id: one for one in seen}.values()
    return 200, {"approved_by": [{"user": user_json(one.user), "approved_at": one.at} for one in latest]}


def _notes(forge: FakeForge, asked: Asked, number: str) -> Reply:
    found = list(forge.comments.get(int(number), []))
    said = {"approve": "approved this merge request", "reject": "requested changes"}
    for seen in forge.pulls[int(number)].reviews:
        if seen.decision in said:
            found.append(_note(100 + seen.id, seen.user, said[seen.decision], seen.at))
        if seen.dismissed_at and seen.told:
            found.append(_note(500 + seen.id, seen.user, "unapproved this merge request", seen.dismissed_at))
    return 200, found


def _note(id_: int, user: User, body: str, at: str) -> dict[str, Any]:
    return {"id": id_, "body": body, "system": True, "author": user_json(user), "created_at": at}


def _requests_of(forge: FakeForge, asked: Asked, oid: str) -> Reply:
    return 200, [request_json(forge.pulls[number]) for number in forge.contains.get(oid, [])]


def _events(forge: FakeForge, asked: Asked) -> Reply:
    return 200, [_push_json(number, push) for number, push in reversed(list(enumerate(forge.pushes)))]


def _user(forge: FakeForge, asked: Asked, id_: str) -> Reply:
    user = forge.people.get(int(id_))
    return (200, {**user_json(user), "bot": user.type == "Bot"}) if user else (404, {"message": "404 Not found"})


def _write_note(forge: FakeForge, asked: Asked, number: str) -> Reply:
    thread = forge.comments.setdefault(int(number), [])
    note = {
        "id": len(thread) + 1,
        "body": asked.body["body"],
        "system": False,
        "created_at": "2026-01-05T09:00:00.000Z",
    }
    thread.append({**note, "author": user_json(forge.me or User(1, "nobody"))})
    return 201, thread[-1]


def _edit_note(forge: FakeForge, asked: Asked, number: str, id_: str) -> Reply:
    found = next(one for one in forge.comments[int(number)] if one["id"] == int(id_))
    found["body"] = asked.body["body"]
    return 200, found


def _status(forge: FakeForge, asked: Asked, oid: str) -> Reply:
    if any((one["sha"], one["state"]) == (oid, asked.body["state"]) for one in forge.statuses):
        return 400, {"message": "Cannot transition status via :enqueue from :pending"}
    forge.statuses.append({"sha": oid, **asked.body})
    return 201, {"id": len(forge.statuses)}


def _protected(forge: FakeForge, asked: Asked) -> Reply:
    return (200, forge.rulesets) if forge.may_see_protection else (403, {"message": "403 Forbidden"})


def _approval_settings(forge: FakeForge, asked: Asked) -> Reply:
    found = (forge.protection or {}).get("settings")
    return (200, found) if found else (404, {"message": "404 Not Found"})


def _approval_rules(forge: FakeForge, asked: Asked) -> Reply:
    found = (forge.protection or {}).get("rules")
    return (200, found) if found else (404, {"message": "404 Not Found"})


def _me(forge: FakeForge, asked: Asked) -> Reply:
    return (200, user_json(forge.me)) if forge.me else (401, {"message": "401 Unauthorized"})


_ROUTES: tuple[tuple[str, str, Callable[..., Reply]], ...] = (
    ("GET", rf"{_PROJECT}/merge_requests/(\d+)", _request),
    ("GET", rf"{_PROJECT}/merge_requests", _requests),
    ("POST", rf"{_PROJECT}/merge_requests", _open),
    ("GET", rf"{_PROJECT}/merge_requests/(\d+)/commits", _commits),
    ("GET", rf"{_PROJECT}/merge_requests/(\d+)/versions", _versions),
    ("GET", rf"{_PROJECT}/merge_requests/(\d+)/approvals", _approvals),
    ("GET", rf"{_PROJECT}/merge_requests/(\d+)/notes", _notes),
    ("POST", rf"{_PROJECT}/merge_requests/(\d+)/notes", _write_note),
    ("PUT", rf"{_PROJECT}/merge_requests/(\d+)/notes/(\d+)", _edit_note),
    ("GET", rf"{_PROJECT}/repository/commits/(\w+)/merge_requests", _requests_of),
    ("GET", rf"{_PROJECT}/events", _events),
    ("POST", rf"{_PROJECT}/statuses/(\w+)", _status),
    ("GET", rf"{_PROJECT}/protected_branches", _protected),
    ("GET", rf"{_PROJECT}/approvals", _approval_settings),
    ("GET", rf"{_PROJECT}/approval_rules", _approval_rules),
    ("GET", r"/api/v4/users/(\d+)", _user),
    ("GET", r"/api/v4/user", _me),
)


def user_json(user: User) -> dict[str, Any]:
    """A basic user, which does not say whether it is a bot."""
    return {"id": user.id, "username": user.login, "name": user.login.title(), "state": "active"}


def request_json(pull: Pull) -> dict[str, Any]:
    """A merge request; which of the three ids landed depends on the method."""
    state = "merged" if pull.merged_at else "closed" if pull.closed else "opened"
    return {
        "id": 1000 + pull.number,
        "iid": pull.number,
        "title": pull.title,
        "state": state,
        "author": user_json(pull.opener),
        "created_at": pull.opened_at,
        "merged_at": pull.merged_at,
        "merge_user": user_json(pull.merger) if pull.merger else None,
        "source_branch": pull.branch,
        "target_branch": pull.target,
        "source_project_id": 2 if pull.from_fork else 1,
        "target_project_id": 1,
        "sha": pull.head,
        "merge_commit_sha": pull.merge_commit if pull.method == "merge" else None,
        "squash_commit_sha": pull.merge_commit if pull.method == "squash" else None,
        "web_url": f"https://gitlab.example/acme/ai-governance/-/merge_requests/{pull.number}",
    }


def commit_json(made: Made) -> dict[str, Any]:
    """A commit with the names in its headers."""
    return {
        "id": made.oid,
        "message": made.message,
        "author_name": made.author[0],
        "author_email": made.author[1],
        "committer_name": made.committer[0],
        "committer_email": made.committer[1],
    }


def _push_json(number: int, push: Push) -> dict[str, Any]:
    return {
        "id": number,
        "action_name": "pushed to",
        "author": user_json(push.user) if push.user else None,
        "created_at": push.at,
        "push_data": {"ref_type": "branch", "ref": push.branch, "commit_from": push.before, "commit_to": push.after},
    }
