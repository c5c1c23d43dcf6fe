"""Which webhook tells whom, and one request to it. The repository never gives an address."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from govops.errors import UndecidableError, UsageError
from govops.http import Client, Party, Patience
from govops.kinds.quoting import quoted

DEFAULT = "GOVOPS_WEBHOOK_URL"
LARGEST_ANSWER = 64 * 1024  # bytes; what it says is not read

_PREFIX = "GOVOPS_WEBHOOK_"
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_PATIENCE = Patience(connect=10, read=20, answer=30, whole=60)


class NoAnswerError(UndecidableError):
    """Nothing that could be a receiver's answer came, however often it was asked."""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """Addresses by the entry of ``notify`` that they are for, "" for everybody else. They are secrets."""

    given: Mapping[str, str] = field(repr=False)
    environment: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, given: Iterable[str], environment: Mapping[str, str]) -> Webhooks:
        """``given`` are ``ADDRESS`` or ``NAME=ADDRESS`` and go before the environment. UsageError for anything else."""
        found: dict[str, str] = {}
        for text in given:
            name, equals, address = ("", "=", text) if _ADDRESS.match(text) else text.partition("=")
            if not equals or not _ADDRESS.match(address) or text.startswith("="):
                hint = "it may be a secret, so it is not repeated here"
                raise UsageError("--webhook is neither an address nor NAME=ADDRESS", hint=hint)
            found[name] = address
        return cls(found, environment)

    def address(self, entry: str) -> str | None:
        """Where to tell an entry; None if nobody said so."""
        found = self.given.get(entry) or self.environment.get(variable(entry), "").strip()
        return found or self.given.get("") or self.environment.get(DEFAULT, "").strip() or None


def variable(entry: str) -> str:
    """The variable of the environment that holds the address for an entry: ``#ops-eu`` is GOVOPS_WEBHOOK_OPS_EU."""
    return _PREFIX + re.sub(r"[^A-Z0-9]+", "_", entry.upper()).strip("_")


def send(address: str, body: bytes, key: str, entries: tuple[str, ...], *, patience: Patience | None = None) -> int:
    """Post JSON until it is taken or patience ends; the status, 200 to 299.

    UsageError and UndecidableError say why not, without the address. A redirect is not followed, and a web page is no
    receiver's answer: whoever signs people in answers so.
    """
    name = f"the webhook of {', '.join(quoted(entry) for entry in entries)}"
    party = Party(name, "see that its address is right, and still allowed to post", NoAnswerError, shown=False)
    headers = {"Idempotency-Key": key}
    client = Client(address, headers, party=party, patience=patience or _PATIENCE, limit=LARGEST_ANSWER)
    reply = client.ask("POST", address, body, repeatable=True)
    if not 200 <= reply.status <= 299:
        raise UndecidableError(f"{name} did not take it ({reply.status})", hint="see what it expects")
    if reply.headers.get("content-type", "").strip().lower().startswith("text/html"):
        raise UndecidableError(f"{name} answered with a web page", hint="see that its address is right")
    return reply.status
