"""The sample pages in an application of somebody else's, and a browser in front of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.serving import WSGIRequestHandler, make_server

from govops.api.doors import Doors
from govops.api.pages.blueprint import pages_blueprint
from govops.app.governance import Actor, UnauthenticatedError
from govops.evidence.records import Account
from tests.api.pages import sample
from tests.support.chromium import Chromium
from tests.support.parts import require

TOKEN = "a-token-of-claire"


def authenticate(authorization: str | None, *, request: str) -> Actor:
    """Claire, or nobody."""
    if authorization != f"Bearer {TOKEN}":
        raise UnauthenticatedError("nobody is known by that token", hint="give a token as the password")
    return Actor("claire-fontaine", Account(forge="local", id="4"))


DOORS = Doors(authenticate, secret=(Path("/srv/governance.git"),))


@pytest.fixture(scope="session")
def application() -> Flask:
    """The pages below a prefix of the host's choice."""
    app = Flask("somebody-elses")
    pages = pages_blueprint(sample.routes(), repository=lambda: "north-quay/governance", doors=DOORS)
    app.register_blueprint(pages, url_prefix="/governance")
    return app


@pytest.fixture
def client(application: Flask) -> FlaskClient:
    """Somebody who is known."""
    client = application.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {TOKEN}"
    return client


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing: the test tells what went wrong."""


@contextmanager
def served(application: Flask) -> Iterator[str]:
    """Where a real server has the pages, as long as the ``with`` lasts."""
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/governance"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def address(application: Flask) -> Iterator[str]:
    """Where the sample pages are."""
    with served(application) as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    """One start for all tests; in CI it has to be there."""
    with Chromium(require("chromium")) as browser:
        browser.sign_in(TOKEN)
        yield browser
