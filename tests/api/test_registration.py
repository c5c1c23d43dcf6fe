"""The API in somebody else's application: one call, and nothing of theirs is another."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask, abort

from govops.api import register_governance_api
from govops.api.registration import PUBLIC
from govops.api.table import ROUTES
from govops.app.facades import ModelRegistry
from govops.app.governance import Site
from govops.errors import UsageError
from tests.support.fake_registries import KEY, LIKE, Registry, Served, served


def test_one_call_adds_every_route_of_the_components_that_are_given() -> None:
    assert _paths(served()) == {(route.method, f"/api/governance{route.path}") for route in ROUTES}


@pytest.mark.parametrize("component", LIKE)
def test_a_component_that_is_left_out_has_no_routes(component: str) -> None:
    others = tuple(name for name in LIKE if name != component)
    made = served(*others)
    missing = [route for route in ROUTES if route.component == component]
    assert missing
    assert not _paths(made) & {(route.method, f"/api/governance{route.path}") for route in missing}
    assert _paths(made)


def test_without_access_control_a_proposal_has_no_address_here() -> None:
    """There is nothing to link to, and nothing breaks."""
    made = served("model_registry")
    answer = made.client().post("/api/governance/models/register", json={"name": "a", "model": MODEL}, headers=KEY)
    assert answer.status_code == 202
    assert answer.json is not None
    assert answer.json["link"] == ""
    assert "Location" not in answer.headers


def test_a_component_can_be_anything_that_has_the_methods() -> None:
    class Mine:
        """Somebody's own registry."""

        def list(self, query: object) -> object:
            return made["model_registry"].list(query)

    made = served()
    app = Flask(__name__)
    register_governance_api(app, doors=made.doors(), model_registry=Mine())
    answer = app.test_client().get("/api/governance/models", headers={"Authorization": "Bearer ann"})
    assert answer.status_code == 200
    assert made["model_registry"].asked[0][0] == "list"


def test_routes_handlers_and_configuration_of_the_application_stay_as_they_were() -> None:
    """What the application answers outside of the prefix is its own, faults included."""
    app, without = _of_somebody(), _of_somebody()
    register_governance_api(app, doors=served().doors(), model_registry=Registry(LIKE["model_registry"]))
    assert app.config == without.config
    assert app.error_handler_spec[None].keys() == without.error_handler_spec[None].keys()
    assert (app.before_request_funcs.get(None), app.after_request_funcs.get(None)) == (None, None)
    for path in ("/", "/missing", "/gone", "/broken", "/api/other", "/api/governancex"):
        assert _told(app, path) == _told(without, path)


def test_what_goes_wrong_in_the_api_never_reaches_the_applications_handlers() -> None:
    """An application with handlers of its own for everything still has problems as problems here."""
    made = served()
    app = _of_somebody()
    registries = {"model_registry": made["model_registry"]}
    made["model_registry"].say["list"] = lambda: 1 // 0
    register_governance_api(app, doors=made.doors(), model_registry=registries["model_registry"])
    client = app.test_client()
    signed = {"Authorization": "Bearer ann"}
    statuses = {
        path: client.open(f"/api/governance{path}", method=method, headers=headers)
        for method, path, headers in (
            ("GET", "/models", signed),
            ("GET", "/nowhere", signed),
            ("GET", "/models/a", {}),
            ("PUT", "/models/a/versions", signed),
        )
    }
    assert [answer.status_code for answer in statuses.values()] == [500, 404, 401, 405]
    assert {answer.mimetype for answer in statuses.values()} == {"application/problem+json"}


def test_without_doors_there_has_to_be_a_site() -> None:
    """Nobody comes in by accident: the call of the README has the doors of its components' repository."""
    with pytest.raises(UsageError, match="who may come in"):
        register_governance_api(Flask(__name__), model_registry=Registry(LIKE["model_registry"]))
    app = Flask(__name__)
    register_governance_api(app, model_registry=ModelRegistry(Site(Path("nowhere"))))
    assert app.test_client().get("/api/governance/models").status_code == 401


def test_two_repositories_can_live_in_one_application() -> None:
    app = Flask(__name__)
    first, second = served(), served()
    for made, name in ((first, "one"), (second, "two")):
        registry = made["model_registry"]
        register_governance_api(app, doors=made.doors(), model_registry=registry, url_prefix=f"/{name}", name=name)
    client = app.test_client()
    assert client.get("/two/models", headers={"Authorization": "Bearer ann"}).status_code == 200
    assert (first["model_registry"].asked, len(second["model_registry"].asked)) == ([], 1)
    paths = client.get("/two/openapi.json").json
    assert paths is not None
    assert {path.split("/")[1] for path in paths["paths"]} == {"two"}


def _of_somebody() -> Flask:
    """An application with a page, a fault, and its own words for both."""
    app = Flask(__name__)
    app.add_url_rule("/", "home", lambda: "home")
    app.add_url_rule("/gone", "gone", lambda: abort(410))
    app.add_url_rule("/broken", "broken", lambda: str(1 // 0))
    app.register_error_handler(404, lambda error: ("my own 404", 404))
    app.register_error_handler(405, lambda error: ("my own 405", 405))
    app.register_error_handler(Exception, lambda error: ("my own fault", 500))
    return app


def _told(app: Flask, path: str) -> tuple[int, str]:
    answer = app.test_client().get(path)
    return answer.status_code, answer.text


def _paths(made: Served) -> set[tuple[str, str]]:
    return set(_rules(made))


def _rules(made: Served) -> Iterator[tuple[str, str]]:
    for rule in made.app.url_map.iter_rules():
        if rule.endpoint.startswith("governance_api.") and not rule.endpoint.endswith(".unknown"):
            for method in (rule.methods or set()) - {"HEAD"}:
                if rule.rule.removeprefix("/api/governance") not in PUBLIC:
                    yield method, rule.rule


MODEL = {
    "title": "A",
    "purpose": "Shows",
    "owner": "ann",
    "risk_tier": "low",
    "intended_use": "Tests",
    "out_of_scope_use": ["Others"],
}
