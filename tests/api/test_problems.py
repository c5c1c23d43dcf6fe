"""What goes wrong is told as a problem, and says nothing of the machine."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest

from govops.app.governance import (
    BusyError,
    ConflictError,
    ForbiddenError,
    LimitedError,
    NotFoundError,
    ReusedKeyError,
    StaleError,
    UnauthenticatedError,
)
from govops.errors import GovopsError, LimitError, RefusedError, StorageError, UndecidableError, UsageError
from tests.support.fake_registries import served

URL = "/api/governance/models"
PLACE = Path("/srv/governance/repository.git")
SECRET = "postgresql://govops:hunter2@db.internal/govops"


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFoundError("no"), 404),
        (UsageError("no"), 422),
        (UnauthenticatedError("no"), 401),
        (ForbiddenError("no"), 403),
        (RefusedError("no"), 403),
        (ConflictError("no"), 409),
        (StaleError("no"), 412),
        (BusyError("no", retry_after=7), 503),
        (UndecidableError("no"), 503),
        (LimitError("no"), 503),
        (LimitedError("no", retry_after=7), 429),
        (ReusedKeyError("no"), 422),
        (StorageError("no"), 507),
        (GovopsError("no"), 500),
        (ZeroDivisionError("no"), 500),
        (OSError(28, "No space left on device"), 500),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else str(value),
)
def test_every_error_has_its_status_and_the_form_of_the_standard(error: Exception, status: int) -> None:
    answer = _failing(error).get(URL)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.json is not None
    assert {"type", "title", "status", "detail", "request_id"} <= answer.json.keys()
    assert (answer.json["type"], answer.json["status"]) == ("about:blank", status)
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]
    assert ("Retry-After" in answer.headers) is (status in {429, 503})
    if isinstance(error, BusyError):
        assert answer.headers["Retry-After"] == "7"


@pytest.mark.threat("I13")
@pytest.mark.parametrize(
    "error",
    [
        ZeroDivisionError(f"{PLACE} {SECRET}"),
        OSError(2, "No such file or directory", str(PLACE / "objects/1f")),
        RuntimeError(SECRET),
        GovopsError(f"cannot read {PLACE}", hint=SECRET),
        UndecidableError(f"{PLACE} is locked", hint=f"remove {PLACE}/index.lock"),
        BusyError(f"{PLACE}/refs is locked by {SECRET}"),
        MemoryError(),
        RecursionError("maximum recursion depth exceeded"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_fault_of_ours_tells_the_caller_its_id_and_nothing_else(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    """The log of the server has the rest, under the same id."""
    with caplog.at_level(logging.ERROR):
        answer = _failing(error).get(URL)
    assert answer.status_code in {500, 503}
    for word in (str(PLACE), "/srv", "hunter2", "Traceback", "Error", ".py", "govops/", "line"):
        assert word not in answer.text.replace("Internal Server Error", "")
    (record,) = caplog.records
    assert answer.headers["X-Request-Id"] in record.getMessage()
    assert type(error).__name__ in record.getMessage()


@pytest.mark.threat("I13")
def test_a_refusal_names_no_place_of_the_machine() -> None:
    answer = _failing(UsageError(f"{PLACE}: there is no commit `main~99`", hint=f"look into {PLACE}")).get(URL)
    assert answer.json is not None
    assert answer.json["detail"] == "…: there is no commit `main~99`"
    assert "/srv" not in answer.text


@pytest.mark.threat("G12")
def test_no_answer_and_no_log_line_holds_a_token(caplog: pytest.LogCaptureFixture) -> None:
    """Whether it is accepted, refused, or in the address where it does not belong."""
    client = _failing(ZeroDivisionError()).application.test_client()
    token = "govopscanary"
    with caplog.at_level(logging.DEBUG):
        for header in (f"Bearer {token}", f"Bearer {token} x", f"Basic {token}", token):
            for url in (URL, f"{URL}?{token}=1", "/api/governance/nowhere"):
                answer = client.get(url, headers={"Authorization": header})
                assert url.endswith("=1") or token not in answer.text
    assert token not in caplog.text


def test_a_line_of_the_log_is_one_line_whatever_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody writes lines of their own into it."""
    with caplog.at_level(logging.ERROR):
        _failing(ZeroDivisionError("a\nrequest 0: forged\x1b[2J")).get(f"{URL}/%E2%80%AEa")
    assert "\nrequest 0: forged" not in caplog.text.replace("ZeroDivisionError: a\nrequest 0", "")
    assert "\x1b" not in caplog.text


def test_every_answer_is_kept_by_nobody_and_read_as_what_it_is() -> None:
    made = served()
    for path in ("/models", "/nowhere", "/docs", "/openapi.json"):
        headers = made.client().get(f"/api/governance{path}").headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")


def _failing(error: Exception) -> Any:
    made = served(doors={"secret": (PLACE,)})

    def say() -> None:
        raise error

    made["model_registry"].say.update(list=say, model=say)
    return made.client()
