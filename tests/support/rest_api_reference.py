"""The reference page of the REST API, made of the same table and models as OpenAPI."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask

from govops.api.doors import Doors
from govops.api.openapi import TAGS
from govops.api.registration import register_governance_api
from govops.api.table import ROUTES
from govops.app.governance import Actor, UnauthenticatedError

_HEAD = """\
# The REST API

Every route below `/api/governance`, with what it takes and gives. How to use them:
[use the REST API](../how-to/rest-api.md). The same for programs is `openapi.json` of a server (OpenAPI 3.1), for people
`docs`. This page is made from the code.

**Who.** Every request but for `health`, `openapi.json`, `docs` and `webhooks/<forge>` needs
`Authorization: Bearer TOKEN`. *Needs* names the permission by the rules in force; a route without one is for every
active User.

**Changes** are proposals. *Condition* marks routes that need `If-Match`: the ETag of what you have seen. *Key* marks
routes that need an `Idempotency-Key`; other changes take one.

| status | when |
|---|---|
| 200 | read, or decided |
| 201 | asked for, and landed at once; measurements appended |
| 202 | a proposal that waits for somebody |
| 400 | parameters, headers or JSON that mean nothing, or not one thing |
| 401 | nobody is signed in; `WWW-Authenticate` says how |
| 403 | the rules in force do not let you, or your decision would not count |
| 404, 405 | there is nothing here, or no such method |
| 406, 415 | only JSON comes and goes; the report comes as Markdown too |
| 409 | another proposal is open, this one is closed, the same is being done, or the index is at another commit |
| 412, 428 | another version stands than `If-Match` says; it says none |
| 413 | the body is too long |
| 422 | the body does not fit, or the key was used for something else |
| 429 | you ask too often or too much at once; `Retry-After` |
| 503, 507 | it cannot answer at the moment (`Retry-After`), or has no room to write |

Everything from 400 on is a problem of RFC 9457 (`application/problem+json`): `detail`, `hint`, `errors` by JSON
pointer, and `request_id`, by which the log of the server knows it. Lists take `cursor`, `limit` (50, at most 200),
`as_of` and `at`; things take `as_of` and `at`. The log and the proposals are told as they are now, without `as_of`.
"""
_PAGING = frozenset({"cursor", "limit", "as_of", "at", "format"})


def page() -> dict[str, str]:
    """The path of the page, and its text."""
    whole = _description()
    parts = [_HEAD, *_routes(), "## Bodies of requests\n", *_bodies(whole)]
    return {"docs/reference/rest-api.md": "\n".join(parts).rstrip() + "\n"}


def _routes() -> Iterator[str]:
    for component, (name, meaning) in TAGS.items():
        rows = [route for route in ROUTES if route.component == component]
        if not rows:
            continue
        yield f"## {name.capitalize()}\n\n{meaning}\n"
        yield "| route | what it does | needs | body | parameters |\n|---|---|---|---|---|"
        for route in rows:
            demands = [route.permission and f"`{route.permission}`", route.takes_condition and "condition"]
            needs = [str(one) for one in (*demands, route.needs_key and "key") if one]
            body = f"[{route.body.__name__}](#{route.body.__name__.lower()})" if route.body else ""
            taken = ", ".join(f"`{name}`" for name in route.parameters if name not in _PAGING or name == "format")
            what = " ".join(part for part in (f"{route.summary}.", route.description) if part)
            yield f"| `{route.method} {route.template}` | {what} | {', '.join(needs)} | {body} | {taken} |"
        yield ""


def _bodies(whole: dict[str, Any]) -> Iterator[str]:
    schemas = whole["components"]["schemas"]
    for name in sorted({route.body.__name__ for route in ROUTES if route.body}):
        schema = schemas[name]
        yield f"### {name}\n\n{' '.join(schema.get('description', '').split())}\n"
        yield "| field | type | required | meaning |\n|---|---|---|---|"
        for field, told in schema.get("properties", {}).items():
            needed = "yes" if field in schema.get("required", ()) else ""
            yield f"| `{field}` | {_type(told)} | {needed} | {told.get('description', '')} |"
        yield ""


def _type(schema: dict[str, Any]) -> str:
    """A word or two for a schema: enough to know what to look for in OpenAPI."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(_type(one) for one in schema["anyOf"]))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("type", "anything"))


def _description() -> dict[str, Any]:
    """OpenAPI of all components, which nobody asks."""
    app = Flask(__name__)
    nobody: dict[str, Any] = {route.component: object() for route in ROUTES}
    register_governance_api(app, doors=Doors(_refuse), **nobody)
    whole: dict[str, Any] = app.test_client().get("/api/governance/openapi.json").get_json()
    return whole


def _refuse(authorization: str | None, *, request: str) -> Actor:
    raise UnauthenticatedError("nobody comes in here")
