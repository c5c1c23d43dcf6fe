"""The server's own application: the API for programs, and the pages for people."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from govops.api.config import ServeOptions
from govops.api.pages import register_governance_pages
from govops.api.problems import problem
from govops.api.registration import register_governance_api
from govops.api.site import components_of, doors_of
from govops.app.governance import Site


@dataclass(frozen=True, slots=True)
class Serving:
    """What is served: a site, and how. ``folder`` is what paths of the options are seen from."""

    site: Site
    options: ServeOptions
    folder: Path


def application(serving: Serving, *, look: Callable[[], None] | None = None) -> Flask:
    """The application. ``look`` is called when a forge says that something happened."""
    options, site = serving.options, serving.site
    known = options.access.doors(serving.folder)
    doors = doors_of(
        site,
        known,
        limits=options.access.limit(),
        hooks=options.access.hooks(site.environment),
        look=look,
    )
    app = Flask("govops.api", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=options.largest_body, MAX_FORM_MEMORY_SIZE=0, TRUSTED_HOSTS=options.trusted_hosts
    )
    app.register_error_handler(HTTPException, _elsewhere)
    register_governance_api(app, doors=replace(doors, largest=options.largest_body), **components_of(site))
    register_governance_pages(app, site=site, doors=doors)
    return app


def _elsewhere(error: HTTPException) -> Response:
    """What is asked outside of the prefix, or by a name that is not the server's."""
    return problem(error.code or 500, "there is nothing here" if error.code == 404 else error.name.lower())
