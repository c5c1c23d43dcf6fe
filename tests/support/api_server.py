"""The server of the example company: its application in this process, or real processes on loopback."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from flask import Flask
from flask.testing import FlaskClient

from govops.api.application import Serving, application
from govops.api.config import ServeOptions, read_options
from govops.app.access import upgrade_store
from govops.app.governance import Site
from govops.app.indexing import refresh
from govops.index.durable.store import database
from govops.index.engines import Database, forget
from tests.support.cast import RECORDER, private_key
from tests.support.company import found

PREFIX = "/api/governance"
ACCOUNTS: Mapping[str, str] = {
    "ines": "u-1001",
    "henrik": "u-1002",
    "maya": "u-1003",
    "jonas": "u-1004",
    "sofia": "u-1005",
    "rafael": "u-1006",
    "priya": "u-1007",
    "daniel": "u-1008",
    "claire": "u-1009",
    "amara": "u-1010",
    "tom": "u-1011",
    "bot": "u-9001",
    "stranger": "u-0000",
}
"""Whose tokens the server accepts: Tom has left, and nobody knows the stranger."""


@dataclass(frozen=True)
class Company:
    """A repository, its databases, and the configuration of its server, all in one folder."""

    folder: Path

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "serve.yaml"

    @property
    def options(self) -> ServeOptions:
        """What it says."""
        return read_options(self.config)

    @property
    def site(self) -> Site:
        """The site that it makes."""
        return self.options.site(self.folder, {"HOME": str(self.folder)})

    def app(self) -> Flask:
        """The application, in this process."""
        return application(Serving(self.site, self.options, self.folder))

    def client(self, app: Flask, person: str) -> FlaskClient:
        """Somebody who asks it."""
        made = app.test_client()
        made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token(person)}"
        return made

    def close(self) -> None:
        """Let go of the databases that this process has opened."""
        site = self.site
        for read_only in (True, False):
            forget(Database(site.index, "the index", read_only=read_only))
        forget(database(site.store))

    @contextmanager
    def serving(self, *, workers: int = 2) -> Iterator[Running]:
        """Real processes, until the end of the ``with``; whatever they said stands in ``log``."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [sys.executable, "-m", "govops", "serve", "--config", str(self.config)]
        command += ["--listen", f"127.0.0.1:{port}", "--workers", str(workers)]
        with (self.folder / "log").open("ab") as log:
            process = subprocess.Popen(command, stderr=log, stdout=log, start_new_session=True, env={**os.environ})
        running = Running(process, port)
        try:
            running.wait()
            yield running
        finally:
            running.stop()


@dataclass(frozen=True)
class Running:
    """A server in a group of processes of its own."""

    process: subprocess.Popen[bytes]
    port: int

    def wait(self) -> None:
        """Until it answers."""
        for _ in range(600):
            assert self.process.poll() is None, "the server ended"
            try:
                with socket.create_connection(("127.0.0.1", self.port), timeout=5):
                    return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server does not answer")

    def stop(self) -> int:
        """As an operator would; its exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(timeout=60)

    def kill(self) -> None:
        """All of its processes at once, whatever they were doing."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=60)

    def workers(self) -> list[int]:
        """The ids of the processes that answer."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return [int(pid) for pid in children.split()]


def company(folder: Path, *, access: Mapping[str, Any] | None = None, store: str = "") -> Company:
    """The company, founded in ``folder``, with an index and a store; ``access`` are options of its configuration."""
    site = replace(
        found(folder).site, index=f"sqlite:///{folder}/index.db", store=store or f"sqlite:///{folder}/store.db"
    )
    upgrade_store(site.store)
    refresh(site)
    secret = private_key(RECORDER).private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    for name, data in (("recorder", secret), ("tokens", _tokens().encode())):
        (folder / name).touch(mode=0o600)
        (folder / name).write_bytes(data)
    limits = {"burst": 100_000, "per_minute": 100_000, "at_once": 64}
    (folder / "serve.yaml").write_text(
        f"repository: {site.repository.name}\n"
        f"index: {site.index}\n"
        f"store: {site.store}\n"
        "key: recorder\n"
        f"access: {_flow({'tokens': 'tokens', 'limits': limits, **(access or {})})}\n",
        encoding="utf-8",
    )
    return Company(folder)


def token(person: str) -> str:
    """The token of somebody, the same in every run."""
    return f"token-of-{person}-{'0' * 32}"


def _tokens() -> str:
    lines = ((hashlib.sha256(token(person).encode()).hexdigest(), account) for person, account in ACCOUNTS.items())
    return "".join(f"sha256:{digest} local/{account} tests\n" for digest, account in lines)


def _flow(value: object) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {_flow(inner)}" for name, inner in value.items()) + "}"
    return str(value)
