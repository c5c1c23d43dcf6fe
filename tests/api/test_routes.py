"""What every route has in common: who may come in, methods, hosts, and what is recorded."""

from __future__ import annotations

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from govops.api.registration import PUBLIC
from govops.api.routes import Route
from govops.api.table import ROUTES
from tests.support.fake_registries import KEY, SEEN, served

PREFIX = "/api/governance"
EACH = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
ASKED = """
POST models/register; GET models; GET models/<id>/versions; GET models/<id>/versions/<v>;
POST models/<id>/<v>/approve | reject | deploy | rollback | metrics; GET models/<id>/<v>/history;
POST usecases; GET usecases; GET usecases/<id>; POST usecases/<id>/submit | approve | deploy | deprecate | metrics;
POST users; GET users/<id>; GET | POST users/<id>/roles; DELETE users/<id>/roles/<role>;
GET permissions/<user>/<permission>; POST approvals; GET approvals; GET approvals/<id>;
POST approvals/<id>/approve | reject; POST incidents; GET incidents; GET incidents/<id>; POST incidents/<id>/resolve;
GET audit-log; GET compliance-report; POST slas; GET slas/<id>/status; POST slas/<id>/measurements;
GET slas/violations; POST slas/violations/<id>/acknowledge; GET health; GET openapi.json
"""


def test_every_route_that_was_promised_is_there() -> None:
    """The promise is written as people wrote it, so that nothing is made of the table that it checks."""
    there = {(route.method, _without_names(route.path)) for route in ROUTES} | {("GET", path) for path in PUBLIC}
    assert _promised() - there == set()


@pytest.mark.threat("I01")
@EACH
def test_nobody_comes_in_without_a_token(route: Route) -> None:
    """The component is not asked, whatever else the request holds."""
    made = served()
    for header in (None, "", "Bearer", "Bearer ", "Basic YW5uOmFubg==", "Bearer 0 0", "ann"):
        headers = {**KEY, **SEEN, **({"Authorization": header} if header is not None else {})}
        answer = made.app.test_client().open(_url(route), method=route.method, json={}, headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="govops"'
        assert answer.mimetype == "application/problem+json"
    assert [registry.asked for registry in made.registries.values()] == [[]] * 5
    assert made.outcomes == []


@pytest.mark.threat("I01")
def test_only_three_pages_are_public_and_no_rule_is_beside_the_table() -> None:
    """Every rule of the application is of the table, public, or the one that says that there is nothing."""
    made = served()
    known = {f"governance_api.{route.name}" for route in ROUTES} | {"governance_api.unknown", "static"}
    others = {rule.rule for rule in made.app.url_map.iter_rules() if rule.endpoint not in known}
    assert others == {f"{PREFIX}{path}" for path in PUBLIC}
    for path in PUBLIC:
        assert made.app.test_client().get(f"{PREFIX}{path}").status_code == 200


@EACH
def test_every_route_asks_its_component_once_with_what_its_method_takes(route: Route) -> None:
    """The component that the table names, in the name of whoever sent the token."""
    made = served()
    answer = ask(made.client("ben"), route)
    assert answer.status_code in {200, 201, 202}, answer.text
    ((_, arguments),) = made[route.component].asked
    assert [registry.asked for name, registry in made.registries.items() if name != route.component] == [[]] * 4
    if "actor" in arguments:
        assert arguments["actor"].name == "ben"
    assert route.is_write <= ("actor" in arguments)


@pytest.mark.threat("I02")
@EACH
def test_who_somebody_is_never_comes_from_what_they_send(route: Route) -> None:
    """Fields, parameters and headers that name somebody else are refused or mean nothing."""
    made = served()
    body = {**BODIES.get(route.name, {}), "actor": "zoe", "author": "zoe"}
    if route.body is not None:
        assert ask(made.client("ben"), route, json=body).status_code == 422
    assert ask(made.client("ben"), route, query_string={"actor": "zoe", "author": "zoe"}).status_code == 400
    headers = {"X-Forwarded-User": "zoe", "X-Remote-User": "zoe", "From": "zoe", "Cookie": "user=zoe"}
    assert ask(made.client("ben"), route, headers=headers).status_code < 300
    (asked,) = made[route.component].asked
    assert "zoe" not in str(asked)


@pytest.mark.threat("I11")
@EACH
def test_no_header_changes_the_method(route: Route) -> None:
    made = served()
    url, names = _url(route), ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
    headers = dict.fromkeys(names, route.method)
    answer = made.client().open(url, method="PATCH", headers=headers, query_string={"_method": route.method}, json={})
    assert answer.status_code == 405
    assert route.method in answer.headers["Allow"].split(", ")
    assert [registry.asked for registry in made.registries.values()] == [[]] * 5


@pytest.mark.threat("I10", "I11")
@EACH
def test_no_other_site_may_ask(route: Route) -> None:
    """No answer allows another origin, a preflight least of all, and no form is a body."""
    made = served()
    origin = {"Origin": "https://evil.example", "Access-Control-Request-Method": route.method}
    answer = made.app.test_client().open(_url(route), method="OPTIONS", headers=origin)
    assert answer.status_code == 405
    answers = [answer, ask(made.client(), route, headers=origin)]
    assert [
        name for one in answers for name, _ in one.headers if name.startswith(("Access-Control", "Set-Cookie"))
    ] == []
    if route.body is not None:
        form = made.client().open(_url(route), method=route.method, headers={**KEY, **SEEN}, data={"name": "a"})
        assert form.status_code == 415


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "GET"], ids=lambda route: route.name)
def test_head_is_get_without_a_body(route: Route) -> None:
    made = served()
    got, head = (made.client().open(_url(route), method=method) for method in ("GET", "HEAD"))
    assert (head.status_code, head.data) == (200, b"")
    changing = ("X-Request-Id",)
    assert [item for item in head.headers if item[0] not in changing] == [
        item for item in got.headers if item[0] not in changing
    ]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/nothing", 404),
        ("POST", "/models/a/1.0/explode", 404),
        ("GET", "/models/", 404),
        ("DELETE", "/models", 405),
        ("POST", "/health", 405),
        ("PUT", "/openapi.json", 405),
        ("GET", "/slas/violations/a/b/acknowledge", 405),
    ],
)
def test_what_is_not_there_says_so(method: str, path: str, status: int) -> None:
    answer = served().client().open(f"{PREFIX}{path}", method=method)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


@pytest.mark.threat("I19")
@pytest.mark.parametrize("route", [route for route in ROUTES if route.is_write], ids=lambda route: route.name)
def test_every_change_that_is_asked_for_is_recorded_with_who_what_and_the_result(route: Route) -> None:
    """Done or refused, before the answer is sent."""
    made = served()
    done = ask(made.client("ben"), route)
    refused = ask(made.client("ben"), route, query_string={"x": "1"})
    (actor, first), (_, second) = made.outcomes
    assert actor.name == "ben"
    assert (first.route, first.status, first.request) == (route, done.status_code, done.headers["X-Request-Id"])
    assert second.request == refused.headers["X-Request-Id"]
    assert (second.status, second.reason) == (400, "there is no parameter `x`")
    assert (first.commit == "2e" * 20) is (done.json is not None and "head" in done.json)
    assert first.key == KEY["Idempotency-Key"]


def test_what_is_read_is_not_recorded_here() -> None:
    made = served()
    ask(made.client(), next(route for route in ROUTES if route.name == "list_models"))
    assert made.outcomes == []


def ask(client: FlaskClient, route: Route, headers: dict[str, str] | None = None, **how: Any) -> TestResponse:
    """A request that the route takes, unless ``how`` says otherwise."""
    body = {"json": BODIES[route.name]} if route.body is not None else {}
    told = {**KEY, **SEEN, **(headers or {})} if route.is_write else headers
    return client.open(_url(route), method=route.method, **{**body, **how}, headers=told)


def _url(route: Route) -> str:
    values = {"permission": "model:approve", "version": "1.0", "violation": "a/b"}
    return PREFIX + re.sub(r"<(?:path:)?(\w+)>", lambda place: values.get(place[1], "a"), route.path)


def _without_names(path: str) -> str:
    return re.sub(r"<[^>]*>", "<>", path)


def _promised() -> set[tuple[str, str]]:
    found: set[tuple[str, str]] = set()
    for promise in " ".join(ASKED.split()).split("; "):
        methods, _, path = re.sub(r"(?<=[A-Z]) \| (?=[A-Z])", "|", promise).partition(" ")
        first, *others = path.split(" | ")
        steps = [first, *(f"{first.rpartition('/')[0]}/{other}" for other in others)]
        found |= {(method, _without_names(f"/{step}")) for method in methods.split("|") for step in steps}
    return found


VERSION = {
    "version": "1.0",
    "description": "The first",
    "source": {"repository": "https://git.example.org/a", "commit": "4e3dbd1124d6"},
    "training_data": {"digest": f"sha256:{'0' * 64}", "description": "Rows"},
    "artifact": {"uri": "s3://a/1", "digest": f"sha256:{'0' * 64}", "size_bytes": 1},
}
BODIES: dict[str, dict[str, Any]] = {
    "register_model": {"name": "a", "version": VERSION},
    "deploy_version": {"environment": "staging", "deployment_id": "a-1"},
    "roll_back_version": {"reason": "It is slow"},
    "measure_version": {"metrics": {"accuracy": 0.9}},
    "deprecate_version": {"reason": "Nobody uses it"},
    "create_use_case": {"name": "a", "title": "A", "description": "Does", "owner": "ann", "impact": "low"},
    "deprecate_use_case": {"reason": "Nobody uses it"},
    "measure_use_case": {"metrics": {"letters": 3}},
    "create_user": {
        "name": "noor",
        "display_name": "Noor",
        "type": "human",
        "emails": ["noor@example.org"],
        "accounts": [{"forge": "local", "id": "u-7", "login": "noor"}],
    },
    "assign_role": {"role": "analyst"},
    "request_approval": {"title": "A", "files": [{"path": "policies/README.md", "content": "x"}]},
    "report_incident": {"severity": "error", "title": "It broke", "resource": "Model/a"},
    "resolve_incident": {"notes": "Mended"},
    "create_agreement": {
        "name": "a",
        "resource": "Model/a",
        "objectives": [{"metric": "availability_percent", "target": 99}],
        "window": {"kind": "rolling", "days": 30},
        "at_risk": 80,
        "source": {"type": "file", "files": ["measurements/a.csv"]},
    },
    "add_measurements": {"measurements": [{"latency_ms": 3, "ok": True}]},
    "acknowledge_violation": {"notes": "Seen"},
    "approve_version": {},
    "reject_version": {},
    "submit_use_case": {},
    "approve_use_case": {},
    "deploy_use_case": {},
    "approve": {},
    "reject": {},
}
