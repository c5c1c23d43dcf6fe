"""Every route in the name of every role: who may is what the roles' files say, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from govops.api.routes import Route
from govops.api.table import ROUTES
from tests.api.test_routes import BODIES, VERSION
from tests.support.api_server import PREFIX, Company
from tests.support.lowest import ROOT

ROLES = {
    "operator": "priya",
    "analyst": "jonas",
    "approver": "rafael",
    "admin": "henrik",
    "auditor": "claire",
    "operator of a bot": "bot",
}
NOTHING_SEEN = {"If-Match": f'"{"0" * 40}"'}
PLACES = {
    "model": "fraud-screen",
    "name": "fraud-referral",
    "user": "maya-okonkwo",
    "role": "analyst",
    "permission": "model:approve",
    "incident": "nothing-broke",
    "sla": "letters-intake-availability",
    "violation": "letters-intake-availability/aa3cac9dbbd6934f",
    "id": "0123456789abcdef",
}
THERE_ALREADY: dict[str, dict[str, Any]] = {
    "register_model": {"name": "fraud-screen", "version": {**VERSION, "version": "2.2.0"}},
    "create_use_case": {"name": "fraud-referral"},
    "create_user": {"name": "maya-okonkwo"},
    "create_agreement": {"name": "letters-intake-availability"},
    "request_approval": {"files": [{"path": "registry/README.md", "content": "x", "blob": "0" * 40}]},
    "report_incident": {"resource": "Model/no-such-model"},
}


@pytest.fixture(scope="module")
def clients(founded: Company) -> dict[str, FlaskClient]:
    """Somebody of each role, and those who have none."""
    app = founded.app()
    return {person: founded.client(app, person) for person in (*ROLES.values(), "tom", "stranger")}


@pytest.mark.threat("I01")
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_lets_in_exactly_those_whose_role_has_its_permission(
    route: Route, clients: dict[str, FlaskClient], founded: Company
) -> None:
    """Those who may get as far as what they ask for, which stands otherwise or already; others get 403 and a reason."""
    for role, person in ROLES.items():
        answer = _ask(clients[person], route)
        allowed = _may(role.split(" ", maxsplit=1)[0], route)
        assert (answer.status_code != 403) is allowed, (role, answer.status_code, answer.text)
        assert answer.status_code not in {401, 500, 503}, (role, answer.text)
        if allowed and route.is_write:
            assert answer.status_code in {404, 409, 412, 422}, (role, answer.text)
        if not allowed:
            assert answer.json is not None
            assert route.permission in answer.json["detail"]


@pytest.mark.threat("I01")
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_who_has_left_and_whom_nobody_knows_are_not_let_in(
    route: Route, clients: dict[str, FlaskClient], founded: Company
) -> None:
    """A token is not enough: the User of its account has to stand in the registry, and to be active."""
    for person in ("tom", "stranger"):
        assert _ask(clients[person], route).status_code == 403


@pytest.mark.threat("I19")
def test_whoever_was_let_in_or_not_stands_in_the_log(own: Company) -> None:
    """A decision and a result, under the id of the request that the caller knows."""
    app = own.app()
    route = next(route for route in ROUTES if route.name == "deploy_version")
    answers = [_ask(own.client(app, person), route) for person in ("jonas", "priya")]
    assert [answer.status_code for answer in answers] == [403, 412]
    claire = own.client(app, "claire")
    for answer, allowed in zip(answers, (False, True), strict=True):
        name = answer.headers["X-Request-Id"]
        log = claire.get(f"{PREFIX}/audit-log", query_string={"request": name}).json
        assert log is not None
        result, decision = log["items"]
        assert (decision["event"], decision["permission"], decision["allowed"]) == ("decision", "model:deploy", allowed)
        assert (result["event"], result["status"]) == ("result", answer.status_code)
        assert result["action"] == "POST /models/{model}/{version}/deploy"


def _may(role: str, route: Route) -> bool:
    """By the role's file, read by another reader than ours."""
    if route.name in {"approve", "reject"} or not route.permission:
        return True
    text = (ROOT / f"registry/roles/{role}.yaml").read_text(encoding="utf-8")
    permissions = yaml.safe_load(text)["spec"]["permissions"]  # noqa: TID251 -- a second opinion on our own files
    return "*" in permissions or route.permission in permissions


def _ask(client: FlaskClient, route: Route) -> TestResponse:
    """What would be done if anything of it were as the caller believes."""
    path = route.path.replace("<path:", "<")
    for name, value in {**PLACES, "version": "2.2.0"}.items():
        path = path.replace(f"<{name}>", value)
    headers = {
        **(NOTHING_SEEN if route.takes_condition else {}),
        **({"Idempotency-Key": route.name} if route.needs_key else {}),
    }
    body: Any = {"json": {**BODIES[route.name], **THERE_ALREADY.get(route.name, {})}} if route.body is not None else {}
    return client.open(PREFIX + path, method=route.method, headers=headers, **body)
