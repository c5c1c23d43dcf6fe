"""Which providers are trusted, and to say what: the server's operator writes them down, no request does."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from govops.app.access.oidc.claims import subject
from govops.app.access.oidc.keys import KeySet
from govops.app.access.oidc.signatures import ALGORITHMS, opened, require_library, verified
from govops.app.governance import UnauthenticatedError
from govops.errors import UsageError
from govops.evidence.records import Account
from govops.history.snapshot import KEYS
from govops.kinds.quoting import quoted
from govops.workspace.clock import now, seconds

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class Issuer:
    """One provider. ``url`` is the token's ``iss``, ``audience`` has to be among its ``aud``.

    ``forge`` is the name by which the registry knows its accounts, whose ids are the tokens' ``sub``. The keys are
    those at ``jwks``, which the provider tells itself where it is empty.
    """

    url: str
    audience: str
    forge: str
    algorithms: tuple[str, ...] = ("ES256", "EdDSA", "PS256", "RS256")
    jwks: str = ""


class Issuers:
    """The providers by whose tokens people come in. UsageError where two cannot be told apart, or one is not safe."""

    def __init__(self, issuers: Iterable[Issuer], *, clock: Callable[[], float] = time.monotonic) -> None:
        require_library()
        self._sets: dict[str, KeySet] = {}
        self._issuers: dict[str, Issuer] = {}
        for issuer in issuers:
            _refuse_unsafe(issuer)
            if issuer.url in self._issuers or any(issuer.forge == known.forge for known in self._issuers.values()):
                raise UsageError(f"the issuer {quoted(issuer.url)} or its forge stands there twice")
            self._issuers[issuer.url] = issuer
            self._sets[issuer.url] = KeySet(issuer.url, issuer.jwks, clock=clock)

    def account(self, token: str) -> Account:
        """Whose token it is. UnauthenticatedError if it proves nothing, BusyError while the keys cannot be had."""
        header, claimed = opened(token)
        issuer = self._issuers.get(_text(claimed.get("iss")))
        if issuer is None or header.get("alg") not in issuer.algorithms:
            raise UnauthenticatedError("the token is of no issuer that is trusted, or not signed as it signs")
        key = self._sets[issuer.url].find(_text(header.get("kid")), header["alg"])
        claims = verified(token, key, header["alg"])
        return Account(forge=issuer.forge, id=subject(claims, issuer.url, issuer.audience, at=seconds(now())))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _refuse_unsafe(issuer: Issuer) -> None:
    unknown = sorted(set(issuer.algorithms) - ALGORITHMS.keys())
    if unknown or not issuer.algorithms:
        hint = f"some of {', '.join(ALGORITHMS)}"
        raise UsageError(
            f"the issuer {quoted(issuer.url)} may not sign by {', '.join(unknown) or 'nothing'}", hint=hint
        )
    if not _NAME.fullmatch(issuer.forge) or issuer.forge == KEYS:
        raise UsageError(f"{quoted(issuer.forge)} is no name for the accounts of an issuer", hint="such as: okta")
    if not issuer.audience:
        raise UsageError(f"the issuer {quoted(issuer.url)} has no audience", hint="the client id of this server there")
