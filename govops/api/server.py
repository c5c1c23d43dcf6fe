"""Serve the application by gunicorn: processes that others supervise, with threads, stopped without breaking off."""

from __future__ import annotations

import random
import socket
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from govops.api.application import Serving, application
from govops.app import hosting
from govops.app.access import in_force, logged
from govops.app.indexing import refresh
from govops.errors import GovopsError, UsageError
from govops.render.untrusted import log_line

_GRACE = 30  # seconds for what is being done when it is told to stop


def serve(serving: Serving, *, ready: Callable[[], None]) -> None:
    """Serve until somebody stops it; ``ready`` is called as soon as it answers.

    What an earlier server left undone is put in order first, and the index is brought up to date. UsageError for
    whatever would keep it from answering.
    """
    _prepare(serving)
    try:
        _Server(serving, ready).run()
    except SystemExit as error:  # how gunicorn ends, whatever the reason
        if error.code:
            raise GovopsError("the server could not go on", hint="it said why above") from error


def _prepare(serving: Serving) -> None:
    site = serving.site
    _listen(serving.options.listen)
    in_force(site.repository)
    logged(site, limit=1)
    if site.key is not None:
        hosting.settle(site)
    refresh(site)


def _listen(address: str) -> None:
    """UsageError where nobody could listen."""
    host, _, port = address.rpartition(":")
    name = host.strip("[]")
    try:
        with socket.create_server((name, int(port)), family=socket.AF_INET6 if ":" in name else socket.AF_INET):
            return
    except OSError as error:
        raise UsageError(
            f"cannot listen on {address}: {error.strerror}", hint="choose another with `listen`"
        ) from error


class Keeper:
    """Puts in order what was left, now and then, and as soon as somebody calls :meth:`look`."""

    def __init__(self, serving: Serving) -> None:
        self._site = serving.site
        self._every = serving.options.settle_seconds * serving.options.workers
        self._called = Event()
        self._said: tuple[str, ...] = ()

    def look(self) -> None:
        """Look soon; the caller does not wait."""
        self._called.set()

    def start(self, app: Flask) -> None:
        """Begin, in a thread that ends with the process."""
        if self._site.key is not None:
            Thread(target=self._run, args=(app,), name="govops-keeper", daemon=True).start()

    def _run(self, app: Flask) -> None:
        while True:
            self._called.wait(self._every * random.uniform(0.5, 1.5))  # noqa: S311  so that processes take turns
            self._called.clear()
            try:
                self._say(app, hosting.settle(self._site).warnings)
            except GovopsError as error:
                app.logger.warning("could not put everything in order: %s", log_line(error.message))

    def _say(self, app: Flask, warnings: tuple[str, ...]) -> None:
        """Log what was not said in the last round."""
        for words in warnings:
            if words not in self._said:
                app.logger.warning("%s", log_line(words))
        self._said = warnings


class _Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn asks for its settings and for the application by these two methods."""

    def __init__(self, serving: Serving, ready: Callable[[], None]) -> None:
        self._serving = serving
        self._ready = ready
        self._keeper = Keeper(serving)
        self._app = application(serving, look=self._keeper.look)
        super().__init__()

    def load_config(self) -> None:
        """Settings; everything that is not named is gunicorn's default."""
        options = self._serving.options
        settings: dict[str, Any] = {
            "bind": options.listen,
            "workers": options.workers,
            "worker_class": "gthread",
            "threads": options.threads,
            "graceful_timeout": _GRACE,
            "preload_app": True,
            "control_socket_disable": True,
            "proc_name": "govops",
            "loglevel": "warning",
            "when_ready": lambda arbiter: self._ready(),
            "post_worker_init": lambda worker: self._keeper.start(self._app),
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The application, made once before processes are forked."""
        return self._app
