"""One request to a webhook: what counts as told, what is tried again, and what is never said or followed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from govops.app.escalation.webhooks import NoAnswerError, Webhooks, send, variable
from govops.errors import GovopsError, UndecidableError, UsageError
from govops.http import Patience
from tests.support.webhook import SECRET, Answer, Webhook

KEY = "a" * 64
QUICK = Patience(connect=1, read=0.2, answer=1, whole=60, sleep=lambda seconds: None, jitter=lambda: 0.0)


@pytest.fixture
def hook() -> Iterator[Webhook]:
    with Webhook() as hook:
        yield hook


def tell(address: str) -> int:
    return send(address, b'{"text": "Drift"}', KEY, ("#ops",), patience=QUICK)


WRONG = {
    "503": Answer(503),
    "429": Answer(429),
    "slow": Answer(200, seconds=0.4),
    "closed": Answer(0),
    "401": Answer(401),
    "404": Answer(404),
    "a redirect elsewhere": Answer(302, {"Location": "http://127.0.0.2:1/elsewhere"}),
    "a redirect at home": Answer(307, {"Location": "/other"}),
    "a web page": Answer(200, {"Content-Type": "text/html; charset=utf-8"}, b"<form>Sign in</form>"),
    "endless": Answer(200, {"Content-Type": "text/plain"}, b"x" * 100_000),
    "informal": Answer(304),
}


@pytest.mark.parametrize("answer", WRONG.values(), ids=WRONG)
def test_what_is_no_receipt_of_a_notice_is_a_failure(hook: Webhook, answer: Answer) -> None:
    """It ends, it is said without the address, and nobody else is asked."""
    hook.answers.append(answer)
    with pytest.raises(GovopsError) as raised:
        tell(hook.url)
    assert "`#ops`" in raised.value.message
    assert SECRET not in raised.value.message + raised.value.hint
    assert {heard.path for heard in hook.heard} == {f"/{SECRET}?token={SECRET}"}


@pytest.mark.threat("I16")
def test_a_redirect_is_not_followed(hook: Webhook) -> None:
    """Neither the notice nor the key goes where somebody else points, be it the same host."""
    with Webhook() as other:
        for status in (301, 302, 303, 307, 308):
            hook.answers[:] = [Answer(status, {"Location": other.url})]
            with pytest.raises(NoAnswerError, match="redirects POST"):
                tell(hook.url)
        assert other.heard == []


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_any_success_is_a_receipt(hook: Webhook, status: int) -> None:
    """Chat systems answer `ok` as a text, others nothing at all."""
    hook.answers.append(Answer(status, {"Content-Type": "text/plain"}, b"" if status == 204 else b"ok"))
    assert tell(hook.url) == status
    (heard,) = hook.heard
    assert (heard.body, heard.headers["idempotency-key"]) == ({"text": "Drift"}, KEY)
    assert heard.headers["content-type"] == "application/json"


def test_a_receiver_that_comes_back_in_time_is_told(hook: Webhook) -> None:
    """The same request again, under the same key: it happened once for whoever keeps keys."""
    hook.answers += [Answer(503), Answer(0), Answer(429, {"Retry-After": "0"}), Answer(202)]
    assert tell(hook.url) == 202
    assert len(hook.heard) == 4
    assert len({(heard.headers["idempotency-key"], json.dumps(heard.body)) for heard in hook.heard}) == 1


def test_the_waits_grow_and_end(hook: Webhook) -> None:
    """Never longer than patience has it, whatever the receiver asks for."""
    waited = list[float]()
    patient = Patience(whole=10, sleep=waited.append, jitter=lambda: 0.0)
    hook.answers.append(Answer(503))
    with pytest.raises(NoAnswerError):
        send(hook.url, b"{}", KEY, ("#ops",), patience=patient)
    assert waited == [1, 2, 4]
    hook.answers[:] = [Answer(503, {"Retry-After": "86400"})]
    with pytest.raises(NoAnswerError):
        send(hook.url, b"{}", KEY, ("#ops",), patience=patient)
    assert waited == [1, 2, 4]


def test_nobody_listens() -> None:
    with Webhook() as gone:
        url = gone.url
    with pytest.raises(NoAnswerError) as raised:
        tell(url)
    assert SECRET not in raised.value.message


@pytest.mark.parametrize(
    "address",
    [
        f"http://hooks.example.org/{SECRET}",
        f"https://user:{SECRET}@hooks.example.org/",
        f"file:///etc/{SECRET}",
        f"https://[{SECRET}",
        f"https:///{SECRET}",
    ],
)
@pytest.mark.threat("I16")
def test_an_address_in_the_clear_or_of_another_kind_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises((UsageError, UndecidableError)) as raised:
        tell(address)
    assert SECRET not in raised.value.message + raised.value.hint


@pytest.mark.parametrize(
    ("entry", "name"),
    [("#ops-eu", "OPS_EU"), ("board@acme.example", "BOARD_ACME_EXAMPLE"), ("https://evil/", "HTTPS_EVIL")],
)
def test_an_entry_names_a_variable(entry: str, name: str) -> None:
    assert variable(entry) == f"GOVOPS_WEBHOOK_{name}"


def test_the_nearest_address_counts() -> None:
    """The command line's own, the environment's own, the command line's for all, the environment's for all."""
    environment = {
        "GOVOPS_WEBHOOK_OPS": "https://c/",
        "GOVOPS_WEBHOOK_EU": "https://d/",
        "GOVOPS_WEBHOOK_URL": "https://e/",
    }
    found = Webhooks.of(["https://a/?x=y", "ops=https://b/?x=y"], environment)
    assert [found.address(entry) for entry in ("ops", "eu", "alice")] == [
        "https://b/?x=y",
        "https://d/",
        "https://a/?x=y",
    ]
    assert Webhooks.of([], environment).address("alice") == "https://e/"
    assert Webhooks.of([], {"GOVOPS_WEBHOOK_URL": " "}).address("alice") is None


@pytest.mark.parametrize("given", [SECRET, f"ops={SECRET}", "=https://a/", ""])
def test_what_is_neither_address_nor_name_is_refused_and_not_repeated(given: str) -> None:
    with pytest.raises(UsageError) as raised:
        Webhooks.of([given], {})
    assert SECRET not in raised.value.message + raised.value.hint


def test_no_address_stands_in_a_trace() -> None:
    assert SECRET not in repr(Webhooks.of([f"https://a/{SECRET}"], {"GOVOPS_WEBHOOK_URL": f"https://a/{SECRET}"}))
