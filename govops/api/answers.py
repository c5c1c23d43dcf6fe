"""From what a component gives to a response."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from flask import Response, current_app, request, url_for

from govops.api.calls import Call
from govops.api.conditions import FORMATS
from govops.api.problems import RequestError
from govops.api.routes import Answer, Kind, Route
from govops.app.governance import Actor, Document, Page, Recorded, Submitted
from govops.outlook import Outlook
from govops.render.outlook.json_v1 import render

JSON = "application/json"
_TOLD = (
    *("id", "title", "state", "branch", "head", "opener", "opened_at", "commit"),
    *("is_new", "is_pushed", "is_recorded"),
)


def answered(answer: Answer, route: Route, call: Call, *, at: str | None = None) -> Response:
    """The response to a call of a route. RequestError 409 if the index is at another commit than ``at``."""
    if isinstance(answer, Page | Document):
        return _read(answer, at)
    if isinstance(answer, Submitted):
        return _proposal(answer, route, call.actor)
    if isinstance(answer, Recorded):
        return written(dataclasses.asdict(answer), 201)
    return Response(answer, mimetype=FORMATS[call.format])


def written(body: Mapping[str, Any], status: int = 200) -> Response:
    """An object as JSON."""
    return Response(json.dumps(body, ensure_ascii=False, allow_nan=False) + "\n", status, mimetype=JSON)


def _read(answer: Page | Document, at: str | None) -> Response:
    if at is not None and at != answer.index_commit:
        raise RequestError(
            "the index is at another commit by now", status=409, hint=f"it is at {answer.index_commit}; read again"
        )
    if isinstance(answer, Page):
        where = {"index_commit": answer.index_commit, "lag": answer.lag, "next": answer.next}
        response = written({"items": answer.items, **where})
    else:
        response = written(answer.body)
        _tag(response, answer.etag)
    response.headers["X-Index-Commit"] = answer.index_commit
    response.headers["X-Index-Lag"] = str(answer.lag)
    return response


def _proposal(answer: Submitted, route: Route, actor: Actor) -> Response:
    here = _here(answer.id)
    told = {name: getattr(answer, name) for name in _TOLD}
    whole = {**told, "link": answer.url or here, **_verdict(answer.outlook)}
    if route.kind is Kind.PROPOSAL:
        whole["outlook"] = json.loads(render(answer.outlook)) if answer.outlook is not None else None
    response = written(whole, _status(answer, route, actor))
    _tag(response, answer.head)
    if route.is_write and here:
        response.headers["Location"] = here
    return response


def _here(id: str) -> str:
    """Where the proposal is shown, empty in an application that has no such route."""
    name = f"{request.blueprint}.get_approval"
    return url_for(name, id=id) if name in current_app.view_functions else ""


def _verdict(outlook: Outlook | None) -> dict[str, Any]:
    if outlook is None:
        return {"verdict": None, "needs": []}
    return {"verdict": str(outlook.status), "needs": [dataclasses.asdict(missing) for missing in outlook.missing]}


def _status(answer: Submitted, route: Route, actor: Actor) -> int:
    """202 for what waits for somebody, 201 for what was asked for and landed at once, 200 for what is looked at.

    So is what was decided; but a decision about something on which no proposal was open makes one, of its caller.
    """
    if route.kind is Kind.PROPOSAL or (route.kind is Kind.DECISION and answer.opener != actor.name):
        return 200
    return 202 if answer.state == "open" else 200 if route.kind is Kind.DECISION else 201


def _tag(response: Response, tag: str) -> None:
    if tag:
        response.set_etag(tag)
