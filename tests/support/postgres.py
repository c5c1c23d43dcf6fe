"""A PostgreSQL server of one's own: it refuses to run as root, so root runs it as nobody."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.parts import require

PASSWORD = "s3cret-of-the-tests"


@dataclass(slots=True)
class Postgresql:
    """A server that runs, at the address of its database `postgres`."""

    address: str
    _made: int = 0

    def new(self) -> str:
        """The address of a new and empty database, user and password in it."""
        import psycopg

        self._made += 1
        name = f"made_{self._made}"
        with psycopg.connect(self.address, user="postgres", password=PASSWORD, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy".encode())
        base = self.address.removeprefix("postgresql://").removesuffix("/postgres")
        return f"postgresql://postgres:{PASSWORD}@{base}/{name}"


@contextmanager
def postgres() -> Iterator[str]:
    """The address of a database `postgres`, without its user `postgres`, whose password is ``PASSWORD``."""
    folder = Path(tempfile.mkdtemp(prefix="govops-postgres-"))  # others cannot enter pytest's own folders
    try:
        (folder / "password").write_text(PASSWORD, encoding="ascii")
        for path in (folder, folder / "password"):
            shutil.chown(path, *_owner())
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            port = found.getsockname()[1]
        data = ("-D", folder / "data")
        _run("initdb", *data, "-U", "postgres", "-A", "scram-sha-256", "--no-sync", f"--pwfile={folder}/password")
        options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
        _run("pg_ctl", *data, "-w", "-l", folder / "log", "-o", options, "start")
        try:
            yield f"postgresql://127.0.0.1:{port}/postgres"
        finally:
            _run("pg_ctl", *data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def _run(program: str, *arguments: object) -> None:
    command = [_path(program), *map(str, arguments)]
    if os.geteuid() == 0:
        user, group = _owner()
        command = [
            require("setpriv", package="util-linux"),
            f"--reuid={user}",
            f"--regid={group}",
            "--clear-groups",
            *command,
        ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/", timeout=60)


def _owner() -> tuple[int, int]:
    """Who runs the server."""
    if os.geteuid() != 0:
        return os.geteuid(), os.getegid()
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _path(program: str) -> str:
    """Debian keeps the server's programs away from PATH; the newest counts."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    return str(installed[-1]) if installed else require(program, package="postgresql")
