"""What the description says is what is served: generated requests find no difference, one by one and in sequences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from pydantic import BaseModel
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from govops.api.registration import PUBLIC
from govops.api.routes import Route
from govops.api.table import ROUTES
from tests.support.api_server import PREFIX, Company, token
from tests.support.fake_registries import served

ADDRESS = f"{PREFIX}/openapi.json"
QUIET: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "derandomize": True,
    "suppress_health_check": list(HealthCheck),
    "phases": [Phase.explicit, Phase.generate],
}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    """As the API over fakes gives it."""
    whole = served().client(None).get(ADDRESS).json
    assert whole is not None
    return dict(whole)


@pytest.fixture(scope="module")
def schema() -> Any:
    """The same, as requests are generated from it."""
    return schemathesis.openapi.from_wsgi(ADDRESS, served().app)


def test_the_description_is_openapi_3_1(description: dict[str, Any]) -> None:
    """By the schema that the standard publishes."""
    assert description["openapi"] == "3.1.0"
    OPENAPI_31_VALIDATOR.validate(description)


@pytest.mark.threat("I18")
def test_every_route_is_described_and_nothing_else(description: dict[str, Any]) -> None:
    described = {
        (method.upper(), path.removeprefix(PREFIX))
        for path, methods in description["paths"].items()
        for method in methods
    }
    assert described == {(route.method, route.template) for route in ROUTES} | {("GET", PUBLIC[0])}


@pytest.mark.threat("I18")
@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.name)
def test_a_route_is_described_as_the_table_has_it(route: Route, description: dict[str, Any]) -> None:
    told = description["paths"][PREFIX + route.template][route.method.lower()]
    parameters = {parameter["name"]: parameter for parameter in told["parameters"]}
    required = {name for name, parameter in parameters.items() if parameter["required"]}
    wanted = {*route.places, *(["If-Match"] if route.takes_condition else [])}
    assert required == wanted | ({"Idempotency-Key"} if route.needs_key else set())
    assert {name for name, parameter in parameters.items() if parameter["in"] == "query"} == {*route.parameters}
    assert told.get("x-permission", "") == route.permission
    assert ("requestBody" in told) is (route.body is not None)
    assert told["summary"] == route.summary
    assert {"401", "403"} <= told["responses"].keys()
    assert told.get("security") is None, "the usual one holds: a token"


def test_models_of_one_name_are_one_model(description: dict[str, Any]) -> None:
    """Names of nested models are not made unique, so two different ones would overwrite each other."""
    seen: dict[str, set[type[BaseModel]]] = {}
    for route in ROUTES:
        if route.body is not None:
            for model in _models(route.body):
                seen.setdefault(model.__name__, set()).add(model)
    assert {name: models for name, models in seen.items() if len(models) > 1} == {}
    assert seen.keys() <= description["components"]["schemas"].keys() | {"Retirement"}


@pytest.mark.threat("I15", "I18")
@pytest.mark.parametrize("route", [*ROUTES, None], ids=lambda route: route.name if route else "health")
def test_generated_requests_are_answered_as_described(route: Route | None, schema: Any, whole_sweeps: bool) -> None:  # noqa: FBT001  a fixture
    """Good ones and bad ones, by all checks; but what is a good change by the schema alone may still be refused."""
    path, method = (PREFIX + route.template, route.method) if route else (f"{PREFIX}/health", "GET")
    excluded = [positive_data_acceptance] if route is not None and route.is_write else []

    @settings(max_examples=200 if whole_sweeps else 4, **QUIET)
    @given(case=schema[path][method].as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": "Bearer ann"}, excluded_checks=excluded)

    ask()


@pytest.mark.slow
@pytest.mark.threat("I18")
def test_sequences_of_requests_are_answered_as_described(own: Company, whole_sweeps: bool) -> None:  # noqa: FBT001  a fixture
    """In the real repository, where what one request made is what the next one is about."""
    schema = schemathesis.openapi.from_wsgi(ADDRESS, own.app())

    class Machine(schema.as_state_machine()):  # type: ignore[misc]  # made at run time
        """Everything in the name of somebody who may do everything."""

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {"Authorization": f"Bearer {token('ines')}"}}

        def validate_response(self, response: Any, case: Any, additional_checks: Any = None, **kwargs: Any) -> None:
            excluded = [positive_data_acceptance, ignored_auth]  # the token is ours, whichever was generated
            excluded += _too_long(response)
            case.validate_response(response, excluded_checks=excluded, transport_kwargs=kwargs)

    examples, steps = (60, 12) if whole_sweeps else (6, 6)
    Machine.run(settings=settings(max_examples=examples, stateful_step_count=steps, **QUIET))


@pytest.mark.threat("I18")
def test_the_check_can_fail() -> None:
    """An answer that is not as described is found."""
    made = served()
    made["model_registry"].say["list"] = lambda: "# No page\n"
    schema = schemathesis.openapi.from_wsgi(ADDRESS, made.app)

    @settings(max_examples=2, **QUIET)
    @given(case=schema[f"{PREFIX}/models"]["GET"].as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": "Bearer ann"})

    with pytest.raises((FailureGroup, BaseExceptionGroup)):
        ask()


def _too_long(response: Any) -> list[Any]:
    """A body that is refused for its length is refused, though the check does not know that status."""
    return [negative_data_rejection] if response.status_code == 413 else []


def _models(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        for one in _types(field.annotation):
            yield from _models(one)


def _types(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from _types(inner)
