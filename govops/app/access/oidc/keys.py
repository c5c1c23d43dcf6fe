"""A provider's public keys, as it publishes them; asked for again when they are old, or a new one is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any

from govops.app.access.oidc.signatures import public_key
from govops.app.governance import BusyError, UnauthenticatedError
from govops.errors import GovopsError, UndecidableError
from govops.http import Client, Party, Patience, value_of

if TYPE_CHECKING:
    from jwt import PyJWK

FRESH = 600.0  # seconds after which keys are asked for again
STALE = 3600.0  # after which they are not used any more, though no others can be had
AGAIN = 30.0  # between two questions, whatever is sent to us
LARGEST = 256 * 1024  # bytes of an answer

_WELL_KNOWN = ".well-known/openid-configuration"
_PATIENCE = Patience(connect=3, read=5, answer=5, whole=3)


class KeySet:
    """The keys of one issuer, by their ``kid``; for use by several threads. UsageError for an address that is none."""

    def __init__(self, issuer: str, jwks: str, *, clock: Callable[[], float]) -> None:
        self._issuer = issuer
        self._jwks = jwks
        self._clock = clock
        self._lock = Lock()
        self._keys: Mapping[str, Mapping[str, Any]] = {}
        self._fetched = float("-inf")
        self._asked = float("-inf")
        _client(jwks or issuer)

    def find(self, kid: str, algorithm: str) -> PyJWK:
        """The key by which tokens are verified that name it.

        UnauthenticatedError where the issuer has none of that name for this algorithm, BusyError while nobody can tell.
        """
        if not kid:
            raise UnauthenticatedError("the token is not accepted: it does not name its key")
        if self._is_due(kid):
            self._refresh(kid)
        if self._clock() - self._fetched > STALE:
            wait = max(1, int(AGAIN - (self._clock() - self._asked)))
            raise BusyError("the keys of the issuer cannot be had", hint="sign in later", retry_after=wait)
        found = self._keys.get(kid)
        key = public_key(found, algorithm) if found is not None else None
        if key is None:
            raise UnauthenticatedError("the token is not accepted: the issuer has no such key")
        return key

    def _is_due(self, kid: str) -> bool:
        now = self._clock()
        return now - self._asked >= AGAIN and (now - self._fetched >= FRESH or kid not in self._keys)

    def _refresh(self, kid: str) -> None:
        """Ask, unless another thread does and the keys at hand will do."""
        if not self._lock.acquire(blocking=kid not in self._keys):
            return
        try:
            if self._is_due(kid):
                self._asked = self._clock()
                self._keys = self._fetch()
                self._fetched = self._clock()
        except GovopsError:  # whatever it was, `find` knows how old the keys are
            return
        finally:
            self._lock.release()

    def _fetch(self) -> Mapping[str, Mapping[str, Any]]:
        if self._jwks:
            return _usable(_ask(self._jwks).get("keys"))
        told = _ask(f"{self._issuer.removesuffix('/')}/{_WELL_KNOWN}")
        address = told.get("jwks_uri")
        if told.get("issuer") != self._issuer or not isinstance(address, str):
            raise UndecidableError("the issuer calls itself otherwise, or does not say where its keys are")
        return _usable(_ask(address).get("keys"))


def _usable(keys: Any) -> dict[str, Mapping[str, Any]]:
    """Those that are for signatures, by name; of two of one name neither."""
    found: dict[str, Mapping[str, Any]] = {}
    twice = set[str]()
    for key in keys if isinstance(keys, list) else ():
        kid = key.get("kid") if isinstance(key, dict) and _may_verify(key) else None
        if isinstance(kid, str):
            twice.update({kid} & found.keys())
            found[kid] = key
    return {kid: key for kid, key in found.items() if kid not in twice}


def _may_verify(key: Mapping[str, Any]) -> bool:
    allowed = key.get("key_ops", ["verify"])
    return key.get("use", "sig") == "sig" and isinstance(allowed, list) and "verify" in allowed


def _ask(address: str) -> Mapping[str, Any]:
    client = _client(address)
    url = client.url("", {})
    reply = client.ask("GET", url)
    found = value_of(reply, url, _PARTY) if reply.status == 200 else None
    if not isinstance(found, dict):
        raise UndecidableError("the issuer's answer is not what it should be")
    return found


def _client(address: str) -> Client:
    return Client(address, {"Accept": "application/json"}, party=_PARTY, patience=_PATIENCE, limit=LARGEST)


_PARTY = Party("the issuer", "it should let anybody read its keys", shown=False)
