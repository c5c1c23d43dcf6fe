"""The one call that puts the API into somebody's application."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from flask import Blueprint, Flask, Response, g, request

import govops
from govops.api.answers import written
from govops.api.bodies import read_bytes
from govops.api.docs_page import docs_page
from govops.api.doors import Doors
from govops.api.kept import KeptAnswers
from govops.api.openapi import Specification
from govops.api.problems import handle_problems, problem
from govops.api.routes import Route
from govops.api.serving import endpoint
from govops.api.site import doors_of
from govops.api.table import ROUTES
from govops.app.governance import Site
from govops.errors import UndecidableError, UsageError

PREFIX = "/api/governance"
WEBHOOKS = "/webhooks/"
PUBLIC = ("/health", "/openapi.json", "/docs")
_EVERY_METHOD = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def register_governance_api(  # noqa: PLR0913  one keyword for each component
    app: Flask,
    *,
    doors: Doors | None = None,
    model_registry: Any = None,
    usecase_registry: Any = None,
    access_control: Any = None,
    compliance_reporter: Any = None,
    sla_manager: Any = None,
    url_prefix: str = PREFIX,
    name: str = "governance_api",
) -> Blueprint:
    """Add the routes of the components that are given, and nothing else, below ``url_prefix``.

    A component is anything with the methods of the class of that name in ``govops.app.facades``; the routes of one that
    is left out are not there. Nothing of the application's own is changed: routes, error handlers, configuration.
    ``doors`` are those of the components' site unless they are given; UsageError if none has one. ``name`` tells apart
    several of one application.
    """
    components = {
        "model_registry": model_registry,
        "usecase_registry": usecase_registry,
        "access_control": access_control,
        "compliance_reporter": compliance_reporter,
        "sla_manager": sla_manager,
    }
    doors = doors or doors_of(_site_of(components.values()))
    blueprint = Blueprint(name, __name__, url_prefix=url_prefix)
    routes = tuple(route for route in ROUTES if components[route.component] is not None)
    _add_routes(blueprint, routes, components, doors)
    blueprint.before_request(_begin)
    blueprint.after_request(_end)
    handle_problems(blueprint, doors.secret, doors.check)
    app.register_blueprint(blueprint)
    return blueprint


def _site_of(components: Iterable[Any]) -> Site:
    for component in components:
        found: object = getattr(component, "site", None)
        if isinstance(found, Site):
            return found
    raise UsageError("nobody says who may come in", hint="give `doors`, or a component that has a `site`")


def _add_routes(blueprint: Blueprint, routes: tuple[Route, ...], components: dict[str, Any], doors: Doors) -> None:
    specification, kept = Specification(), KeptAnswers()

    def health() -> Response:
        """Tell whether the server can answer."""
        try:
            doors.check()
        except UsageError as error:
            raise UndecidableError(error.message) from error
        return written({"status": "ok", "version": govops.__version__})

    def openapi() -> Response:
        return written(specification.whole() | {"servers": [{"url": request.script_root or "/"}]})

    def docs() -> Response:
        return docs_page(specification.whole())

    for route in routes:
        view = endpoint(route, components[route.component], doors, kept)
        specification.add(view, route)
        _add(blueprint, route.path, view, route.method)
    specification.add(health)
    _add(blueprint, "/health", health, "GET")
    _add(blueprint, "/openapi.json", openapi, "GET")
    _add(blueprint, "/docs", docs, "GET")
    for forge, take in doors.hooks.items():
        _add(blueprint, f"{WEBHOOKS}{forge}", _hook(forge, take, doors.largest), "POST")
    _add_the_rest(blueprint, routes)


def _add(blueprint: Blueprint, path: str, view: Callable[..., Response], method: str) -> None:
    blueprint.add_url_rule(path, view.__name__, view, methods=[method], provide_automatic_options=False)


def _hook(forge: str, take: Callable[[Mapping[str, str], bytes], bool], largest: int) -> Callable[..., Response]:
    """Take what a forge sends: it is known by its signature, and nothing of it is read but that."""

    def receive() -> Response:
        data = read_bytes(request, largest=largest)
        return written({"is_new": take(dict(request.headers.items()), data)}, 202)

    receive.__name__ = f"webhook_{forge}"
    return receive


def _add_the_rest(blueprint: Blueprint, routes: tuple[Route, ...]) -> None:
    """Answer what no route matches here, so that the application's own pages for that stay its own."""

    def unknown(rest: str = "") -> Response:
        allowed = {method for route in routes if route.pattern.fullmatch(f"/{rest}") for method in _methods(route)}
        allowed |= {"GET", "HEAD"} if f"/{rest}" in PUBLIC else set()
        if allowed:
            return problem(405, "there is no such method here", headers={"Allow": ", ".join(sorted(allowed))})
        return problem(404, "there is nothing here", hint="see openapi.json")

    for path in ("/", "/<path:rest>"):
        blueprint.add_url_rule(path, "unknown", unknown, methods=_EVERY_METHOD, provide_automatic_options=False)


def _methods(route: Route) -> tuple[str, ...]:
    return ("GET", "HEAD") if route.method == "GET" else (route.method,)


def _begin() -> None:
    g.govops_request = secrets.token_hex(8)


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.govops_request
    for name, value in _HEADERS.items():
        response.headers[name] = value
    return response
