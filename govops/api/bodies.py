"""The one door for JSON: what two readers could read differently is refused before anybody reads it."""

from __future__ import annotations

import json
import re
from typing import Any

from flask import Request
from pydantic import BaseModel, ValidationError

from govops.api.problems import RequestError
from govops.render.untrusted import clipped

DEEPEST = 32  # brackets within brackets
_MOST_ERRORS = 20
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*(?:"|\\?\Z)', re.DOTALL)  # one that does not end goes to the end: no second try
_BRACKET = re.compile(r"[\[\]{}]")


def read_body(request: Request, model: type[BaseModel], *, largest: int) -> BaseModel:
    """The body of a request, at most ``largest`` bytes of JSON. RequestError 400, 413, 415 or 422.

    An absent body is an empty object, where the model takes one.
    """
    data = read_bytes(request, largest=largest)
    if data or request.mimetype:
        _is_json(request)
    text = json.dumps(_object(data)) if data else "{}"
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise _unfit(error) from error


def read_bytes(request: Request, *, largest: int) -> bytes:
    """The body as it was sent, once. RequestError 413 if it is longer."""
    request.max_content_length = largest + 1  # what comes in chunks is cut there without a word
    data = request.get_data(cache=False)
    if len(data) > largest:
        raise RequestError(f"the body is longer than {largest} bytes", status=413)
    return data


def _is_json(request: Request) -> None:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if request.mimetype != "application/json" or charset != "utf-8":
        raise RequestError(
            "the body is not JSON",
            status=415,
            hint="send it with `Content-Type: application/json`",
            headers={"Accept": "application/json"},
        )
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise RequestError("the body is compressed", status=415, hint="send it as it is")


def _object(data: bytes) -> Any:
    """What the bytes say; RequestError unless it is one object that means the same to every reader."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise RequestError("the body is not UTF-8", hint="JSON is UTF-8, without a byte order mark") from error
    _bounded(text)
    try:
        value = json.loads(text, object_pairs_hook=_distinct, parse_constant=_refused)
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except UnicodeEncodeError as error:
        raise RequestError("the body holds half of a surrogate pair") from error
    except ValueError as error:
        raise RequestError(f"the body is not JSON: {clipped(_why(error), 200)}") from error
    if not isinstance(value, dict):
        raise RequestError("the body is not a JSON object")
    return value


def _bounded(text: str) -> None:
    """No deeper than anything of ours is; brackets within texts count for nothing."""
    depth = 0
    for bracket in _BRACKET.findall(_TEXT.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEEPEST:
            raise RequestError(f"the body is nested more than {DEEPEST} deep")


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"{json.dumps(clipped(name, 80))} is there twice")
        found[name] = value
    return found


def _refused(word: str) -> Any:
    raise ValueError(f"{word} is no number")


def _why(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg.lower()}, line {error.lineno}, column {error.colno}"
    return str(error)


def _unfit(error: ValidationError) -> RequestError:
    """Every field that does not fit, by its JSON pointer; values are not told again."""
    found = [
        {"pointer": _pointer(one["loc"]), "detail": clipped(one["msg"], 300)}
        for one in error.errors(include_url=False, include_context=False, include_input=False)
    ]
    first = found[0]
    where = f"{first['pointer']}: " if first["pointer"] else ""
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return RequestError(f"{where}{first['detail']}{more}", status=422, errors=tuple(found[:_MOST_ERRORS]))


def _pointer(place: tuple[int | str, ...]) -> str:
    return "".join("/" + clipped(str(part), 80).replace("~", "~0").replace("/", "~1") for part in place)
