"""A webhook counts if the forge signed it, lately, and once; what it says is not read."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest

from govops.app.access import Hook, received, webhooks
from govops.app.governance import Site, UnauthenticatedError
from govops.errors import UsageError
from govops.index.durable import deliveries, opened
from govops.index.engines import reading, writing
from govops.workspace.clock import seconds
from tests.support.world import World

SECRET = "It's a Secret to Everybody"
KEY = b"a key of thirty-two bytes, no less"
SIGNING = f"whsec_{base64.b64encode(KEY).decode()}"
GITHUB, GITLAB, SIGNED = Hook("github", (SECRET,)), Hook("gitlab", (SECRET,)), Hook("gitlab", (SIGNING,))
BODY = b'{"ref": "refs/heads/main"}'
NOW = "2026-11-26T08:00:00Z"


@pytest.fixture(autouse=True)
def _at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhooks, "now", lambda: NOW)


def github(body: bytes = BODY, *, secret: str = SECRET, delivery: str = "d-1") -> dict[str, str]:
    """The headers of GitHub."""
    made = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={made}", "X-GitHub-Delivery": delivery, "X-GitHub-Event": "push"}


def gitlab(body: bytes = BODY, *, key: bytes = KEY, name: str = "m-1", late: int = 0) -> dict[str, str]:
    """The headers of GitLab where it signs, ``late`` seconds ago."""
    at = str(seconds(NOW) - late)
    made = base64.b64encode(hmac.digest(key, f"{name}.{at}.".encode() + body, "sha256")).decode()
    return {"webhook-id": name, "webhook-timestamp": at, "webhook-signature": f"v1,{made}"}


def test_the_example_of_githubs_own_documentation_is_genuine(site: Site) -> None:
    """So that it is not only our own idea of a signature."""
    headers = {"X-Hub-Signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"}
    assert received(site, GITHUB, headers, b"Hello, World!")


@pytest.mark.threat("I17", "K06")
def test_each_message_counts_once(either: Site) -> None:
    """Also under another delivery id, which GitHub does not sign."""
    assert received(either, GITHUB, github(), BODY)
    assert not received(either, GITHUB, github(), BODY)
    assert not received(either, GITHUB, github(delivery="d-2"), BODY)
    assert received(either, GITHUB, github(b"{}"), b"{}")
    assert received(either, SIGNED, gitlab(), BODY)
    assert not received(either, SIGNED, gitlab(late=10), BODY)
    assert received(either, SIGNED, gitlab(name="m-2"), BODY)
    plain = {"X-Gitlab-Token": SECRET, "Idempotency-Key": "e-1"}
    assert received(either, GITLAB, plain, BODY)
    assert not received(either, GITLAB, plain, BODY)
    assert received(either, GITLAB, {"X-Gitlab-Token": SECRET}, BODY)


FORGED = {
    "no signature": (GITHUB, {}),
    "another secret": (GITHUB, github(secret="Another secret, of mallory")),
    "another body": (GITHUB, github(b"{}")),
    "only the old signature": (
        GITHUB,
        {"X-Hub-Signature": "sha1=" + hmac.new(SECRET.encode(), BODY, hashlib.sha1).hexdigest()},
    ),
    "no scheme": (GITHUB, {"X-Hub-Signature-256": github()["X-Hub-Signature-256"].removeprefix("sha256=")}),
    "not ASCII": (GITHUB, {"X-Hub-Signature-256": "sha256=\u00e4\ud800"}),
    "the secret of the other forge's way": (GITHUB, {"X-Gitlab-Token": SECRET}),
    "no token": (GITLAB, {}),
    "an empty token": (GITLAB, {"X-Gitlab-Token": ""}),
    "half a token": (GITLAB, {"X-Gitlab-Token": SECRET[:-1]}),
    "a signing token sent as it is": (SIGNED, {"X-Gitlab-Token": SIGNING}),
    "another key": (SIGNED, gitlab(key=b"another key")),
    "another body, signed by GitLab": (SIGNED, gitlab(b"{}")),
    "another id": (SIGNED, {**gitlab(), "webhook-id": "m-2"}),
    "no id": (SIGNED, gitlab(name="")),
    "another time": (SIGNED, {**gitlab(late=9), "webhook-timestamp": str(seconds(NOW))}),
    "no time": (SIGNED, {**gitlab(), "webhook-timestamp": ""}),
    "a time that is none": (SIGNED, {**gitlab(), "webhook-timestamp": "-1"}),
    "long ago": (SIGNED, gitlab(late=webhooks.OLDEST + 1)),
    "in the future": (SIGNED, gitlab(late=-webhooks.OLDEST - 1)),
    "another version": (SIGNED, {**gitlab(), "webhook-signature": gitlab()["webhook-signature"].replace("v1", "v1a")}),
}


@pytest.mark.threat("I17")
@pytest.mark.parametrize("kind", FORGED)
def test_nobody_else_can_send_one(site: Site, kind: str) -> None:
    hook, headers = FORGED[kind]
    with pytest.raises(UnauthenticatedError, match="not signed by the secret") as refused:
        received(site, hook, headers, BODY)
    assert SECRET not in f"{refused.value.message}{refused.value.hint}{hook}"


def test_a_secret_is_replaced_without_a_gap(site: Site) -> None:
    """Both count for a while, on our side and on theirs."""
    both = Hook("github", ("The next secret of ours", SECRET))
    assert received(site, both, github(), BODY)
    assert received(site, both, github(secret="The next secret of ours"), BODY)
    old, new = gitlab(key=b"an old key")["webhook-signature"], gitlab()["webhook-signature"]
    assert received(site, SIGNED, {**gitlab(), "webhook-signature": f"{old} v2,x {new}"}, BODY)


def test_only_so_many_are_remembered(site: Site) -> None:
    with writing(opened(site.store)) as connection:
        for number in range(10):
            deliveries.note(connection, "acme", "github", f"d-{number}", kept=4)
    with reading(opened(site.store)) as connection:
        found = connection.exec_driver_sql("SELECT id FROM deliveries ORDER BY number").scalars().all()
    assert found == ["d-6", "d-7", "d-8", "d-9"]


@pytest.mark.parametrize(
    ("forge", "secrets"),
    [
        ("github", ()),
        ("github", ("short",)),
        ("gitlab", ("",)),
        ("gitlab", ("whsec_not-base64!",)),
        ("gitlab", ("whsec_c2hvcnQ=",)),
    ],
)
def test_a_secret_that_is_none_is_refused_at_the_start(forge: str, secrets: tuple[str, ...]) -> None:
    with pytest.raises(UsageError):
        Hook(forge, secrets)  # type: ignore[arg-type]  # the names come from a table


def test_without_a_store_nothing_can_be_counted(world: World) -> None:
    with pytest.raises(UsageError, match="no store was named"):
        received(Site(world.path), GITHUB, github(), BODY)
