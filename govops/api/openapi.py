"""The OpenAPI 3.1 description, made of the table and of the Pydantic models: what is served is what is described.

spectree writes it, and does no more: it never sees a request, since its reading of bodies is more lenient than ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Annotated, Any, Final

from flask import Response
from pydantic import BaseModel, Field, TypeAdapter, create_model
from spectree import Response as Described
from spectree import SecurityScheme, SpecTree, Tag
from spectree.models import SecureType, SecuritySchemeData

import govops
from govops.api.conditions import FORMATS, MOST_ROWS
from govops.api.problems import MEDIA_TYPE
from govops.api.routes import Kind, Route
from govops.api.shapes import Appended, Health, PageOfRows, Problem, Proposal, ProposalInFull, Thing
from govops.kinds.permissions import PERMISSIONS
from govops.kinds.scalars import Name, VersionName

View = Callable[..., Response]
DESCRIPTION: Final = (
    "Everything that is read comes from an index of the repository, and every change is a proposal that the gate "
    "judges like any other. `202` means that it waits for somebody, `201` that it landed at once."
)
TAGS: Final = {
    "model_registry": ("models", "From registration to production, and back."),
    "usecase_registry": ("use cases", "What models are used for."),
    "access_control": ("people and approvals", "Who may do what, and what waits for whom."),
    "compliance_reporter": ("compliance", "What went wrong, and what can be shown."),
    "sla_manager": ("service levels", "What is promised, measured, and not kept."),
    "": ("server", "The server itself."),
}
_SHAPES: Final[dict[Kind, dict[int, type[BaseModel]]]] = {
    Kind.LIST: {200: PageOfRows},
    Kind.DOCUMENT: {200: Thing},
    Kind.PROPOSAL: {200: ProposalInFull},
    Kind.CREATION: {201: Proposal, 202: Proposal},
    Kind.STEP: {201: Proposal, 202: Proposal},
    Kind.DECISION: {200: Proposal, 202: Proposal},
    Kind.MEASUREMENTS: {201: Appended},
    Kind.REPORT: {200: Thing},
}
_PLACES: Final[dict[str, dict[str, Any]]] = {
    "": TypeAdapter(Name).json_schema(),
    "version": TypeAdapter(VersionName).json_schema(),
    "permission": {"type": "string", "enum": [*PERMISSIONS]},
    "id": {"type": "string", "pattern": "^[0-9A-Za-z][0-9A-Za-z-]{0,63}$"},
    "violation": {
        "type": "string",
        "pattern": "^[0-9a-z][0-9a-z-]{0,62}(/[0-9a-z][0-9a-z-]{0,62})?$",
        "description": "The agreement, `/` and the id of the violation; or the id alone where it is clear.",
    },
}
_TEXT = {"cursor": "From `next` of the page before.", "at": "Only if the index is at this commit; 409 if it is not."}
_AS_OF = "As it stood then: the id of a change, or an instant such as `2026-03-01T00:00:00Z`."
_CONDITION = "The ETag of what you have seen, in quotes: of the thing, or of the proposal that you decide on."
_KEY = "Made up by you, such as a UUID. The same request with the same key is done once."
_SEEN = r"^[^\u0000-\u001f\u007f-\u009f]+$"
_TAG_PATTERN = '^"([0-9a-f]{40}|[0-9a-f]{64})"$'
_HEADERS: Final = {
    "ETag": "What If-Match wants.",
    "Location": "Where the proposal is.",
    "X-Index-Commit": "The commit that the index is at.",
    "X-Index-Lag": "How many commits it is behind.",
    "WWW-Authenticate": "How to sign in.",
    "Retry-After": "Seconds to wait.",
}


class Specification:
    """One description, for the routes of one registration."""

    def __init__(self) -> None:
        token = SecuritySchemeData(type=SecureType.HTTP, scheme="bearer")
        self._tree = SpecTree(
            "flask",
            mode="strict",
            annotations=False,
            title="govops",
            version=govops.__version__,
            description=DESCRIPTION,
            path="-",  # where spectree would serve it; it does not
            page_templates={},
            validation_error_model=Problem,
            naming_strategy=lambda model: model.__name__,
            nested_naming_strategy=lambda _, child: child,
            security_schemes=[SecurityScheme(name="bearer", data=token)],
            security={"bearer": []},
        )
        self._views: list[tuple[View, Route | None]] = []
        self._whole: dict[str, Any] | None = None

    def add(self, view: View, route: Route | None = None) -> None:
        """Describe a view, as one of a route of the table, or as the public one that tells how the server is."""
        self._views.append((view, route))

    def whole(self) -> dict[str, Any]:
        """All of it; made when it is first asked for, in the application that serves it."""
        if self._whole is None:
            for view, route in self._views:
                self._known(view, **(_told_of_route(route) if route else _TOLD_OF_HEALTH))
            made = self._tree.spec
            for methods in made["paths"].values():
                for operation in methods.values():
                    self._finish(operation)
            made["components"]["schemas"] = _used(made)
            self._whole = made
        return self._whole

    def _known(self, view: View, **told: Any) -> None:
        """Hang what describes the view on the chain along which spectree looks for it; it never runs."""
        decorated = self._tree.validate(skip_validation=True, operation_id=view.__name__, **told)(view)
        view.__wrapped__ = decorated  # type: ignore[attr-defined]  # a function takes any attribute

    def _finish(self, operation: dict[str, Any]) -> None:
        """What spectree has no words for: the type of problems, headers of answers, the second format of the report."""
        route = next((route for _, route in self._views if route and route.name == operation["operationId"]), None)
        for parameter in operation["parameters"]:
            _spell(parameter)
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                response["content"] = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
            elif route is not None and route.kind is Kind.REPORT:
                response["content"][FORMATS["markdown"]] = {"schema": {"type": "string"}}
            names = [name for name in _headers_of(route, int(status)) if route is not None]
            if names:
                response["headers"] = {
                    name: {"description": _HEADERS[name], "schema": {"type": "string"}} for name in names
                }
        if route is not None and route.permission:
            operation["x-permission"] = route.permission


def _told_of_route(route: Route) -> dict[str, Any]:
    return {
        "json": route.body,
        "query": _model(f"Query {route.name}", _query(route)),
        "headers": _model(f"Headers {route.name}", _headers(route)),
        "resp": Described(**{f"HTTP_{status}": shape for status, shape in answers(route).items()}),
        "tags": (_tag(route.component),),
    }


def answers(route: Route) -> dict[int, type[BaseModel]]:
    """The statuses of a route that are worth telling, and what comes with each."""
    statuses = [400, 401, 403, 406, 429, 500, 503]
    if route.places or route.kind is Kind.LIST or route.is_write:
        statuses.append(404)
    if "at" in route.parameters or route.is_write:
        statuses.append(409)
    if route.is_write:
        statuses += [412, 507]
    if route.takes_condition:
        statuses.append(428)
    if route.body is not None:
        statuses += [413, 415]
    statuses.append(422)
    return _SHAPES[route.kind] | dict.fromkeys(sorted(statuses), Problem)


def _tag(component: str) -> Tag:
    name, description = TAGS[component]
    return Tag(name=name, description=description)


_TOLD_OF_HEALTH: Final = {
    "resp": Described(HTTP_200=Health, HTTP_503=Problem),
    "tags": (_tag(""),),
    "security": [],
    "validation_error_status": 503,
}


def _headers_of(route: Route | None, status: int) -> Iterator[str]:
    if status in (429, 503):
        yield "Retry-After"
    if status == 401:
        yield "WWW-Authenticate"
    if route is None or status >= 400:
        return
    if route.kind in (Kind.LIST, Kind.DOCUMENT):
        yield from ("X-Index-Commit", "X-Index-Lag")
    if route.kind is not Kind.LIST and route.kind not in (Kind.REPORT, Kind.MEASUREMENTS):
        yield "ETag"
    if route.is_write and route.kind is not Kind.MEASUREMENTS:
        yield "Location"


def _spell(parameter: dict[str, Any]) -> None:
    """A parameter without what only a model needs; a name in a path as kinds spell it."""
    if parameter["in"] == "path":
        name = parameter["name"]
        parameter["schema"] = _PLACES.get(name, _PLACES[""])
        parameter["description"] = parameter["schema"].get("description", "")
    schema = {name: value for name, value in parameter["schema"].items() if name not in ("title", "description")}
    if not parameter["required"] and schema.get("type") == "string":
        schema.pop("default")
    parameter["schema"] = schema


def _query(route: Route) -> Iterator[tuple[str, Any]]:
    for name in route.parameters:
        if name == "limit":
            yield name, (int, Field(50, ge=1, le=MOST_ROWS, description="How many rows a page has."))
        elif name == "format":
            yield name, (str, Field("json", description="As Accept would.", json_schema_extra={"enum": [*FORMATS]}))
        else:
            described = _AS_OF if name == "as_of" else _TEXT.get(name, "Only rows that have this value.")
            yield name, (str, Field("", min_length=1, max_length=2000, pattern=_SEEN, description=described))


def _headers(route: Route) -> Iterator[tuple[str, Any]]:
    if route.takes_condition:
        yield "condition", (Annotated[str, Field(alias="If-Match", pattern=_TAG_PATTERN, description=_CONDITION)], ...)
    if route.is_write:
        key = partial(Field, alias="Idempotency-Key", pattern="^[!-~]{1,128}$", description=_KEY)
        yield "key", (str, key() if route.needs_key else key(default=""))


def _model(name: str, fields: Iterator[tuple[str, Any]]) -> type[BaseModel] | None:
    found = dict(fields)
    return create_model(name, **found) if found else None


def _used(made: dict[str, Any]) -> dict[str, Any]:
    """The schemas that something refers to: models of parameters have been taken apart."""
    schemas = made["components"]["schemas"]
    found: set[str] = set()
    wanted = set(_references(made["paths"]))
    while wanted:
        name = wanted.pop()
        found.add(name)
        wanted |= set(_references(schemas[name])) - found
    return {name: schemas[name] for name in sorted(found)}


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"].rpartition("/")[2]
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
