"""From a request to a response: the order in which everything is looked at, the same for every route."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Any

from flask import Response, g, request

from govops.api.answers import answered
from govops.api.bodies import read_body
from govops.api.calls import Call
from govops.api.conditions import condition, key, read_query, representation, seen
from govops.api.doors import Doors, Kept, Outcome
from govops.api.kept import KeptAnswers
from govops.api.problems import status_of
from govops.api.routes import Route
from govops.app.governance import Actor, Document, Page, Submitted
from govops.errors import GovopsError

_KEPT = ("Content-Type", "ETag", "Location")  # headers of an answer that are kept with it


def endpoint(route: Route, component: Any, doors: Doors, kept: KeptAnswers) -> Callable[..., Response]:
    """The view function of a route: first who asks, then what, then the component."""

    def serve(**path: str) -> Response:
        known = doors.authenticate(request.headers.get("Authorization"), request=g.govops_request)
        actor = replace(known, request=g.govops_request)
        with doors.admit(actor.account.address):
            if not route.is_write:
                call = _call(route, actor, path, doors)
                return _read(route, component, call, doors, kept)
            return _recorded(route, component, doors, actor, path)

    serve.__name__, serve.__doc__ = route.name, f"{route.summary}\n\n{route.description}"
    return serve


def _read(route: Route, component: Any, call: Call, doors: Doors, kept: KeptAnswers) -> Response:
    """The answer that was given before, if nothing has moved since; else that of the component."""
    state = doors.state() if route.is_indexed else None
    asked = (request.path, request.query_string)
    before = kept.find(asked, state) if state is not None else None
    if before is not None:
        return before
    answer = route.view(component, call)
    response = answered(answer, route, call, at=request.args.get("at"))
    if state is not None and isinstance(answer, Page | Document) and not answer.lag and doors.state() == state:
        kept.keep(asked, state, response)
    return response


def _call(route: Route, actor: Actor, path: dict[str, str], doors: Doors) -> Call:
    """RequestError for whatever does not fit; nothing was done by then."""
    wanted, query = representation(request, route), read_query(request, route)
    named = {name: seen(value, name) for name, value in path.items()}
    match = condition(request) if route.takes_condition else None
    once = key(request, route) if route.is_write else None
    body = read_body(request, route.body, largest=doors.largest) if route.body else None
    return Call(actor, named, body, query, match, once, wanted)


def _recorded(route: Route, component: Any, doors: Doors, actor: Actor, path: dict[str, str]) -> Response:
    """The response of a write, recorded before it is sent, whichever it is."""
    asked = Outcome(g.govops_request, route, request.path, key=request.headers.get("Idempotency-Key", ""))
    try:
        call = _call(route, actor, path, doors)
        if call.key is not None and doors.once is not None:
            return _once(route, component, doors.once(actor, call.key, _digest(call)), call, asked)
        response, outcome = _written(route, component, call, asked)
    except GovopsError as error:
        doors.record(actor, replace(asked, status=status_of(error), reason=error.message))
        raise
    doors.record(actor, outcome)
    return response


def _once(route: Route, component: Any, attempt: AbstractContextManager[Kept], call: Call, asked: Outcome) -> Response:
    with attempt as once:
        if once.answer is None:
            response, outcome = _written(route, component, call, asked)
            headers = {name: response.headers[name] for name in _KEPT if name in response.headers}
            kept = {"status": response.status_code, "headers": headers, "body": response.get_data(as_text=True)}
            once.keep(kept, outcome)
            return response
        return Response(once.answer["body"], once.answer["status"], once.answer["headers"])


def _written(route: Route, component: Any, call: Call, asked: Outcome) -> tuple[Response, Outcome]:
    answer = route.view(component, call)
    response = answered(answer, route, call)
    commit = (answer.commit or answer.head) if isinstance(answer, Submitted) else ""
    return response, replace(asked, status=response.status_code, commit=commit)


def _digest(call: Call) -> str:
    """Of everything that was asked, whatever the order of its names and its white space."""
    body = call.body.model_dump(mode="json") if call.body is not None else None
    asked = [request.method, request.path, body, call.if_match]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode("ascii")).hexdigest()
