"""A page that shows the description to people: no script, nothing from elsewhere."""

from __future__ import annotations

from typing import Any

from flask import Response
from jinja2 import Environment, PackageLoader, StrictUndefined

TEMPLATES = Environment(
    loader=PackageLoader("govops.api"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def docs_page(description: dict[str, Any]) -> Response:
    """HTML of an OpenAPI description."""
    operations = [
        (method.upper(), path, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    groups = [(tag, [one for one in operations if tag["name"] in one[2]["tags"]]) for tag in description["tags"]]
    shown = TEMPLATES.get_template("docs.html.jinja").render(
        info=description["info"], groups=groups, schemas=description["components"]["schemas"]
    )
    return Response(shown, mimetype="text/html")
