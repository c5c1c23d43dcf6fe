"""Real processes on loopback: many at once, bodies in pieces, killed in the middle, and nothing that grows."""

from __future__ import annotations

import json
import os
import socket
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from govops.api.config import ServeOptions
from govops.app.audit import audit
from govops.errors import ExitCode
from govops.workspace import Opened
from tests.support.api_server import PREFIX, Company, Running, token

pytestmark = pytest.mark.slow

REPORT = {"severity": "error", "resource": "Model/fraud-screen"}
_LOAD = 40  # requests of each client


@pytest.mark.threat("I06", "I08", "I11", "I12")
def test_a_server_answers_many_at_once_and_is_not_taken_in(own: Company) -> None:
    """Readers and writers together, then what should not be answered; it stops as an operator asks it to."""
    with own.serving() as running:
        with ThreadPoolExecutor(8) as clients:
            done = Counter(
                status for statuses in clients.map(lambda n: _use(running, n), range(8)) for status in statuses
            )
        assert done == {200: 8 * _LOAD, 201: 8}
        before = _held(running)
        for _ in range(5):
            _use(running, 0)
        after = _held(running)
        assert after[0] <= before[0] + 4, "files are left open"
        assert after[1] < before[1] + 8 * 2**20, "memory is not given back"
        _bodies(running)
        assert _send(running, "GET", "/models", host="evil.example")[0] == 400
        _slow(running)
        assert running.stop() == 0
    assert audit(Opened(own.site.repository)).exit_code() is ExitCode.OK


@pytest.mark.threat("I07", "I19", "J02")
def test_what_a_killed_server_was_doing_is_done_once_when_it_is_asked_for_again(
    own: Company,
    whole_sweeps: bool,  # noqa: FBT001  a fixture
) -> None:
    """Killed at several moments of a write; the same key afterwards gives one incident, recorded and logged."""
    moments = (0.02, 0.1, 0.2, 0.3, 0.5) if whole_sweeps else (0.1, 0.3)
    asked: dict[str, Any] = {}
    for number, moment in enumerate(moments):
        with own.serving(workers=1) as running:
            assert _send(running, "GET", "/models")[0] == 200  # whatever is imported late is imported
            for key, body in asked.items():
                _done_once(running, key, body)
            asked = {f"killed-{number}": {**REPORT, "title": f"It broke {number}"}}
            asking = Thread(target=_try, args=(running, asked))
            asking.start()
            asking.join(timeout=moment)
            running.kill()
            asking.join()
    with own.serving(workers=1) as running:
        for key, body in asked.items():
            _done_once(running, key, body)
    assert audit(Opened(own.site.repository)).exit_code() is ExitCode.OK


def _done_once(running: Running, key: str, body: Any) -> None:
    status, answer = _send(running, "POST", "/incidents", body=body, key=key)
    assert (status, answer["state"]) == (201, "merged"), answer
    incidents = _send(running, "GET", "/incidents?limit=50")[1]["items"]
    assert Counter(item["title"] for item in incidents)[body["title"]] == 1
    log = _send(running, "GET", f"/audit-log?commit={answer['commit']}&event=result", person="claire")[1]["items"]
    assert [(row["person"], row["status"], row["key"]) for row in log] == [("jonas-becker", 201, key)]


def _use(running: Running, number: int) -> list[int]:
    """What one client gets: a report of an incident, and what it reads."""
    body = {**REPORT, "title": f"Client {number}"}
    statuses = [_send(running, "POST", "/incidents", body=body, key=f"load-{number}")[0]]
    paths = ("/models", "/models/fraud-screen", "/users?limit=3", "/incidents", "/slas/violations")
    return statuses + [_send(running, "GET", paths[at % len(paths)])[0] for at in range(_LOAD)]


def _bodies(running: Running) -> None:
    """In pieces with no length, too long, and cut off."""
    good = json.dumps({**REPORT, "title": "In pieces"}).encode()
    pieces = [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (good[:10], good[10:])]
    assert _raw(running, [b"Transfer-Encoding: chunked"], b"".join(pieces) + b"0\r\n\r\n") == 201
    endless = b"%x\r\n%s\r\n" % (1 << 16, b" " * (1 << 16)) * 80
    assert _raw(running, [b"Transfer-Encoding: chunked"], endless + b"0\r\n\r\n") in {400, 413}
    assert _raw(running, [b"Content-Length: 99999999"], b"") == 413
    assert _raw(running, [b"Content-Length: 10", b"Transfer-Encoding: chunked"], b"0\r\n\r\n") == 400


def _slow(running: Running) -> None:
    """Clients that never finish their request keep nobody out as long as they are fewer than a process has threads."""
    threads = int(ServeOptions.model_fields["threads"].default)
    with ExitStack() as slow:
        for _ in range(threads - 1):  # all of them may have come to one process
            connection = slow.enter_context(socket.create_connection(("127.0.0.1", running.port)))
            connection.sendall(b"GET /api/governance/models HTTP/1.1\r\nHost: localhost\r\nX-")
        for _ in range(8):
            assert _send(running, "GET", "/models")[0] == 200


def _raw(running: Running, headers: list[bytes], body: bytes) -> int:
    """The status of a report of an incident whose body comes as it is given here."""
    lines = [
        b"POST /api/governance/incidents HTTP/1.1",
        b"Host: localhost",
        b"Authorization: Bearer " + token("jonas").encode(),
        b"Content-Type: application/json",
        b"Idempotency-Key: raw",
        b"Connection: close",
        *headers,
    ]
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):  # it has heard enough
            connection.sendall(b"\r\n".join(lines) + b"\r\n\r\n" + body)
        return int(connection.recv(4096).split(b" ")[1])


def _send(
    running: Running,
    method: str,
    path: str,
    *,
    body: Any = None,
    key: str = "",
    person: str = "jonas",
    host: str = "localhost",
) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token(person)}", "Host": host, "Content-Type": "application/json"}
    if key:
        headers["Idempotency-Key"] = key
    with closing(HTTPConnection("127.0.0.1", running.port, timeout=60)) as connection:
        connection.request(method, PREFIX + path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def _try(running: Running, asked: dict[str, Any]) -> None:
    """Ask, whatever becomes of it."""
    for key, body in asked.items():
        with suppress(OSError, HTTPException):
            _send(running, "POST", "/incidents", body=body, key=key)


def _held(running: Running) -> tuple[int, int]:
    """Open files, and bytes of memory, of all workers."""
    files = sum(len(os.listdir(f"/proc/{worker}/fd")) for worker in running.workers())
    pages = (Path(f"/proc/{worker}/statm").read_text(encoding="ascii").split()[1] for worker in running.workers())
    return files, sum(map(int, pages)) * os.sysconf("SC_PAGE_SIZE")
