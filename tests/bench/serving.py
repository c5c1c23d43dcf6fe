"""What it costs to be read over HTTP: the server of the example company beside a bare route with the same bytes."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from tests.bench.cost import Cost
from tests.bench.table import Row
from tests.support.api_server import PREFIX, Running, company, token

WORKERS = 4
PATHS = ("/models", "/users/jonas-becker", "/models/fraud-screen/versions?limit=10")
_CLIENTS, _REQUESTS, _ROUNDS = 8, 250, 3
_BARE = """
from flask import Flask, Response
app = Flask("bare")
data = open({file!r}, "rb").read()
app.add_url_rule("/", "bare", lambda: Response(data, mimetype="application/json"))
"""


def serving(folder: Path) -> Iterator[Row]:
    """Eight clients at once, which keep their connections."""
    folder.mkdir()
    made = company(folder)
    with made.serving(workers=WORKERS) as api:
        for path in PATHS:
            answer = _ask(api.port, PREFIX + path, 1)
            (folder / "answer").write_bytes(answer.partition(b"\r\n\r\n")[2])
            with _bare(folder) as bare:
                rounds = [(_cost(bare, "/"), _cost(api, PREFIX + path)) for _ in range(_ROUNDS)]
            floor, cost = (min(column, key=lambda one: one.wall) for column in zip(*rounds, strict=True))
            what = f"GET {path}, {WORKERS} workers, a request"
            yield Row("company", what, cost, floor, "2 × a bare route with the same bytes")


@contextmanager
def _bare(folder: Path) -> Iterator[Running]:
    (folder / "bare.py").write_text(_BARE.format(file=str(folder / "answer")), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "--log-level", "error", "-k", "gthread"]
    command += ["--threads", "4", "-w", str(WORKERS), "-b", f"127.0.0.1:{port}", "bare:app"]
    process = subprocess.Popen(command, cwd=folder, start_new_session=True, env={**os.environ})
    running = Running(process, port)
    try:
        running.wait()
        yield running
    finally:
        running.stop()


def _cost(server: Running, path: str) -> Cost:
    """Of one request: processor time of the workers, and wall time with all clients at it."""
    _ask(server.port, path, 50)
    before, start = _used(server), time.perf_counter()
    with ThreadPoolExecutor(_CLIENTS) as clients:
        list(clients.map(lambda _: _ask(server.port, path, _REQUESTS), range(_CLIENTS)))
    wall, done = time.perf_counter() - start, _CLIENTS * _REQUESTS
    return Cost((_used(server) - before) / done, wall / done)


def _used(server: Running) -> float:
    """Seconds that the workers have had of the processors."""
    stats = (Path(f"/proc/{worker}/stat").read_text(encoding="ascii") for worker in server.workers())
    fields = (stat.rpartition(") ")[2].split() for stat in stats)
    return sum(int(field[11]) + int(field[12]) for field in fields) / os.sysconf("SC_CLK_TCK")


def _ask(port: int, path: str, times: int) -> bytes:
    """The last of so many answers on one connection; each of them is read whole and is a good one."""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token('jonas')}\r\n\r\n".encode()
    answer = b""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(times):
            connection.sendall(request)
            answer = _read(connection)
            assert answer.startswith(b"HTTP/1.1 200 "), answer
    return answer


def _read(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65_536)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body
