"""A service that tells Prometheus of its requests, and a real Prometheus that listens."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from tests.support.parts import require

_SCRAPES = """
global: {{scrape_interval: 200ms, scrape_timeout: 200ms, evaluation_interval: 1h}}
scrape_configs:
  - job_name: service
    static_configs: [{{targets: ['127.0.0.1:{port}']}}]
"""


class _Service(BaseHTTPRequestHandler):
    """At each look 1000 more requests: 500 within 0.1 s, 400 within 0.25 s, 100 within 0.5 s; 10 of them failed."""

    looks = 0

    def do_GET(self) -> None:  # the name that the library calls
        type(self).looks += 1
        n = type(self).looks
        lines = [f'latency_seconds_bucket{{le="{le}"}} {n * count}' for le, count in BUCKETS.items()]
        body = "".join(f"{line}\n" for line in [*lines, f"requests_total {n * 1000}", f"failures_total {n * 10}"])
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Tests stay quiet."""


BUCKETS = {"0.1": 500, "0.25": 900, "0.5": 1000, "+Inf": 1000}


@contextmanager
def prometheus(folder: Path) -> Iterator[str]:
    """The address of a server that has looked at the service for some seconds."""
    service = ThreadingHTTPServer(("127.0.0.1", 0), _Service)
    threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    (folder / "prometheus.yml").write_text(_SCRAPES.format(port=service.server_address[1]), encoding="ascii")
    with _free_port() as port, (folder / "log").open("wb") as log:
        command = [require("prometheus"), f"--web.listen-address=127.0.0.1:{port}", "--config.file=prometheus.yml"]
        server = subprocess.Popen([*command, "--storage.tsdb.path=data"], cwd=folder, stdout=log, stderr=log)
        try:
            yield _ready(f"http://127.0.0.1:{port}", server)
        finally:
            server.terminate()
            server.wait(30)
            service.shutdown()
            service.server_close()


@contextmanager
def _free_port() -> Iterator[int]:
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    yield port


def _ready(url: str, server: subprocess.Popen[bytes]) -> str:
    """Wait until it has seen the service twenty times."""
    query = f"{url}/api/v1/query?query={quote('count_over_time(requests_total[1m])')}"
    for _ in range(300):
        assert server.poll() is None, "Prometheus ended"
        try:
            with urlopen(query, timeout=5) as answer:  # noqa: S310 -- an address on loopback
                found = json.load(answer)["data"]["result"]
        except OSError:
            found = []
        if found and int(found[0]["value"][1]) >= 20:
            return url
        time.sleep(0.1)
    raise AssertionError("Prometheus saw nothing in 30 seconds")
