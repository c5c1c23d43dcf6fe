"""Where the pages stand, wherever they were put in the application, and at the moment that is looked at."""

from __future__ import annotations

from typing import Any

from flask import request, url_for


def address(page: str, **values: str) -> str:
    """The path of a page; the moment that the reader looks at goes with it."""
    as_of = request.args.get("as_of", "")
    spelled: dict[str, Any] = {name: value.encode(errors="replace").decode() for name, value in values.items()}
    if as_of and page != "stylesheet":
        spelled["as_of"] = as_of
    return url_for(f".{page}", **spelled)
