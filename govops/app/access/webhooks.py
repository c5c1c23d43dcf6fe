"""Webhooks of a forge: it says that something happened, and the server looks for itself what that was.

Nothing is read of what it says, so the worst that a stolen secret can do is to have the server look in vain.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sqlalchemy.exc import IntegrityError

from govops.app.access.logbook import kept
from govops.app.access.rules import in_force
from govops.app.governance import Site, UnauthenticatedError
from govops.errors import UsageError
from govops.index.durable import opened
from govops.index.durable.deliveries import note
from govops.index.engines import writing
from govops.workspace.clock import now, seconds

OLDEST = 300  # seconds since a message was signed

_SHORTEST = 16  # characters of a secret
_STANDARD = "whsec_"  # how GitLab writes a key for signatures (standardwebhooks.com)


@dataclass(frozen=True, slots=True)
class Hook:
    """Which forge sends, and by which secrets it is known: two while one replaces the other.

    A secret that begins with ``whsec_`` is GitLab's signing token; any other of GitLab is sent as it is.
    """

    forge: Literal["github", "gitlab"]
    secrets: tuple[str, ...] = field(repr=False)

    def __post_init__(self) -> None:
        if not self.secrets or min(map(len, self.secrets)) < _SHORTEST:
            raise UsageError(f"a webhook needs a secret of at least {_SHORTEST} characters")
        for secret in self.secrets if self.forge == "gitlab" else ():
            if secret.startswith(_STANDARD) and len(_key(secret)) < _SHORTEST:
                raise UsageError(f"what follows {_STANDARD} in the secret of a webhook is no key in base64")


def received(site: Site, hook: Hook, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether this message is new: then the server should look again. ``headers`` by name in lower case.

    UnauthenticatedError for what the forge has not sent, or sent too long ago; UsageError without a store.
    """
    sent = {name.lower(): value for name, value in headers.items()}
    name = next((name for secret in hook.secrets if (name := _genuine(hook, secret, sent, body))), None)
    if name is None:
        raise UnauthenticatedError("the webhook is not signed by the secret that was agreed", hint="see its secret")
    try:
        with kept(), writing(opened(site.store)) as connection:
            note(connection, in_force(site.repository).repository, hook.forge, name)
    except IntegrityError:
        return False
    return True


def _genuine(hook: Hook, secret: str, sent: Mapping[str, str], body: bytes) -> str:
    """What a message is called, empty if this secret does not vouch for it.

    It is called by what the signature covers: the id in GitHub's header is not, so anybody could change it.
    """
    if hook.forge == "github":
        made = hmac.new(secret.encode("utf-8"), body, hashlib.sha256).hexdigest()
        return f"body {made}" if _same(f"sha256={made}", sent.get("x-hub-signature-256", "")) else ""
    if secret.startswith(_STANDARD):
        return _standard(secret, sent, body)
    if not _same(secret, sent.get("x-gitlab-token", "")):
        return ""
    return sent.get("idempotency-key", "")[:200] or f"body {hashlib.sha256(body).hexdigest()}"


def _standard(secret: str, sent: Mapping[str, str], body: bytes) -> str:
    name, at = sent.get("webhook-id", ""), sent.get("webhook-timestamp", "")
    if not name or len(name) > 200 or not re.fullmatch("[0-9]{1,12}", at):
        return ""
    if abs(seconds(now()) - int(at)) > OLDEST:
        return ""
    made = base64.b64encode(hmac.digest(_key(secret), f"{name}.{at}.".encode() + body, "sha256")).decode("ascii")
    return name if any(_same(made, one) for one in _signatures(sent)) else ""


def _key(secret: str) -> bytes:
    """The bytes that a signing token stands for; none if it stands for nothing."""
    try:
        return base64.b64decode(secret.removeprefix(_STANDARD), validate=True)
    except binascii.Error:
        return b""


def _signatures(sent: Mapping[str, str]) -> Iterator[str]:
    """Those of the first version; there are several while a secret is replaced."""
    for one in sent.get("webhook-signature", "").split():
        version, _, signature = one.partition(",")
        if version == "v1":
            yield signature


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8"), other.encode("utf-8", "replace"))
