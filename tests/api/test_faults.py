"""A server that something is taken from: it says that it cannot, never why in words of the machine, and recovers."""

from __future__ import annotations

import hashlib
import hmac
import logging
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from govops.api.application import Serving, application
from tests.support.api_server import PREFIX, Company

REPORT = {"severity": "error", "title": "It broke", "resource": "Model/fraud-screen"}
KEY = {"Idempotency-Key": "k-1"}


def _garbage(folder: Path, name: str) -> None:
    for file in folder.glob(f"{name}-*"):  # SQLite's own
        file.unlink()
    (folder / name).write_bytes(b"no database" * 1000)


def _held(folder: Path, name: str) -> None:
    (folder / "governance.git" / name).write_bytes(b"")


def _gone(folder: Path, name: str) -> None:
    target = folder / name
    shutil.rmtree(target) if target.is_dir() else target.unlink()


FAULTS: dict[str, Callable[[Path], None]] = {
    "the repository is gone": lambda folder: _gone(folder, "governance.git"),
    "objects are gone": lambda folder: _gone(folder, "governance.git/objects/pack"),
    "the index is garbage": lambda folder: _garbage(folder, "index.db"),
    "the store is garbage": lambda folder: _garbage(folder, "store.db"),
    "the store is gone": lambda folder: _gone(folder, "store.db"),
    "the branch is locked": lambda folder: _held(folder, "refs/heads/main.lock"),
}
MENDED = {"the index is garbage"}  # it is made again


@pytest.mark.threat("I13", "G12")
@pytest.mark.parametrize("fault", FAULTS)
def test_whatever_breaks_no_answer_tells_of_the_machine(
    fault: str, own: Company, caplog: pytest.LogCaptureFixture
) -> None:
    """Nor does a line of the log hold a token."""
    app = own.app()
    client = own.client(app, "jonas")
    assert client.get(f"{PREFIX}/models").status_code == 200
    FAULTS[fault](own.folder)
    with caplog.at_level(logging.INFO):
        answers = [
            client.get(f"{PREFIX}/models", query_string={"limit": "3"}),
            client.get(f"{PREFIX}/users/jonas-becker"),
            client.get(f"{PREFIX}/approvals/0123456789abcdef"),
            client.get(f"{PREFIX}/slas/claims-triage-response/status"),
            client.post(f"{PREFIX}/incidents", json=REPORT, headers=KEY),
            own.client(app, "claire").get(f"{PREFIX}/audit-log"),
            own.client(app, "claire").get(f"{PREFIX}/compliance-report"),
            client.get(f"{PREFIX}/health"),
        ]
    assert (max(answer.status_code for answer in answers) >= 500) is (fault not in MENDED)
    for answer in answers:
        assert answer.status_code < 500 or answer.mimetype == "application/problem+json"
        for word in (
            str(own.folder),
            "governance.git",
            ".db",
            "sqlite",
            "Traceback",
            ".py",
            "/objects/",
            os.sep + "tmp",
        ):
            assert word not in answer.text, (answer.request.path, answer.text)
    assert "token-of-" not in caplog.text


@pytest.mark.threat("I13")
def test_what_was_refused_for_a_fault_is_done_when_it_is_asked_for_again(own: Company) -> None:
    """With the same key: nothing was kept of what could not be done."""
    client = own.client(own.app(), "jonas")
    lock = own.folder / "governance.git/refs/heads/main.lock"
    lock.write_bytes(b"")
    refused = client.post(f"{PREFIX}/incidents", json=REPORT, headers=KEY)
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    lock.unlink()
    assert client.post(f"{PREFIX}/incidents", json=REPORT, headers=KEY).status_code == 201
    assert client.get(f"{PREFIX}/health").status_code == 200


@pytest.mark.threat("I11")
@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "localhost@evil.example"]
)
def test_a_request_for_another_host_is_refused(own: Company, host: str) -> None:
    """So no link that the server makes leads to a host that somebody else named."""
    client = own.client(own.app(), "jonas")
    answer = client.get(f"{PREFIX}/models", headers={"Host": host, "X-Forwarded-Host": "127.0.0.1"})
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
    for good in ("127.0.0.1", "localhost:8000"):
        forwarded = {"Host": good, "X-Forwarded-Host": "evil.example", "Forwarded": "host=evil.example"}
        answer = client.post(f"{PREFIX}/incidents", json=REPORT, headers={**KEY, **forwarded})
        assert answer.status_code == 201
        assert "evil" not in answer.text + str(answer.headers)


@pytest.mark.threat("I12")
def test_who_asks_too_much_waits_and_nobody_else_does(own: Company) -> None:
    config = own.config.read_text(encoding="utf-8").replace("burst: 100000", "burst: 3").replace("100000", "60")
    own.config.write_text(config, encoding="utf-8")
    app = own.app()
    answers = [own.client(app, "jonas").get(f"{PREFIX}/models") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert answers[-1].mimetype == "application/problem+json"
    assert own.client(app, "maya").get(f"{PREFIX}/models").status_code == 200


@pytest.mark.threat("I14")
def test_an_answer_that_is_kept_is_given_only_as_long_as_nothing_has_moved(own: Company) -> None:
    """The second reader gets the first one's answer, a change is seen by the next, and no stranger gets any."""
    app = own.app()
    jonas, maya = own.client(app, "jonas"), own.client(app, "maya")
    url = f"{PREFIX}/incidents"
    before = [client.get(url) for client in (jonas, maya, jonas, maya)]
    assert len({answer.data for answer in before}) == 1
    assert jonas.get(url, query_string={"severity": "error"}).json == before[0].json
    assert jonas.post(url, json=REPORT, headers=KEY).status_code == 201
    after = maya.get(url)
    assert after.json is not None
    assert [item["severity"] for item in after.json["items"]] == ["error"]
    assert after.headers["X-Index-Commit"] != before[0].headers["X-Index-Commit"]
    assert app.test_client().get(url).status_code == 401
    assert own.client(app, "tom").get(url).status_code == 403
    assert jonas.get(url, query_string={"at": before[0].headers["X-Index-Commit"]}).status_code == 409


@pytest.mark.threat("I17")
def test_a_webhook_is_let_in_by_its_signature_once(own: Company) -> None:
    """What it says is not read; it is bounded like any other body."""
    config = own.config.read_text(encoding="utf-8").replace("access: {", "access: {webhooks: [github], ")
    own.config.write_text(config, encoding="utf-8")
    secret = "a-secret-of-the-tests"
    site = replace(own.site, environment={"GOVOPS_GITHUB_WEBHOOK_SECRET": secret})
    looked: list[str] = []
    app = application(Serving(site, own.options, own.folder), look=lambda: looked.append("looked"))
    body, url = b'{"zen": "Keep it simple"}', f"{PREFIX}/webhooks/github"
    good = {"X-Hub-Signature-256": f"sha256={hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()}"}
    client = app.test_client()
    assert client.post(url, data=body).status_code == 401
    assert client.post(url, data=body + b" ", headers=good).status_code == 401
    assert client.post(url, data=b"x" * (own.options.largest_body + 1), headers=good).status_code == 413
    told = [client.post(url, data=body, headers=good) for _ in range(2)]
    assert [(answer.status_code, answer.json) for answer in told] == [
        (202, {"is_new": True}),
        (202, {"is_new": False}),
    ]
    assert looked == ["looked"]
    assert client.post(f"{PREFIX}/webhooks/gitlab", data=body).status_code == 404
